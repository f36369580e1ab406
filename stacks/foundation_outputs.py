"""What a Region's stack knows of the foundation, read by StackReference and typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.function import FunctionRole
from components.blocks.naming import PROJECT
from components.data.reach import CacheReach, DataReach, ProfilesReach
from components.payment.message_path import FunctionName
from components.security.audit_reach import AuditReach
from components.security.operator_grants import Operator
from components.security.vault import TOKEN_KEY_VERSION
from components.security.vault_access import VaultReach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.settings import Settings


class FoundationError(pulumi.RunError):
    """The foundation's stack does not export what this Region needs: it is older than this program, or not deployed."""


@dataclass(frozen=True, slots=True)
class FoundationOutputs:
    """Each mapping is by Region; `envelope_key_arn`, `ledger_endpoint`, `ledger_arn`, `roles`, `certificate_arn` and
    `switch_check_id`, `audit` are those of the stack's own Region; `operator_role_arns` the account's. `data`: None
    without a data manager."""

    payload_key_arns: Mapping[str, pulumi.Output[str]]
    envelope_key_arn: pulumi.Output[str]
    table_name: pulumi.Output[str]
    table_arn: pulumi.Output[str]
    leadership_table_name: pulumi.Output[str]
    leadership_table_arn: pulumi.Output[str]
    bucket_names: Mapping[str, pulumi.Output[str]]
    bucket_arns: Mapping[str, pulumi.Output[str]]
    ledger_endpoint: pulumi.Output[str]
    ledger_arn: pulumi.Output[str]
    roles: Mapping[FunctionName, FunctionRole]
    zone_id: pulumi.Output[str]
    certificate_arn: pulumi.Output[str]
    switch_check_id: pulumi.Output[str] | None
    audit: AuditReach
    vault: VaultReach
    operator_role_arns: Mapping[Operator, pulumi.Output[str]]
    data: DataReach | None


def read_foundation(settings: Settings, region: str) -> FoundationOutputs:
    """The foundation of the environment, as the stack of `region` sees it."""
    stack = f"{settings.environment}-foundation"
    reference = pulumi.StackReference(stack, stack_name=f"{settings.organization}/{PROJECT}/{stack}")

    def by_region(output: str) -> dict[str, pulumi.Output[str]]:
        return {each: _text(reference, output, each) for each in settings.regions}

    return FoundationOutputs(
        payload_key_arns=by_region("payload_key_arns"),
        envelope_key_arn=_text(reference, "envelope_key_arns", region),
        table_name=_text(reference, "transactions_table_name"),
        table_arn=_text(reference, "transactions_table_arns", region),
        leadership_table_name=_text(reference, "leadership_table_name"),
        leadership_table_arn=_text(reference, "leadership_table_arns", region),
        bucket_names=by_region("payload_buckets"),
        bucket_arns=by_region("payload_bucket_arns"),
        ledger_endpoint=_text(reference, "ledger", "endpoints", region),
        ledger_arn=_text(reference, "ledger_cluster_arns", region),
        roles={
            function: FunctionRole(
                name=_text(reference, "function_roles", region, function, "name"),
                arn=_text(reference, "function_roles", region, function, "arn"),
            )
            for function in FunctionName
        },
        zone_id=_text(reference, "api_zone_id"),
        certificate_arn=_text(reference, "api_certificate_arns", region),
        switch_check_id=_text(reference, "region_switch_check_ids", region) if settings.dns.region_switch else None,
        audit=_audit(reference, settings, region),
        vault=_vault(settings, region, reference),
        operator_role_arns={each: _text(reference, "operator_role_arns", each) for each in Operator},
        data=None if settings.hubs.data is None else _data(reference, region),
    )


def _data(reference: pulumi.StackReference, region: str) -> DataReach:
    return DataReach(
        profiles=ProfilesReach(
            table_name=_text(reference, "data", "profiles_table_name"),
            table_arn=_text(reference, "data", "profiles_table_arns", region),
            key_arn=_text(reference, "data", "profiles_key_arns", region),
        ),
        cache=CacheReach(
            vpc_id=_text(reference, "data", "caches", region, "vpc_id"),
            route_table_id=_text(reference, "data", "caches", region, "route_table_id"),
            group_id=_text(reference, "data", "caches", region, "group_id"),
            endpoint=_text(reference, "data", "caches", region, "endpoint"),
        ),
    )


def _vault(settings: Settings, region: str, reference: pulumi.StackReference) -> VaultReach:
    return VaultReach(
        region=region,
        tokens_table_name=_text(reference, "vault", "tokens_table_name"),
        tokens_table_arn=_text(reference, "vault", "tokens_table_arns", region),
        subjects_table_name=_text(reference, "vault", "subjects_table_name"),
        subjects_table_arn=_text(reference, "vault", "subjects_table_arns", region),
        token_key_arn=_text(reference, "vault", "token_key_arns", region),
        token_key_version=TOKEN_KEY_VERSION,
        vault_key_arn=_text(reference, "vault", "key_arns", region),
        detokenise_per_minute=settings.vault.detokenise_per_minute,
    )


def _audit(reference: pulumi.StackReference, settings: Settings, region: str) -> AuditReach:
    (opposite,) = (each for each in settings.regions if each != region)
    return AuditReach(
        region=region,
        heads_region=opposite,
        table_name=_text(reference, "audit_table_name"),
        table_arn=_text(reference, "audit_table_arns", region),
        table_key_arn=_text(reference, "payload_key_arns", region),
        key_arn=_text(reference, "audit_key_arns", region),
        heads_bucket=_text(reference, "audit_heads_buckets", region),
        heads_bucket_arn=_text(reference, "audit_heads_bucket_arns", region),
        heads_key_arn=_text(reference, "payload_key_arns", opposite),
    )


def _text(reference: pulumi.StackReference, output: str, *keys: str) -> pulumi.Output[str]:
    def pick(exported: object) -> str:
        value = exported
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, str):
            where = ".".join((output, *keys))
            raise FoundationError(f"the foundation exports no {where}; deploy the foundation's stack first")
        return value

    # pulumi types what a stack exports as Any; the text is checked before anything uses it.
    exported: pulumi.Output[object] = reference.get_output(output)
    return exported.apply(pick)
