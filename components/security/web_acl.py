"""What a request meets before a Region's API and its token endpoint do: a web ACL that blocks.

Rule groups, their labels and limits: AWS WAF Developer Guide, "AWS Managed Rules rule groups list", "Using
rate-based rule statements", "Managing body inspection", "Data protection and logging".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import PARTITION
from components.security.web_rules import TOO_LARGE, TOO_MANY, RateLimits, rules_of

if TYPE_CHECKING:
    from components.blocks.naming import Names

INSPECTED_KIB = (16, 32, 48, 64)
"""What WAF inspects of a body (RequestBodyAssociatedResourceTypeConfig); above 16 it costs more for each request."""
_SECRET_HEADERS = ("authorization", "cookie")


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """`inspected_kib`: how much of a body is inspected. `requests_per_minute_per_address`, `_per_client`: above them,
    blocked. `shield_advanced`: whether the account has the subscription, so that what it can protect is protected.
    """

    inspected_kib: int
    requests_per_minute_per_address: int
    requests_per_minute_per_client: int
    shield_advanced: bool


@dataclass(frozen=True, slots=True)
class WebAclArgs:
    """`largest_body_bytes`: what the API takes. `stage_arn`, `user_pool_arn`: what is protected."""

    names: Names
    settings: EdgeSettings
    largest_body_bytes: int
    stage_arn: pulumi.Input[str]
    user_pool_arn: pulumi.Input[str]
    log_retention_days: int
    log_key_arn: pulumi.Input[str]


class WebAcl(pulumi.ComponentResource):
    """The ACL, in force on the API's stage and on the user pool's token endpoint, and its log.

    What WAF keeps of a request, it shows in logs, in samples and in the details of a match, which quote the body. So
    there are no samples, and body and credentials are replaced wherever WAF would show them.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: WebAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:WebAcl", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        acl = self._acl()
        for protected, resource_arn in (("api", args.stage_arn), ("tokens", args.user_pool_arn)):
            aws.wafv2.WebAclAssociation(
                f"{name}-{protected}", web_acl_arn=acl.arn, resource_arn=resource_arn, opts=self._child
            )
        self._log(acl)
        self.arn = acl.arn
        self.register_outputs({"arn": self.arn})

    def _acl(self) -> aws.wafv2.WebAcl:
        settings = self._args.settings
        limit = f"KB_{settings.inspected_kib}"
        limits = RateLimits(settings.requests_per_minute_per_address, settings.requests_per_minute_per_client)
        return aws.wafv2.WebAcl(
            self._name,
            name=self._args.names.regional(self._name),
            description="Before the API of the payments hub and its token endpoint",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=rules_of(limits, self._args.largest_body_bytes),
            association_config={
                "request_bodies": [
                    {
                        "api_gateway": {"default_size_inspection_limit": limit},
                        "cognito_user_pool": {"default_size_inspection_limit": limit},
                    }
                ]
            },
            custom_response_bodies=[
                _answer(TOO_LARGE, "BODY_TOO_LARGE", "The request is too large."),
                _answer(TOO_MANY, "THROTTLED", "Too many requests. Try again later."),
            ],
            data_protection_config={
                "data_protections": [
                    {"action": "SUBSTITUTION", "field": {"field_type": "BODY"}},
                    {
                        "action": "SUBSTITUTION",
                        "field": {"field_type": "SINGLE_HEADER", "field_keys": list(_SECRET_HEADERS)},
                    },
                ]
            },
            visibility_config={
                "cloudwatch_metrics_enabled": True,
                "metric_name": self._name,
                "sampled_requests_enabled": False,
            },
            opts=self._child,
        )

    def _log(self, acl: aws.wafv2.WebAcl) -> None:
        """What was blocked or counted. The access log has the rest."""
        log_group = aws.cloudwatch.LogGroup(
            self._name,
            name=self._args.names.firewall_log_group(self._name),
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.log_key_arn,
            opts=self._child,
        )
        aws.wafv2.WebAclLoggingConfiguration(
            self._name,
            resource_arn=acl.arn,
            log_destination_configs=log_group.arn.apply(lambda arn: [arn]),
            redacted_fields=[{"single_header": {"name": header}} for header in _SECRET_HEADERS],
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [{"action_condition": {"action": action}} for action in ("BLOCK", "COUNT")],
                    }
                ],
            },
            opts=self._child,
        )


def stage_arn(region: str, api_id: pulumi.Input[str], stage: pulumi.Input[str]) -> pulumi.Output[str]:
    """A stage, as WAF names it (AWS WAF API Reference, AssociateWebACL)."""
    return pulumi.Output.concat(f"arn:{PARTITION}:apigateway:{region}::/restapis/", api_id, "/stages/", stage)


def _answer(key: str, code: str, message: str) -> aws.wafv2.WebAclCustomResponseBodyArgsDict:
    """In the form of the API's own errors; WAF puts no request's id into it."""
    content = f'{{"error":{{"code":"{code}","message":"{message}","details":[]}}}}'
    return {"key": key, "content_type": "APPLICATION_JSON", "content": content}
