"""Where data without names is kept, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.bucket import Bucket, BucketArgs
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through
from components.blocks.statement_parts import ObjectPrefix, hosts

if TYPE_CHECKING:
    from components.blocks.naming import Names

ANONYMISED = "anonymised"
PAYMENTS = "payments"
"""The prefix, in the bucket of data, of what is known of payments."""
RESULTS_DAYS = 30
LOCK_DAYS = 1


@dataclass(frozen=True, slots=True)
class DatasetsArgs:
    """`retention_days`: of the data; results of queries go after RESULTS_DAYS at most."""

    names: Names
    region: str
    retention_days: int
    protect: bool


class Datasets(pulumi.ComponentResource):
    """A bucket of anonymised data and one of query results, under a key of the hub's own.

    The key is not that of the payloads: who may analyse can be given it without coming near them.
    """

    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DatasetsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:reporting:Datasets", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        key = RegionalKey(
            name,
            RegionalKeyArgs(
                alias=args.names.key_alias("reporting"),
                description="Anonymised data and what is made of it",
                statements=(
                    administration(args.names.account_id),
                    use_by_account_through("Analytics", args.names.account_id, _services(args.region)),
                ),
                protect=args.protect,
            ),
            self._child,
        )
        self.key_arn = key.arn
        self.data = self._bucket(ANONYMISED, args.retention_days)
        self.results = self._bucket("results", min(RESULTS_DAYS, args.retention_days))
        self.register_outputs({"dataBucket": self.data.bucket_name, "resultsBucket": self.results.bucket_name})

    def _bucket(self, purpose: str, retention_days: int) -> Bucket:
        return Bucket(
            purpose,
            BucketArgs(
                bucket_name=self._args.names.bucket(purpose, self._args.region),
                key_arn=self.key_arn,
                retention_days=retention_days,
                lock_mode="GOVERNANCE",
                lock_days=LOCK_DAYS,
                protect=self._args.protect,
            ),
            self._child,
        )


def _services(region: str) -> tuple[str, ...]:
    return hosts(("aoss", "glue", "redshift-serverless", "s3", "secretsmanager"), region)


def dataset(names: Names, region: str) -> ObjectPrefix:
    """What is known of payments, where nobody has made the bucket yet: known by its name."""
    return ObjectPrefix(f"arn:aws:s3:::{names.bucket(ANONYMISED, region)}", PAYMENTS)
