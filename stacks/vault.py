"""The vault in the stacks: made in the foundation, reached and watched in each Region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.monitoring.vault_alarms import VaultAlarms, VaultAlarmsArgs
from components.payment.message_path import FunctionName
from components.security.vault import Vault, VaultArgs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi_aws as aws

    from components.blocks.function import Function
    from components.blocks.naming import Names
    from components.security.function_identities import FunctionIdentities
    from stacks.settings import Settings


def build_vault(
    settings: Settings, names: Names, providers: Mapping[str, aws.Provider], identities: FunctionIdentities
) -> Vault:
    """The vault of an environment."""
    roles = tuple(each[FunctionName.VAULT].arn for each in identities.roles.values())
    args = VaultArgs(names, settings.regions, settings.witness, providers, roles, settings.deletion_protection)
    return Vault("vault", args)


def watch_vault(settings: Settings, names: Names, function: Function, opts: pulumi.ResourceOptions) -> None:
    """The alarms of a Region's vault."""
    group = names.function_log_group(FunctionName.VAULT)
    watched = VaultAlarmsArgs(names, group, settings.vault.alarm_detokenised, settings.vault.alarm_denied)
    # The filters are on the function's own log group, which must be there.
    after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[function]))
    VaultAlarms("vault-alarms", watched, after)
