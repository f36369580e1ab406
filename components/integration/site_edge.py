"""What a site of CloudFront has in us-east-1 alone: its certificate and its web ACL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

    Rule = aws.wafv2.WebAclRuleArgsDict
    Statement = aws.wafv2.WebAclRuleStatementArgsDict

EDGE_REGION = "us-east-1"
"""Where CloudFront looks for certificates, web ACLs and sources of logs, wherever the site's content is (CloudFront
Developer Guide, "Requirements for using SSL/TLS certificates"). No content and no visitor's address is kept there."""
VALIDATION_TTL_SECONDS = 300
WINDOW_SECONDS = 60
GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
)


@dataclass(frozen=True, slots=True)
class SiteEdgeArgs:
    """`requests_per_minute`: of one address; above it, blocked."""

    names: Names
    domain_name: str
    zone_id: pulumi.Input[str]
    requests_per_minute: int


class SiteEdge(pulumi.ComponentResource):
    """The certificate, proved in the hub's own zone, and an ACL that blocks.

    The ACL has no log of its own: for CloudFront that would be kept in us-east-1, with visitors' addresses. What it
    blocked is in the site's access log, with the status 403, which the site itself never gives.
    """

    certificate_arn: pulumi.Output[str]
    acl_arn: pulumi.Output[str]

    def __init__(self, name: str, args: SiteEdgeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:SiteEdge", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self.certificate_arn = self._certificate(name, args)
        acl = aws.wafv2.WebAcl(
            name,
            name=args.names.regional(name),
            description="Before the site of third parties",
            scope="CLOUDFRONT",
            region=EDGE_REGION,
            default_action={"allow": {}},
            rules=site_rules(args.requests_per_minute),
            visibility_config=_seen(name),
            opts=self._child,
        )
        self.acl_arn = acl.arn
        self.register_outputs({"certificateArn": self.certificate_arn, "aclArn": self.acl_arn})

    def _certificate(self, name: str, args: SiteEdgeArgs) -> pulumi.Output[str]:
        certificate = aws.acm.Certificate(
            name, domain_name=args.domain_name, validation_method="DNS", region=EDGE_REGION, opts=self._child
        )
        option = certificate.domain_validation_options[0]
        proof = aws.route53.Record(
            f"{name}-proof",
            zone_id=args.zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=VALIDATION_TTL_SECONDS,
            opts=self._child,
        )
        issued = aws.acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[proof.fqdn],
            region=EDGE_REGION,
            opts=self._child,
        )
        return issued.certificate_arn


def site_rules(requests_per_minute: int) -> list[Rule]:
    """A limit for each address, then what AWS knows to be bad. Nothing is sent here: bodies are not expected."""
    limited: Statement = {
        "rate_based_statement": {
            "limit": requests_per_minute,
            "aggregate_key_type": "IP",
            "evaluation_window_sec": WINDOW_SECONDS,
        }
    }
    rate: Rule = {
        "name": "per-address",
        "priority": 0,
        "statement": limited,
        "action": {"block": {}},
        "visibility_config": _seen("per-address"),
    }
    return [rate, *(_managed(priority, group) for priority, group in enumerate(GROUPS, start=1))]


def _managed(priority: int, group: str) -> Rule:
    return {
        "name": group,
        "priority": priority,
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
        "override_action": {"none": {}},
        "visibility_config": _seen(group),
    }


def _seen(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": False}
