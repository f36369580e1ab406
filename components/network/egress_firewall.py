"""What may leave for the internet: TLS to names on a list, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.blocks.naming import Names
    from components.network.network_logs import NetworkLogs

RULES = 100
"""What a group may grow to, in rules: it is reserved when the group is made, and cannot be changed."""
FORWARD = "aws:forward_to_sfe"
# A handshake must pass before there is a name to judge by; then what no rule lets through is dropped.
DROP, ALERT = "aws:drop_established", "aws:alert_established"


@dataclass(frozen=True, slots=True)
class EgressFirewallArgs:
    """`subnet_ids`: one in each zone, with nothing else in it. `allowed_domains`: names that may be called; a leading
    point stands for all names below."""

    names: Names
    vpc_id: pulumi.Input[str]
    vpc_cidr: str
    subnet_ids: tuple[pulumi.Input[str], ...]
    allowed_domains: tuple[str, ...]
    logs: NetworkLogs
    protect: bool


class EgressFirewall(pulumi.ComponentResource):
    """A Network Firewall with an endpoint in each zone (`endpoint`); what it drops is told, all flows are logged."""

    def __init__(self, name: str, args: EgressFirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:EgressFirewall", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        policy = aws.networkfirewall.FirewallPolicy(
            name, name=args.names.regional(name), firewall_policy=_policy(self._allowed(name, args)), opts=child
        )
        self._firewall = aws.networkfirewall.Firewall(
            name,
            name=args.names.regional(name),
            firewall_policy_arn=policy.arn,
            vpc_id=args.vpc_id,
            subnet_mappings=[aws.networkfirewall.FirewallSubnetMappingArgs(subnet_id=each) for each in args.subnet_ids],
            delete_protection=args.protect,
            subnet_change_protection=args.protect,
            firewall_policy_change_protection=args.protect,
            opts=child,
        )
        aws.networkfirewall.LoggingConfiguration(
            name,
            firewall_arn=self._firewall.arn,
            logging_configuration=aws.networkfirewall.LoggingConfigurationLoggingConfigurationArgs(
                log_destination_configs=[
                    _logged("ALERT", args.logs.group("firewall-alerts")),
                    _logged("FLOW", args.logs.group("firewall-flows")),
                ]
            ),
            opts=child,
        )
        self.register_outputs({"firewallArn": self._firewall.arn})

    def endpoint(self, zone: str) -> pulumi.Output[str]:
        """The id of the endpoint in a zone, as `eu-west-1a`: where routes lead."""

        def found(statuses: Sequence[aws.networkfirewall.outputs.FirewallFirewallStatus]) -> str:
            for state in statuses[0].sync_states or ():
                if state.availability_zone == zone:
                    return str((state.attachments or ())[0].endpoint_id)
            raise ValueError(f"the firewall has no endpoint in {zone}")

        return self._firewall.firewall_statuses.apply(found)

    def _allowed(self, name: str, args: EgressFirewallArgs) -> aws.networkfirewall.RuleGroup:
        domains = aws.networkfirewall.RuleGroupRuleGroupRulesSourceRulesSourceListArgs(
            generated_rules_type="ALLOWLIST", target_types=["TLS_SNI"], targets=list(args.allowed_domains)
        )
        return aws.networkfirewall.RuleGroup(
            name,
            name=args.names.regional("allowed-domains"),
            type="STATEFUL",
            capacity=RULES,
            rule_group=aws.networkfirewall.RuleGroupRuleGroupArgs(
                rule_variables=aws.networkfirewall.RuleGroupRuleGroupRuleVariablesArgs(
                    ip_sets=[
                        aws.networkfirewall.RuleGroupRuleGroupRuleVariablesIpSetArgs(
                            key="HOME_NET",
                            ip_set=aws.networkfirewall.RuleGroupRuleGroupRuleVariablesIpSetIpSetArgs(
                                definitions=[args.vpc_cidr]
                            ),
                        )
                    ]
                ),
                rules_source=aws.networkfirewall.RuleGroupRuleGroupRulesSourceArgs(rules_source_list=domains),
                stateful_rule_options=aws.networkfirewall.RuleGroupRuleGroupStatefulRuleOptionsArgs(
                    rule_order="STRICT_ORDER"
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _policy(allowed: aws.networkfirewall.RuleGroup) -> aws.networkfirewall.FirewallPolicyFirewallPolicyArgs:
    return aws.networkfirewall.FirewallPolicyFirewallPolicyArgs(
        stateless_default_actions=[FORWARD],
        stateless_fragment_default_actions=["aws:drop"],
        stateful_engine_options=aws.networkfirewall.FirewallPolicyFirewallPolicyStatefulEngineOptionsArgs(
            rule_order="STRICT_ORDER", stream_exception_policy="DROP"
        ),
        stateful_default_actions=[DROP, ALERT],
        stateful_rule_group_references=[
            aws.networkfirewall.FirewallPolicyFirewallPolicyStatefulRuleGroupReferenceArgs(
                resource_arn=allowed.arn, priority=1
            )
        ],
    )


def _logged(
    kind: str, group: aws.cloudwatch.LogGroup
) -> aws.networkfirewall.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs:
    return aws.networkfirewall.LoggingConfigurationLoggingConfigurationLogDestinationConfigArgs(
        log_type=kind, log_destination_type="CloudWatchLogs", log_destination={"logGroup": group.name}
    )
