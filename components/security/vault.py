"""The token vault: its two keys and its two tables, the same in every Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.key import KeyUse, MultiRegionKey, MultiRegionKeyArgs
from components.blocks.key_policy import (
    administration,
    use_by_account_through,
    use_by_roles,
    use_by_roles_in_context,
)
from components.blocks.statement_parts import hosts
from components.blocks.table import GlobalTable, GlobalTableArgs
from components.security.vault_access import (
    KEY_ACTIONS,
    MAC_ACTIONS,
    MAC_ALGORITHM,
    MAC_CONDITION,
    TABLE_ACTIONS,
    VALUES_CONTEXT,
    VALUES_PURPOSE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.naming import Names
    from components.blocks.statement import Statement

HASH_KEY = "id"
TOKEN_KEY_VERSION = 1
"""Of the key in use. KMS does not rotate keys for MACs: another key is another version, and makes other tokens."""


@dataclass(frozen=True, slots=True)
class VaultArgs:
    """`role_arns`: of the function `vault`, in every Region. `providers` has one provider per Region."""

    names: Names
    regions: tuple[str, str]
    witness: str
    providers: Mapping[str, aws.Provider]
    role_arns: tuple[pulumi.Input[str], ...]
    deletion_protection: bool


class Vault(pulumi.ComponentResource):
    """Keys that one function alone may use, and tables under one of them.

    The table of subjects holds what erasure destroys: it has no point-in-time recovery, or a restore would bring back
    for 35 days what was to be gone. What it holds is in both Regions and with the witness's word.
    """

    def __init__(self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:Vault", name, None, opts)
        self._args = args
        self.token_key = self._key("tokens", "What tokens are derived from", KeyUse.MAC, self._token_statements())
        self.key = self._key("vault", "Subjects' keys and the vault's tables", KeyUse.ENCRYPT, self._statements())
        self.tokens = self._table("vault-tokens", recovery=True)
        self.subjects = self._table("vault-subjects", recovery=False)
        self.register_outputs({})

    def exports(self) -> dict[str, object]:
        """What a Region's stack may know of it."""
        return {
            "token_key_arns": self.token_key.arns,
            "key_arns": self.key.arns,
            "tokens_table_name": self.tokens.table_name,
            "tokens_table_arns": self.tokens.arns,
            "subjects_table_name": self.subjects.table_name,
            "subjects_table_arns": self.subjects.arns,
        }

    def _token_statements(self) -> tuple[Statement, ...]:
        account, roles = self._args.names.account_id, self._args.role_arns
        # The algorithm stands for a context, of which a MAC has none: nothing but what tokens are made with.
        return (
            administration(account),
            use_by_roles_in_context("Tokens", account, roles, MAC_ACTIONS, (MAC_CONDITION, MAC_ALGORITHM)),
        )

    def _statements(self) -> tuple[Statement, ...]:
        account, roles = self._args.names.account_id, self._args.role_arns
        tables = hosts(("dynamodb",), *self._args.regions)
        return (
            administration(account),
            use_by_account_through("TableGrants", account, tables),
            use_by_roles("Tables", account, roles, TABLE_ACTIONS, tables),
            use_by_roles_in_context("Values", account, roles, KEY_ACTIONS, (VALUES_CONTEXT, VALUES_PURPOSE)),
        )

    def _key(self, name: str, description: str, use: KeyUse, statements: tuple[Statement, ...]) -> MultiRegionKey:
        return MultiRegionKey(
            name,
            MultiRegionKeyArgs(
                alias=self._args.names.key_alias(name),
                description=description,
                regions=self._args.regions,
                providers=self._args.providers,
                statements=statements,
                protect=self._args.deletion_protection,
                use=use,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _table(self, name: str, *, recovery: bool) -> GlobalTable:
        home = self._args.regions[0]
        return GlobalTable(
            name,
            GlobalTableArgs(
                table_name=self._args.names.regional(name),
                hash_key=HASH_KEY,
                regions=self._args.regions,
                witness=self._args.witness,
                account_id=self._args.names.account_id,
                key_arns=self.key.arns,
                deletion_protection=self._args.deletion_protection,
                point_in_time_recovery=recovery,
            ),
            opts=pulumi.ResourceOptions(parent=self, provider=self._args.providers[home]),
        )
