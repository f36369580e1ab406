"""What the function `vault` may do, and where it finds the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Exactly, through

if TYPE_CHECKING:
    import pulumi

VALUES_CONTEXT, VALUES_PURPOSE = "kms:EncryptionContext:purpose", "vault"
KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
MAC_ACTIONS = ("kms:GenerateMac",)
MAC_CONDITION, MAC_ALGORITHM = "kms:MacAlgorithm", "HMAC_SHA_256"
TABLE_ACTIONS = ("kms:Decrypt",)


@dataclass(frozen=True, slots=True)
class VaultReach:
    """The vault as one Region's function reaches it: its replicas, its keys, and how many values a client may see."""

    region: str
    tokens_table_name: pulumi.Input[str]
    tokens_table_arn: pulumi.Input[str]
    subjects_table_name: pulumi.Input[str]
    subjects_table_arn: pulumi.Input[str]
    token_key_arn: pulumi.Input[str]
    token_key_version: int
    vault_key_arn: pulumi.Input[str]
    detokenise_per_minute: int

    def grants(self) -> tuple[Statement, ...]:
        """Derive keys for tokens, wrap subjects' keys, read and write items; delete none."""
        token_key, vault_key = Exactly(self.token_key_arn), Exactly(self.vault_key_arn)
        by_algorithm = Condition("StringEquals", MAC_CONDITION, (MAC_ALGORITHM,))
        in_context = Condition("StringEquals", VALUES_CONTEXT, (VALUES_PURPOSE,))
        narrowed = through(self.region, "dynamodb")
        of_tokens = ("dynamodb:BatchGetItem", "dynamodb:UpdateItem")
        of_subjects = (*of_tokens, "dynamodb:GetItem", "dynamodb:PutItem")
        return (
            Statement("DeriveTokenKeys", "Allow", MAC_ACTIONS, (token_key,), conditions=(by_algorithm,)),
            Statement("WrapSubjectKeys", "Allow", KEY_ACTIONS, (vault_key,), conditions=(in_context,)),
            Statement("VaultTablesKey", "Allow", TABLE_ACTIONS, (vault_key,), conditions=(narrowed,)),
            Statement("Tokens", "Allow", of_tokens, (Exactly(self.tokens_table_arn),)),
            Statement("Subjects", "Allow", of_subjects, (Exactly(self.subjects_table_arn),)),
        )

    def variables(self) -> dict[str, pulumi.Input[str]]:
        """What the function reads of it."""
        return {
            "VAULT_TOKENS_TABLE": self.tokens_table_name,
            "VAULT_SUBJECTS_TABLE": self.subjects_table_name,
            "TOKEN_KEY_ARN": self.token_key_arn,
            "TOKEN_KEY_VERSION": str(self.token_key_version),
            "VAULT_KEY_ARN": self.vault_key_arn,
            "DETOKENISE_PER_MINUTE": str(self.detokenise_per_minute),
        }
