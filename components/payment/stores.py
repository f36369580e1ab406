"""What the message path remembers in more than one Region: transactions, payloads and the ledger, and their key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.bucket import Bucket, BucketArgs, LockMode
from components.blocks.key import MultiRegionKey, MultiRegionKeyArgs
from components.blocks.key_policy import (
    administration,
    use_by_account_through,
    use_by_ledger,
    use_by_roles,
    use_by_roles_in_context,
    use_by_rules,
    use_by_topics,
)
from components.blocks.replication import Replication, ReplicationArgs, ReplicationEnd
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.sql_cluster import SqlClusterPair, SqlClusterPairArgs
from components.blocks.statement_parts import hosts
from components.blocks.table import GlobalTable, GlobalTableArgs, KeysIndex
from components.payment.grants import HEALTH_KEY_ACTIONS, HEALTH_PURPOSE, KEY_PURPOSE
from components.payment.message_path import CHANGES_RULE, NOTIFICATIONS, OPEN_INDEX

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.naming import Names
    from components.blocks.statement import Statement

REPLICATED_PREFIXES = ("outgoing", "refused")
"""`incoming` is not among them: the hub itself writes it to both Regions, and looks for the copy that is missing.

Answers are written to both as well; nothing but replication brings a Region those that it missed.
"""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long payloads are kept, and for how long nobody can delete them (days)."""

    retention_days: int
    lock_mode: LockMode
    lock_days: int


@dataclass(frozen=True, slots=True)
class PaymentStoresArgs:
    """`function_role_arns`: who uses the stores, of every Region; `operator_role_arns`: which people's roles do.

    `observer_role_arns`: who asks whether they answer.

    `providers` has one provider per Region.
    """

    names: Names
    regions: tuple[str, str]
    witness: str
    providers: Mapping[str, aws.Provider]
    function_role_arns: tuple[pulumi.Input[str], ...]
    operator_role_arns: tuple[pulumi.Input[str], ...]
    observer_role_arns: tuple[pulumi.Input[str], ...]
    payloads: Retention
    deletion_protection: bool


class PaymentStores(pulumi.ComponentResource):
    """The tables of transactions and leadership, the ledger, a replicated payload bucket per Region, the key of all."""

    def __init__(self, name: str, args: PaymentStoresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:PaymentStores", name, None, opts)
        self._args = args
        replicators = {region: self._replicator(region) for region in args.regions}
        self.key = self._key(tuple(role.arn for role in replicators.values()))
        self.table = self._table()
        self.leadership = self._leadership()
        self.ledger = self._ledger()
        self.buckets = {region: self._bucket(region) for region in args.regions}
        for source in args.regions:
            for destination in args.regions:
                if source != destination:
                    self._replicate(source, destination, replicators[source])
        self.register_outputs({})

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self._args.providers[region])

    def _replicator(self, region: str) -> ExecutionRole:
        role_name = self._args.names.role(region, "payload-replication")
        description = f"Carries payloads from {region} to the other Region"
        return ExecutionRole(
            f"payload-replication-{region}",
            ExecutionRoleArgs(role_name=role_name, service="s3.amazonaws.com", description=description),
            opts=self._in(region),
        )

    def _key(self, replicator_arns: tuple[pulumi.Input[str], ...]) -> MultiRegionKey:
        return MultiRegionKey(
            "payloads",
            MultiRegionKeyArgs(
                alias=self._args.names.key_alias("payloads"),
                description="Payment payloads, transactions and queued messages",
                regions=self._args.regions,
                providers=self._args.providers,
                statements=payload_key_statements(
                    self._args.names.account_id,
                    self._args.regions,
                    (*self._args.function_role_arns, *self._args.operator_role_arns),
                    self._args.observer_role_arns,
                    replicator_arns,
                    topic_arns=tuple(
                        self._args.names.topic_arn(region, NOTIFICATIONS) for region in self._args.regions
                    ),
                    rule_arns=tuple(self._args.names.rule_arn(region, CHANGES_RULE) for region in self._args.regions),
                ),
                protect=self._args.deletion_protection,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _table(self) -> GlobalTable:
        return GlobalTable(
            "transactions",
            GlobalTableArgs(
                table_name=self._args.names.regional("transactions"),
                hash_key="transaction_id",
                regions=self._args.regions,
                witness=self._args.witness,
                account_id=self._args.names.account_id,
                key_arns=self.key.arns,
                deletion_protection=self._args.deletion_protection,
                # What has ended has no open_shard: the index holds open transactions alone, however many there were.
                indexes=(KeysIndex(OPEN_INDEX, hash_key="open_shard", range_key="deadline"),),
            ),
            opts=self._in(self._args.regions[0]),
        )

    def _leadership(self) -> GlobalTable:
        # Apart from the transactions: what decides over Regions is not throttled by what they carry.
        return GlobalTable(
            "leadership",
            GlobalTableArgs(
                table_name=self._args.names.regional("leadership"),
                hash_key="region",
                regions=self._args.regions,
                witness=self._args.witness,
                account_id=self._args.names.account_id,
                key_arns=self.key.arns,
                deletion_protection=self._args.deletion_protection,
            ),
            opts=self._in(self._args.regions[0]),
        )

    def _ledger(self) -> SqlClusterPair:
        return SqlClusterPair(
            "ledger",
            SqlClusterPairArgs(
                regions=self._args.regions,
                witness=self._args.witness,
                providers=self._args.providers,
                key_arns=self.key.arns,
                deletion_protection=self._args.deletion_protection,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _bucket(self, region: str) -> Bucket:
        kept = self._args.payloads
        return Bucket(
            f"payloads-{region}",
            BucketArgs(
                bucket_name=self._args.names.payload_bucket(region),
                key_arn=self.key.arns[region],
                retention_days=kept.retention_days,
                lock_mode=kept.lock_mode,
                lock_days=kept.lock_days,
                protect=self._args.deletion_protection,
            ),
            opts=self._in(region),
        )

    def _replicate(self, source: str, destination: str, role: ExecutionRole) -> None:
        Replication(
            f"payloads-{source}-to-{destination}",
            ReplicationArgs(
                source=ReplicationEnd(source, self.buckets[source], self.key.arns[source]),
                destination=ReplicationEnd(destination, self.buckets[destination], self.key.arns[destination]),
                prefixes=REPLICATED_PREFIXES,
                role_name=role.role_name,
                role_arn=role.arn,
            ),
            opts=self._in(source),
        )


def payload_key_statements(
    account_id: str,
    regions: tuple[str, ...],
    function_role_arns: tuple[pulumi.Input[str], ...],
    observer_role_arns: tuple[pulumi.Input[str], ...],
    replicator_arns: tuple[pulumi.Input[str], ...],
    *,
    topic_arns: tuple[pulumi.Input[str], ...],
    rule_arns: tuple[pulumi.Input[str], ...],
) -> tuple[Statement, ...]:
    """Who may use the payload key: functions through the stores and queues, replication through S3, nobody by hand.

    Topics and rules put what they tell into queues. The observers make data keys that nobody sees, to know whether the
    key can be used.
    """

    def services(*names: str) -> tuple[str, ...]:
        return hosts(names, *regions)

    used = services("dynamodb", "s3", "sns", "sqs")
    return (
        administration(account_id),
        use_by_account_through("TableGrants", account_id, services("dynamodb", "dsql", "kafka")),
        use_by_ledger(account_id),
        use_by_roles("Functions", account_id, function_role_arns, ("kms:Decrypt", "kms:GenerateDataKey"), used),
        use_by_roles_in_context(
            "Health", account_id, observer_role_arns, HEALTH_KEY_ACTIONS, (KEY_PURPOSE, HEALTH_PURPOSE)
        ),
        use_by_topics(topic_arns),
        use_by_rules(rule_arns),
        use_by_roles("Replication", account_id, replicator_arns, ("kms:Decrypt", "kms:Encrypt"), services("s3")),
    )
