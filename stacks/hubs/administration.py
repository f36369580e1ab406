"""The administration hub: in each Region, and what the account has once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.administration.backups import Backups, BackupsArgs
from components.administration.compliance import Compliance, ComplianceArgs
from components.administration.configuration import ConfigurationPlatform, ConfigurationPlatformArgs
from components.administration.guardrails import Guardrails, GuardrailsArgs
from components.administration.patching import Patching, PatchingArgs
from components.administration.session_access import BASTION, SessionAccess, SessionAccessArgs
from components.blocks.tags import default_tags

if TYPE_CHECKING:
    from stacks.hubs.administration_settings import AdministrationSettings
    from stacks.hubs.base import FoundationBase, RegionBase


def build_foundation(base: FoundationBase, settings: AdministrationSettings) -> None:
    """Controls on the account, where an organization has them."""
    if settings.control_tower is not None:
        tower = settings.control_tower
        opts = pulumi.ResourceOptions(provider=base.providers[base.settings.regions[0]])
        Guardrails("guardrails", GuardrailsArgs(tower.home_region, tower.unit_arn), opts)


def build_region(base: RegionBase, settings: AdministrationSettings) -> None:
    """Sessions, patches, records, backups, configurations."""
    names, region, protect, opts = base.names, base.region, base.settings.deletion_protection, base.opts
    subnet_ids = tuple(base.network.subnet_ids)
    SessionAccess(
        "sessions",
        SessionAccessArgs(
            names=names,
            region=region,
            vpc_id=base.network.vpc_id,
            subnet_ids=subnet_ids,
            largest=settings.bastions,
            log_retention_days=base.settings.log_retention_days,
            tags=default_tags(base.settings.environment, base.settings.tags),
            protect=protect,
        ),
        opts,
    )
    Patching("patching", PatchingArgs(names, BASTION), opts)
    Compliance(
        "compliance",
        ComplianceArgs(
            names=names,
            region=region,
            records_account=region == base.settings.regions[0],
            retention_days=base.settings.payloads.retention_days,
            lock_mode=base.settings.payloads.lock_mode,
            lock_days=base.settings.payloads.lock_days,
            protect=protect,
        ),
        opts,
    )
    Backups(
        "backups",
        BackupsArgs(
            names=names,
            region=region,
            opposite=base.opposite,
            resource_arns=(base.foundation.table_arn, base.foundation.leadership_table_arn, base.foundation.ledger_arn),
            days=settings.backup_days,
            immutable=settings.backups_immutable,
            protect=protect,
        ),
        opts,
    )
    ConfigurationPlatform(
        "configuration",
        ConfigurationPlatformArgs(
            names=names,
            region=region,
            log_level=base.settings.functions.log_level,
            minutes=settings.rollout_minutes,
            alarm_arns=base.alarm_arns,
            protect=protect,
        ),
        opts,
    )
