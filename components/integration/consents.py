"""What consumers have agreed to, the same in both Regions; and what is known from it, for a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.expiring_table import ExpiringTable, ExpiringTableArgs
from components.blocks.key import MultiRegionKey, MultiRegionKeyArgs
from components.blocks.key_policy import administration, use_by_account_through
from components.blocks.statement_parts import hosts
from components.blocks.table import GlobalTable, GlobalTableArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.naming import Names

CONSENTS, AGGREGATES, METRICS = "consents", "account-aggregates", "api-metrics"
CONSENT_ID, ACCOUNT_ID, MEASURED = "consent_id", "account_id", "measured"
EXPIRES_AT = "expires_at"


@dataclass(frozen=True, slots=True)
class ConsentsArgs:
    """`regions`: the two replicas; `witness`: the third Region of their set. `providers` has one for each replica."""

    names: Names
    regions: tuple[str, str]
    witness: str
    providers: Mapping[str, aws.Provider]
    protect: bool


class Consents(pulumi.ComponentResource):
    """Consents in a table with strong consistency: one that is withdrawn in a Region is withdrawn in the other.

    That mode has no time to live, nor could it be relied on: whoever reads a consent looks at when it ends (ADR 0041).
    What is aggregated of accounts and measured of the API is each Region's own, and goes by itself.
    """

    table_name: pulumi.Output[str]
    table_arns: Mapping[str, pulumi.Output[str]]
    key_arns: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: ConsentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:Consents", name, None, opts)
        self._args = args
        account_id = args.names.account_id
        services = hosts(("dynamodb",), *args.regions)
        key = MultiRegionKey(
            name,
            MultiRegionKeyArgs(
                alias=args.names.key_alias(name),
                description="Consents, and what is known from them",
                regions=args.regions,
                providers=args.providers,
                statements=(
                    administration(account_id),
                    use_by_account_through("TableGrants", account_id, services),
                ),
                protect=args.protect,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        table = GlobalTable(
            CONSENTS,
            GlobalTableArgs(
                table_name=args.names.regional(CONSENTS),
                hash_key=CONSENT_ID,
                regions=args.regions,
                witness=args.witness,
                account_id=account_id,
                key_arns=key.arns,
                deletion_protection=args.protect,
            ),
            self._in(args.regions[0]),
        )
        for region in args.regions:
            self._expiring(AGGREGATES, ACCOUNT_ID, region, key)
            self._expiring(METRICS, MEASURED, region, key)
        self.table_name, self.table_arns, self.key_arns = table.table_name, table.arns, key.arns
        self.register_outputs({"tableName": self.table_name, "tableArns": self.table_arns})

    def exports(self) -> dict[str, object]:
        """What the foundation exports of them."""
        return {
            "consents_table_name": self.table_name,
            "consents_table_arns": self.table_arns,
            "consents_key_arns": self.key_arns,
        }

    def _in(self, region: str) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, provider=self._args.providers[region])

    def _expiring(self, name: str, hash_key: str, region: str, key: MultiRegionKey) -> None:
        ExpiringTable(
            f"{name}-{region}",
            ExpiringTableArgs(
                table_name=self._args.names.regional(name),
                hash_key=hash_key,
                expiry=EXPIRES_AT,
                key_arn=key.arns[region],
                deletion_protection=self._args.protect,
            ),
            self._in(region),
        )
