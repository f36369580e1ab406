"""What a function of one Region can be granted of the audit chain, and told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Exactly, ObjectPrefix, through

if TYPE_CHECKING:
    import pulumi

SIGN = ("kms:Sign", "kms:Verify")
SIGNING = (
    Condition("StringEquals", "kms:MessageType", ("RAW",)),
    Condition("StringEquals", "kms:SigningAlgorithm", ("ECDSA_SHA_384",)),
)
HEADS = "heads"
"""The prefix of heads in their bucket."""


@dataclass(frozen=True, slots=True)
class AuditReach:
    """The table's replica and the signing key of the own Region; in the other one, the bucket of the own chain's heads.

    `heads_key_arn`: under which that bucket is encrypted.
    """

    region: str
    heads_region: str
    table_name: pulumi.Input[str]
    table_arn: pulumi.Input[str]
    table_key_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    heads_bucket: pulumi.Input[str]
    heads_bucket_arn: pulumi.Input[str]
    heads_key_arn: pulumi.Input[str]

    def append(self) -> tuple[Statement, ...]:
        """Put events on record: find the chain's last one, add the next. Nobody may change or delete one."""
        calls = ("dynamodb:PutItem", "dynamodb:Query")
        return (Statement("Audit", "Allow", calls, (Exactly(self.table_arn),)), self._table_key())

    def attest(self) -> tuple[Statement, ...]:
        """Read the own chain, sign its head, and keep that where the Region's own writers have nothing to say."""
        key = (Exactly(self.key_arn),)
        bucket = self.heads_bucket_arn
        heads = (ObjectPrefix(bucket, HEADS),)
        in_bucket = through(self.heads_region, "s3")
        return (
            Statement("ReadChain", "Allow", ("dynamodb:Query",), (Exactly(self.table_arn),)),
            self._table_key(),
            Statement("SignHeads", "Allow", SIGN, key, conditions=SIGNING),
            Statement("FindHeads", "Allow", ("s3:ListBucket",), (Exactly(bucket),)),
            Statement("KeepHeads", "Allow", ("s3:GetObject", "s3:PutObject"), heads),
            Statement(
                "HeadsKey",
                "Allow",
                ("kms:Decrypt", "kms:GenerateDataKey"),
                (Exactly(self.heads_key_arn),),
                conditions=(in_bucket,),
            ),
        )

    def variables(self) -> dict[str, pulumi.Input[str]]:
        """What whoever appends is told."""
        return {"AUDIT_TABLE": self.table_name}

    def signer_variables(self) -> dict[str, pulumi.Input[str]]:
        """What whoever signs heads is told."""
        return {
            **self.variables(),
            "AUDIT_KEY_ARN": self.key_arn,
            "AUDIT_HEADS_BUCKET": self.heads_bucket,
            "OPPOSITE_REGION": self.heads_region,
        }

    def _table_key(self) -> Statement:
        narrowed = (through(self.region, "dynamodb"),)
        return Statement(
            "AuditTableKey", "Allow", ("kms:Decrypt",), (Exactly(self.table_key_arn),), conditions=narrowed
        )
