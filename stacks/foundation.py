"""The foundation layer: what spans Regions and outlives the loss of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.naming import Names
from components.payment.ledger import migration_plan
from components.payment.message_path import KEY_OBSERVERS, FunctionName
from components.payment.stores import PaymentStores, PaymentStoresArgs
from components.security.function_identities import FunctionIdentities, FunctionIdentitiesArgs
from stacks.providers import provider_for

if TYPE_CHECKING:
    from stacks.settings import Settings


def build_foundation(settings: Settings) -> dict[str, object]:
    """Build the layer; gives what it exports, which is all that a Region's stack may know of it."""
    names = Names(settings.environment, settings.account_id)
    providers = {region: provider_for(settings, region) for region in settings.regions}
    identities = FunctionIdentities(
        "identities", FunctionIdentitiesArgs(names=names, functions=tuple(FunctionName), providers=providers)
    )
    stores = PaymentStores(
        "stores",
        PaymentStoresArgs(
            names=names,
            regions=settings.regions,
            witness=settings.witness,
            providers=providers,
            function_role_arns=tuple(role.arn for roles in identities.roles.values() for role in roles.values()),
            observer_role_arns=tuple(roles[each].arn for roles in identities.roles.values() for each in KEY_OBSERVERS),
            payloads=settings.payloads,
            deletion_protection=settings.deletion_protection,
        ),
    )
    return {
        "payload_key_arns": stores.key.arns,
        "transactions_table_name": stores.table.table_name,
        "transactions_table_arns": stores.table.arns,
        "leadership_table_name": stores.leadership.table_name,
        "leadership_table_arns": stores.leadership.arns,
        "payload_buckets": {region: bucket.bucket_name for region, bucket in stores.buckets.items()},
        "payload_bucket_arns": {region: bucket.arn for region, bucket in stores.buckets.items()},
        "ledger": migration_plan(stores.ledger, identities.roles, settings.ledger.participants),
        "ledger_cluster_arns": stores.ledger.arns,
        "function_roles": {
            region: {function: {"name": role.role_name, "arn": role.arn} for function, role in roles.items()}
            for region, roles in identities.roles.items()
        },
    }
