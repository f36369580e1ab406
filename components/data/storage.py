"""Where data is kept once its payment is over: for a while where it is asked, for years where it is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.bucket import Bucket, BucketArgs, Transition
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through, use_by_logs
from components.blocks.naming import arn
from components.blocks.statement_parts import hosts

if TYPE_CHECKING:
    from components.blocks.bucket import LockMode
    from components.blocks.naming import Names

HOT, ARCHIVE, RESULTS = "hot-data", "archive", "data-results"
SHORT_LOCK_DAYS = 1
RESULTS_DAYS = 30


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """Days after which an object goes to Glacier Instant Retrieval, Flexible Retrieval, Deep Archive; and then away."""

    instant_days: int
    flexible_days: int
    deep_days: int
    days: int


@dataclass(frozen=True, slots=True)
class DataStorageArgs:
    """`lock_mode`, `lock_days`: of the archive, no longer than it keeps. `log_group_names`: under the key too."""

    names: Names
    region: str
    hot_days: int
    archive: ArchiveSettings
    lock_mode: LockMode
    lock_days: int
    log_group_names: tuple[str, ...]
    protect: bool


class DataStorage(pulumi.ComponentResource):
    """Hot storage, the archive and results of queries, under the data manager's own key."""

    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: DataStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:DataStorage", name, None, opts)
        self._args = args
        self.key_arn = self._key().arn
        archive = args.archive
        tiers = (
            Transition("GLACIER_IR", archive.instant_days),
            Transition("GLACIER", archive.flexible_days),
            Transition("DEEP_ARCHIVE", archive.deep_days),
        )
        lock_days = min(args.lock_days, archive.days)
        self.archive = self._bucket(ARCHIVE, archive.days, args.lock_mode, lock_days, tiers)
        self.hot = self._bucket(HOT, args.hot_days, "GOVERNANCE", SHORT_LOCK_DAYS)
        self.results = self._bucket(RESULTS, min(RESULTS_DAYS, args.hot_days), "GOVERNANCE", SHORT_LOCK_DAYS)
        self.register_outputs({"archiveBucket": self.archive.bucket_name, "hotBucket": self.hot.bucket_name})

    def _key(self) -> RegionalKey:
        names, region = self._args.names, self._args.region
        services = hosts(("kinesis", "s3"), region)
        logs = [arn("logs", region, names.account_id, f"log-group:{each}") for each in self._args.log_group_names]
        statements = (
            administration(names.account_id),
            use_by_account_through("Data", names.account_id, services),
            use_by_logs(region, logs),
        )
        return RegionalKey(
            "data",
            RegionalKeyArgs(
                names.key_alias("data"), "Payment data in streams, hot storage and archive", statements,
                self._args.protect,
            ),
            pulumi.ResourceOptions(parent=self),
        )  # fmt: skip

    def _bucket(
        self,
        purpose: str,
        retention_days: int,
        lock_mode: LockMode,
        lock_days: int,
        transitions: tuple[Transition, ...] = (),
    ) -> Bucket:
        return Bucket(
            purpose,
            BucketArgs(
                bucket_name=self._args.names.bucket(purpose, self._args.region),
                key_arn=self.key_arn,
                retention_days=retention_days,
                lock_mode=lock_mode,
                lock_days=lock_days,
                protect=self._args.protect,
                transitions=transitions,
            ),
            pulumi.ResourceOptions(parent=self),
        )
