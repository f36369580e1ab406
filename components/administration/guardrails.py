"""What an organization forbids in the account, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTROLS: Mapping[str, str] = MappingProxyType(
    {
        "cloudtrail-stays-on": "AWS-GR_CLOUDTRAIL_ENABLED",
        "cloudtrail-stays-as-it-is": "AWS-GR_CLOUDTRAIL_CHANGE_PROHIBITED",
        "config-stays-on": "AWS-GR_CONFIG_ENABLED",
        "no-root-keys": "AWS-GR_RESTRICT_ROOT_USER_ACCESS_KEYS",
        "no-root-actions": "AWS-GR_RESTRICT_ROOT_USER",
        "no-ssh-from-everywhere": "AWS-GR_RESTRICTED_SSH",
    }
)
"""Of AWS Control Tower's controls those that the hub counts on (Control Tower Controls Reference Guide)."""


@dataclass(frozen=True, slots=True)
class GuardrailsArgs:
    """`home_region`: of the landing zone. `unit_arn`: the organizational unit that the account is in."""

    home_region: str
    unit_arn: str


class Guardrails(pulumi.ComponentResource):
    """Controls on the account's organizational unit. The landing zone is the organization's, and is there before."""

    def __init__(self, name: str, args: GuardrailsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:Guardrails", name, None, opts)
        for control, identifier in CONTROLS.items():
            aws.controltower.ControlTowerControl(
                control,
                control_identifier=f"arn:aws:controltower:{args.home_region}::control/{identifier}",
                target_identifier=args.unit_arn,
                # Control Tower answers in the landing zone's own Region alone, which may be none of the hub's.
                region=args.home_region,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
