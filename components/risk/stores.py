"""What the risk engine keeps: what it decided, whom it watches, what models learn from and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.bucket import Bucket, BucketArgs
from components.blocks.expiring_table import ExpiringTable, ExpiringTableArgs
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.risk.key_statements import risk_key_statements

if TYPE_CHECKING:
    from components.blocks.naming import Names

TRAINING, FRAUD = "risk-training", "risk-fraud"
DECISIONS, WATCHED = "risk-decisions", "risk-watched"
TRANSACTION_ID, PARTY_TOKEN, EXPIRY = "transaction_id", "party_token", "expires_at"
SAMPLES = "samples"
"""The prefix, in the bucket of training data, of what a model learns from."""
MODELS = "models"
"""The prefix, in the bucket of fraud data, of models that were trained."""
LOCK_DAYS = 1


@dataclass(frozen=True, slots=True)
class RiskStoresArgs:
    """`retention_days`: of samples and models. `log_group_names`: under the key too."""

    names: Names
    region: str
    retention_days: int
    log_group_names: tuple[str, ...]
    protect: bool


class RiskStores(pulumi.ComponentResource):
    """Two tables and two buckets under the risk engine's own key.

    A party is a token everywhere: who finds out what a model knows finds no account and no name.
    """

    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: RiskStoresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:RiskStores", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.key_arn = RegionalKey(
            "risk",
            RegionalKeyArgs(
                alias=args.names.key_alias("risk"),
                description="Signals of risk, decisions, samples and models",
                statements=risk_key_statements(args.names, args.region, args.log_group_names),
                protect=args.protect,
            ),
            self._child,
        ).arn
        self.decisions = self._table(DECISIONS, TRANSACTION_ID)
        self.watched = self._table(WATCHED, PARTY_TOKEN)
        self.training = self._bucket(TRAINING)
        self.fraud = self._bucket(FRAUD)
        self.register_outputs({"trainingBucket": self.training.bucket_name, "fraudBucket": self.fraud.bucket_name})

    def _table(self, purpose: str, hash_key: str) -> ExpiringTable:
        return ExpiringTable(
            purpose,
            ExpiringTableArgs(self._args.names.regional(purpose), hash_key, EXPIRY, self.key_arn, self._args.protect),
            self._child,
        )

    def _bucket(self, purpose: str) -> Bucket:
        return Bucket(
            purpose,
            BucketArgs(
                bucket_name=self._args.names.bucket(purpose, self._args.region),
                key_arn=self.key_arn,
                retention_days=self._args.retention_days,
                lock_mode="GOVERNANCE",
                lock_days=LOCK_DAYS,
                protect=self._args.protect,
            ),
            self._child,
        )
