"""A table that two Regions write with one truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import arn

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class KeysIndex:
    """A global secondary index that holds keys only. Both of its keys are string attributes; an item that lacks one of
    them is not in the index."""

    name: str
    hash_key: str
    range_key: str


@dataclass(frozen=True, slots=True)
class GlobalTableArgs:
    """`regions` holds the two replicas, the first of which makes the table; `witness` is the third Region of their set.

    `key_arns` has each Region's own key. `hash_key` is a string attribute, `number_range_key` a number.
    `point_in_time_recovery` is for all tables but one whose deletions must hold.
    """

    table_name: str
    hash_key: str
    regions: tuple[str, str]
    witness: str
    account_id: str
    key_arns: Mapping[str, pulumi.Input[str]]
    deletion_protection: bool
    indexes: tuple[KeysIndex, ...] = ()
    number_range_key: str | None = None
    point_in_time_recovery: bool = True


class GlobalTable(pulumi.ComponentResource):
    """A DynamoDB global table with multi-Region strong consistency: two replicas and a witness.

    What that mode lacks is not offered here: no TTL, no local index, no transactions (DynamoDB Developer Guide, "How
    DynamoDB global tables work"). Global indexes it has: every replica gets them from the table, and they are read with
    eventual consistency. Streams are off: this mode does not replicate by them, and nothing reads them.
    """

    table_name: pulumi.Output[str]

    def __init__(self, name: str, args: GlobalTableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:GlobalTable", name, None, opts)
        home, other = args.regions
        table = aws.dynamodb.Table(
            name,
            name=args.table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=args.hash_key,
            range_key=args.number_range_key,
            attributes=[aws.dynamodb.TableAttributeArgs(name=each, type=kind) for each, kind in _key_attributes(args)],
            global_secondary_indexes=[_index(index) for index in args.indexes] or None,
            server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(
                enabled=True, kms_key_arn=args.key_arns[home]
            ),
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=args.point_in_time_recovery),
            deletion_protection_enabled=args.deletion_protection,
            replicas=[
                aws.dynamodb.TableReplicaArgs(
                    region_name=other,
                    consistency_mode="STRONG",
                    kms_key_arn=args.key_arns[other],
                    point_in_time_recovery=args.point_in_time_recovery,
                    deletion_protection_enabled=args.deletion_protection,
                    propagate_tags=True,
                )
            ],
            global_table_witness=aws.dynamodb.TableGlobalTableWitnessArgs(region_name=args.witness),
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        self.table_name = table.name
        self.arns = {
            region: pulumi.Output.concat(arn("dynamodb", region, args.account_id, "table/"), table.name)
            for region in args.regions
        }
        self.register_outputs({"tableName": self.table_name, "arns": self.arns})


def _key_attributes(args: GlobalTableArgs) -> list[tuple[str, str]]:
    """Each attribute that is a key of the table or of an index, once, with its type."""
    of_indexes = [key for index in args.indexes for key in (index.hash_key, index.range_key)]
    numbers = [] if args.number_range_key is None else [(args.number_range_key, "N")]
    return sorted({(each, "S") for each in (args.hash_key, *of_indexes)}) + numbers


def _index(index: KeysIndex) -> aws.dynamodb.TableGlobalSecondaryIndexArgs:
    keys = ((index.hash_key, "HASH"), (index.range_key, "RANGE"))
    return aws.dynamodb.TableGlobalSecondaryIndexArgs(
        name=index.name,
        projection_type="KEYS_ONLY",
        key_schemas=[
            aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(attribute_name=name, key_type=kind)
            for name, kind in keys
        ],
    )
