"""What the audit chains are kept in: their table, the key that signs their heads, the buckets of the heads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.bucket import Bucket, BucketArgs, LockMode
from components.blocks.key import KeyUse, MultiRegionKey, MultiRegionKeyArgs
from components.blocks.key_policy import THIS_KEY, administration
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Account, Anyone, Condition, Exactly
from components.blocks.table import GlobalTable, GlobalTableArgs
from components.security.audit_reach import SIGN, SIGNING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

REPLICATION_ROLE = "role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication"
EDITS = ("dynamodb:DeleteItem", "dynamodb:PartiQLDelete", "dynamodb:PartiQLUpdate", "dynamodb:UpdateItem")


@dataclass(frozen=True, slots=True)
class AuditStoresArgs:
    """`signer_role_arns`: who signs heads. `key_arns`: the Regions' keys under which table and buckets are encrypted.

    `retention_days`, `lock_mode`, `lock_days`: of heads.
    """

    names: Names
    regions: tuple[str, str]
    witness: str
    providers: Mapping[str, aws.Provider]
    signer_role_arns: tuple[pulumi.Input[str], ...]
    key_arns: Mapping[str, pulumi.Input[str]]
    retention_days: int
    lock_mode: LockMode
    lock_days: int
    deletion_protection: bool


class AuditStores(pulumi.ComponentResource):
    """A table of both Regions' chains, which no policy lets anyone edit; heads of each chain in the other Region.

    `heads` is by chain: the bucket of `eu-west-1` lies in the Region that is not `eu-west-1`.
    """

    def __init__(self, name: str, args: AuditStoresArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:AuditStores", name, None, opts)
        self._args = args
        self.key = MultiRegionKey(
            "audit",
            MultiRegionKeyArgs(
                alias=args.names.key_alias("audit"),
                description="Signatures of the audit chains' heads",
                regions=args.regions,
                providers=args.providers,
                statements=audit_key_statements(args.names.account_id, args.signer_role_arns),
                protect=args.deletion_protection,
                use=KeyUse.SIGN,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.table = self._table()
        one, other = args.regions
        self.heads = {one: self._heads(other), other: self._heads(one)}
        self.register_outputs({})

    def _table(self) -> GlobalTable:
        table = GlobalTable(
            "audit",
            GlobalTableArgs(
                table_name=self._args.names.regional("audit"),
                hash_key="chain",
                number_range_key="sequence",
                regions=self._args.regions,
                witness=self._args.witness,
                account_id=self._args.names.account_id,
                key_arns=self._args.key_arns,
                deletion_protection=self._args.deletion_protection,
            ),
            opts=self._in(self._args.regions[0]),
        )
        # A replica's policy is its own. It is set through the replica's Region.
        for region, arn in table.arns.items():
            aws.dynamodb.ResourcePolicy(
                f"audit-{region}",
                resource_arn=arn,
                policy=policy_document([_refuse_edits(self._args.names.account_id, arn)]),
                opts=pulumi.ResourceOptions(parent=self, provider=self._args.providers[region], depends_on=[table]),
            )
        return table

    def _heads(self, region: str) -> Bucket:
        return Bucket(
            f"audit-heads-{region}",
            BucketArgs(
                bucket_name=self._args.names.audit_heads_bucket(region),
                key_arn=self._args.key_arns[region],
                retention_days=self._args.retention_days,
                lock_mode=self._args.lock_mode,
                lock_days=self._args.lock_days,
                protect=self._args.deletion_protection,
            ),
            opts=self._in(region),
        )

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self._args.providers[region])


def audit_key_statements(account_id: str, signer_role_arns: tuple[pulumi.Input[str], ...]) -> tuple[Statement, ...]:
    """Who may use the audit key: its signers sign heads, in one way; anyone of the account may take the public key."""
    signers = Condition("ArnEquals", "aws:PrincipalArn", signer_role_arns)
    return (
        administration(account_id),
        Statement("PublicKey", "Allow", ("kms:GetPublicKey",), (THIS_KEY,), (Account(account_id),)),
        Statement("Heads", "Allow", SIGN, (THIS_KEY,), (Account(account_id),), (signers, *SIGNING)),
    )


def _refuse_edits(account_id: str, table_arn: pulumi.Input[str]) -> Statement:
    """Refuse to change or delete a record, whatever an identity's own policy says.

    But to DynamoDB itself, which replicates: were it refused, the table would stop taking writes, and be lost in a week
    (DynamoDB Developer Guide, "DynamoDB global tables security"). No condition tells a PutItem that replaces from one
    that adds: that the functions put on condition only, and heads, stand against it.
    """
    replication = f"arn:aws:iam::{account_id}:{REPLICATION_ROLE}"
    others = Condition("ArnNotEquals", "aws:PrincipalArn", (replication,))
    return Statement("RefuseEdits", "Deny", EDITS, (Exactly(table_arn),), (Anyone(),), (others,))
