"""A table of one Region whose items go by themselves."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True)
class ExpiringTableArgs:
    """`hash_key` is a string attribute; `expiry` a number, the second (since 1970) after which an item may go."""

    table_name: str
    hash_key: str
    expiry: str
    key_arn: pulumi.Input[str]
    deletion_protection: bool


class ExpiringTable(pulumi.ComponentResource):
    """A DynamoDB table of one Region, on demand, with a time to live."""

    def __init__(self, name: str, args: ExpiringTableArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:blocks:ExpiringTable", name, None, opts)
        table = aws.dynamodb.Table(
            name,
            name=args.table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=args.hash_key,
            attributes=[aws.dynamodb.TableAttributeArgs(name=args.hash_key, type="S")],
            ttl=aws.dynamodb.TableTtlArgs(attribute_name=args.expiry, enabled=True),
            server_side_encryption=aws.dynamodb.TableServerSideEncryptionArgs(enabled=True, kms_key_arn=args.key_arn),
            point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            deletion_protection_enabled=args.deletion_protection,
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )
        self.table_name = table.name
        self.arn = table.arn
        self.register_outputs({"tableName": self.table_name, "arn": self.arn})
