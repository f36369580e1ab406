"""The way to systems on premises: site-to-site VPN, each gateway there by two tunnels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.network.network_logs import NetworkLogs

TUNNELS = (1, 2)
CIPHERS, DIGESTS, GROUPS = ("AES256-GCM-16",), ("SHA2-384", "SHA2-512"), (20, 21)
"""The strongest that AWS has (Site-to-Site VPN User Guide, "Tunnel options"): its defaults let weaker ones in."""
AMAZON_ASN = "64512"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway on premises: its public IPv4 `address`, and the number of its autonomous system for BGP."""

    address: str
    asn: int


@dataclass(frozen=True, slots=True)
class OnPremisesArgs:
    """`route_tables`: what learns the routes to premises, by name."""

    vpc_id: pulumi.Input[str]
    gateways: Mapping[str, Gateway]
    route_tables: Mapping[str, pulumi.Input[str]]
    logs: NetworkLogs


class OnPremises(pulumi.ComponentResource):
    """A virtual private gateway, and a connection to each gateway there; routes are learned by BGP.

    The tunnels' keys are made by AWS and kept in Secrets Manager: neither the program nor its state has them.
    """

    def __init__(self, name: str, args: OnPremisesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:OnPremises", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        own = aws.ec2.VpnGateway(name, vpc_id=args.vpc_id, amazon_side_asn=AMAZON_ASN, opts=child)
        for table, table_id in args.route_tables.items():
            aws.ec2.VpnGatewayRoutePropagation(table, vpn_gateway_id=own.id, route_table_id=table_id, opts=child)
        for there, gateway in args.gateways.items():
            customer = aws.ec2.CustomerGateway(
                there, type="ipsec.1", ip_address=gateway.address, bgp_asn=str(gateway.asn), opts=child
            )
            aws.ec2.VpnConnection(
                there,
                type="ipsec.1",
                customer_gateway_id=customer.id,
                vpn_gateway_id=own.id,
                static_routes_only=False,
                preshared_key_storage="SecretsManager",
                opts=child,
                **_tunnels(args.logs.group("vpn")),
            )
        self.register_outputs({"vpnGatewayId": own.id})


def _tunnels(group: aws.cloudwatch.LogGroup) -> dict[str, Any]:
    logged = {"cloudwatch_log_options": {"log_enabled": True, "log_group_arn": group.arn, "log_output_format": "json"}}
    options = {
        "ike_versions": ["ikev2"],
        "phase1_encryption_algorithms": list(CIPHERS),
        "phase2_encryption_algorithms": list(CIPHERS),
        "phase1_integrity_algorithms": list(DIGESTS),
        "phase2_integrity_algorithms": list(DIGESTS),
        "phase1_dh_group_numbers": list(GROUPS),
        "phase2_dh_group_numbers": list(GROUPS),
        "dpd_timeout_action": "restart",
        "log_options": logged,
    }
    return {f"tunnel{tunnel}_{option}": value for tunnel in TUNNELS for option, value in options.items()}
