"""Keys for payment cryptography, as schemes and card networks ask: in hardware of their standard (PCI PIN, P2PE)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import DELETION_WINDOW_DAYS

if TYPE_CHECKING:
    from components.blocks.naming import Names


@dataclass(frozen=True, slots=True)
class PaymentKeysArgs:
    """`protect`: the key cannot be deleted by a deployment."""

    names: Names
    protect: bool


class PaymentKeys(pulumi.ComponentResource):
    """A key for message authentication codes (ISO 9797-1 algorithm 5, CMAC) that schemes want on what is sent to them.

    It is a Region's own and cannot be exported. AWS Payment Cryptography User Guide, "Understanding key attributes".
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: PaymentKeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:PaymentKeys", name, None, opts)
        modes = aws.paymentcryptography.KeyKeyAttributeKeyModesOfUseArgs(generate=True, verify=True)
        key = aws.paymentcryptography.Key(
            name,
            exportable=False,
            enabled=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            key_check_value_algorithm="CMAC",
            key_attributes=[
                aws.paymentcryptography.KeyKeyAttributeArgs(
                    key_algorithm="AES_256",
                    key_class="SYMMETRIC_KEY",
                    key_usage="TR31_M6_ISO_9797_5_CMAC_KEY",
                    key_modes_of_uses=[modes],
                )
            ],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.paymentcryptography.KeyAlias(
            name, alias_name=args.names.key_alias(name), key_arn=key.arn, opts=pulumi.ResourceOptions(parent=self)
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
