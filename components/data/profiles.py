"""Who takes part: customers, merchants, third parties. What is known of them, and is no transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.key import MultiRegionKey, MultiRegionKeyArgs
from components.blocks.key_policy import administration, use_by_account_through
from components.blocks.statement_parts import hosts
from components.blocks.table import GlobalTable, GlobalTableArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.naming import Names

PROFILES = "profiles"
PROFILE_ID = "profile_id"


@dataclass(frozen=True, slots=True)
class ProfilesArgs:
    """`regions` hold the two replicas, `witness` is the third Region of their set."""

    names: Names
    regions: tuple[str, str]
    witness: str
    providers: Mapping[str, aws.Provider]
    protect: bool


class Profiles(pulumi.ComponentResource):
    """A global table of profiles under a key of its own: who may read profiles can be told from who may read payments.

    A profile is looked up by its token; what of it is of a person is the vault's to keep, and is here as tokens.
    """

    table: GlobalTable
    key: MultiRegionKey

    def __init__(self, name: str, args: ProfilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:data:Profiles", name, None, opts)
        account_id = args.names.account_id
        through = hosts(("dynamodb",), *args.regions)
        self.key = MultiRegionKey(
            PROFILES,
            MultiRegionKeyArgs(
                alias=args.names.key_alias(PROFILES),
                description="Profiles of customers, merchants and third parties",
                regions=args.regions,
                providers=args.providers,
                statements=(administration(account_id), use_by_account_through("Tables", account_id, through)),
                protect=args.protect,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.table = GlobalTable(
            PROFILES,
            GlobalTableArgs(
                table_name=args.names.regional(PROFILES),
                hash_key=PROFILE_ID,
                regions=args.regions,
                witness=args.witness,
                account_id=account_id,
                key_arns=self.key.arns,
                deletion_protection=args.protect,
            ),
            pulumi.ResourceOptions(parent=self, provider=args.providers[args.regions[0]]),
        )
        self.register_outputs({"tableName": self.table.table_name})
