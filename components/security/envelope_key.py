"""The key of envelopes: what the functions seal payloads under, before anything else sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.key import MultiRegionKey, MultiRegionKeyArgs
from components.blocks.key_policy import administration, use_by_roles_in_context
from components.payment.grants import ENVELOPE_PURPOSE, HEALTH_KEY_ACTIONS, HEALTH_PURPOSE, KEY_PURPOSE
from components.payment.message_path import KEY_OBSERVERS, OPENERS, SEALERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi_aws as aws

    from components.blocks.naming import Names
    from components.blocks.role import ExecutionRole
    from components.blocks.statement import Statement


@dataclass(frozen=True, slots=True)
class EnvelopeKeyArgs:
    """`roles`: every function's, by Region, then by function. `providers` has one provider per Region."""

    names: Names
    regions: tuple[str, str]
    providers: Mapping[str, aws.Provider]
    roles: Mapping[str, Mapping[str, ExecutionRole]]
    protect: bool


class EnvelopeKey(pulumi.ComponentResource):
    """A multi-Region key that no service uses: what one Region seals, the other opens, with no word of the first.

    Apart from the key that stores and queues keep their data under: who may read a bucket can open nothing in it.
    """

    def __init__(self, name: str, args: EnvelopeKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:EnvelopeKey", name, None, opts)
        key = MultiRegionKey(
            name,
            MultiRegionKeyArgs(
                alias=args.names.key_alias(name),
                description="Envelopes of payment messages and answers",
                regions=args.regions,
                providers=args.providers,
                statements=envelope_key_statements(args.names.account_id, args.roles),
                protect=args.protect,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arns = key.arns
        self.register_outputs({"arns": self.arns})


def envelope_key_statements(account_id: str, roles: Mapping[str, Mapping[str, ExecutionRole]]) -> tuple[Statement, ...]:
    """Who may use it: who seals gets data keys, who opens has them decrypted, for payloads alone; nobody by hand."""

    def of(functions: Sequence[str]) -> tuple[pulumi.Input[str], ...]:
        return tuple(of_region[each].arn for of_region in roles.values() for each in functions)

    payload, health = (KEY_PURPOSE, ENVELOPE_PURPOSE), (KEY_PURPOSE, HEALTH_PURPOSE)
    return (
        administration(account_id),
        use_by_roles_in_context("Seal", account_id, of(SEALERS), ("kms:GenerateDataKey",), payload),
        use_by_roles_in_context("Unseal", account_id, of(OPENERS), ("kms:Decrypt",), payload),
        use_by_roles_in_context("Health", account_id, of(KEY_OBSERVERS), HEALTH_KEY_ACTIONS, health),
    )
