"""The foundation layer: what spans Regions and outlives the loss of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.blocks.naming import Names
from components.network.api_names import ApiNames
from components.network.api_zone import ApiZone, ApiZoneArgs
from components.network.region_switch import RegionSwitch, RegionSwitchArgs
from components.payment.ledger import migration_plan
from components.payment.message_path import KEY_OBSERVERS, FunctionName
from components.payment.stores import PaymentStores, PaymentStoresArgs
from components.security.audit_stores import AuditStores, AuditStoresArgs
from components.security.envelope_key import EnvelopeKey, EnvelopeKeyArgs
from components.security.function_identities import FunctionIdentities, FunctionIdentitiesArgs
from components.security.operator_grants import KEY_USERS
from components.security.zone_protection import ZoneProtection
from stacks.hubs.base import FoundationBase
from stacks.hubs.build import build_foundation_hubs
from stacks.operators import build_operators, grant_operators
from stacks.providers import provider_for
from stacks.trail import keep_trail
from stacks.vault import build_vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from stacks.settings import Settings


def build_foundation(settings: Settings) -> dict[str, object]:
    """Build the layer; gives what it exports, which is all that a Region's stack may know of it."""
    names = Names(settings.environment, settings.account_id)
    providers = {region: provider_for(settings, region) for region in settings.regions}
    identities = FunctionIdentities(
        "identities", FunctionIdentitiesArgs(names=names, functions=tuple(FunctionName), providers=providers)
    )
    operators = build_operators(settings, names, providers)
    stores = PaymentStores(
        "stores",
        PaymentStoresArgs(
            names=names,
            regions=settings.regions,
            witness=settings.witness,
            providers=providers,
            function_role_arns=tuple(role.arn for roles in identities.roles.values() for role in roles.values()),
            operator_role_arns=tuple(operators.role_arns[each] for each in KEY_USERS),
            observer_role_arns=tuple(roles[each].arn for roles in identities.roles.values() for each in KEY_OBSERVERS),
            payloads=settings.payloads,
            deletion_protection=settings.deletion_protection,
        ),
    )
    envelopes = EnvelopeKey(
        "envelopes",
        EnvelopeKeyArgs(names, settings.regions, providers, identities.roles, protect=settings.deletion_protection),
    )
    audit = AuditStores(
        "audit",
        AuditStoresArgs(
            names=names,
            regions=settings.regions,
            witness=settings.witness,
            providers=providers,
            signer_role_arns=tuple(roles[FunctionName.ATTEST].arn for roles in identities.roles.values()),
            key_arns=stores.key.arns,
            retention_days=settings.payloads.retention_days,
            lock_mode=settings.payloads.lock_mode,
            lock_days=settings.payloads.lock_days,
            deletion_protection=settings.deletion_protection,
        ),
    )
    vault = build_vault(settings, names, providers, identities)
    keep_trail(settings, names, providers, operators, vault)
    zone_id, exported, switch_plan_arn = _names(settings, names, providers)
    grant_operators(settings, names, operators, stores=stores, audit=audit, switch_plan_arn=switch_plan_arn)
    return {
        **exported,
        **build_foundation_hubs(FoundationBase(settings, names, providers, zone_id)),
        "operators": operators.exports(),
        "operator_role_arns": {each.value: role_arn for each, role_arn in operators.role_arns.items()},
        "audit_table_name": audit.table.table_name,
        "audit_table_arns": audit.table.arns,
        "audit_key_arns": audit.key.arns,
        "audit_heads_buckets": {chain: bucket.bucket_name for chain, bucket in audit.heads.items()},
        "audit_heads_bucket_arns": {chain: bucket.arn for chain, bucket in audit.heads.items()},
        "vault": vault.exports(),
        "payload_key_arns": stores.key.arns,
        "envelope_key_arns": envelopes.arns,
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


def _names(
    settings: Settings, names: Names, providers: Mapping[str, aws.Provider]
) -> tuple[pulumi.Output[str], dict[str, object], pulumi.Output[str] | None]:
    """The API's zone, certificates and switch: the zone, what is exported of them, and the switch's plan."""
    api_names = ApiNames(settings.dns.domain)
    zone = ApiZone("api", ApiZoneArgs(api_names, providers, settings.deletion_protection))
    exported: dict[str, object] = {
        "api_zone_id": zone.zone_id,
        "api_name_servers": zone.name_servers,
        "api_certificate_arns": zone.certificate_arns,
    }
    if settings.edge.shield_advanced:
        opts = pulumi.ResourceOptions(provider=providers[settings.regions[0]])
        ZoneProtection(names.regional("zone"), zone.zone_arn, opts)
    plan_arn = None
    if settings.dns.region_switch:
        switch = RegionSwitch(
            "region-switch",
            RegionSwitchArgs(names, api_names, settings.regions, zone.zone_id, zone.zone_arn),
            pulumi.ResourceOptions(provider=providers[settings.regions[0]]),
        )
        plan_arn = switch.plan_arn
        exported["region_switch_check_ids"] = switch.health_check_ids
    return zone.zone_id, exported, plan_arn
