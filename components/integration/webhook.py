"""One participant's webhook: told of its own payments, and of nobody else's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import arn
from components.integration.generated_secret import GeneratedSecret, GeneratedSecretArgs

if TYPE_CHECKING:
    from components.blocks.naming import Names

SOURCE, DETAIL_TYPE = "twinrail.payments", "Payment status"
HEADER = "X-Twinrail-Webhook-Key"
"""By which the participant knows that it is the hub that calls."""
A_DAY_SECONDS, MOST_TRIES = 86_400, 185
"""EventBridge's most (its User Guide, "Retry policies")."""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`url`: HTTPS. `per_second`: how many calls the participant takes; what is more waits."""

    url: str
    per_second: int


@dataclass(frozen=True, slots=True)
class WebhookArgs:
    """`dead_letter_arn`: where goes what a day's tries did not deliver. `role_arn`: which may call the destination."""

    names: Names
    participant: str
    settings: WebhookSettings
    bus_name: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    dead_letter_arn: pulumi.Input[str]
    secret_recovery_days: int


class Webhook(pulumi.ComponentResource):
    """A rule on the bus that matches the participant's payments, and the API destination that it calls.

    The key is made up by Secrets Manager and told to the participant; the connection keeps its own copy there.
    """

    destination_arn: pulumi.Output[str]

    def __init__(self, name: str, args: WebhookArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:Webhook", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        called = args.names.regional(f"webhook-{args.participant}")
        secret = GeneratedSecret(
            name,
            GeneratedSecretArgs(
                secret_name=args.names.secret("webhooks", args.participant),
                description=f"What the hub shows at {args.participant}'s webhook",
                key_arn=args.key_arn,
                recovery_days=args.secret_recovery_days,
            ),
            child,
        )
        connection = aws.cloudwatch.EventConnection(
            name,
            name=called,
            authorization_type="API_KEY",
            kms_key_identifier=args.key_arn,
            auth_parameters=aws.cloudwatch.EventConnectionAuthParametersArgs(
                api_key=aws.cloudwatch.EventConnectionAuthParametersApiKeyArgs(key=HEADER, value=secret.value)
            ),
            opts=child,
        )
        destination = aws.cloudwatch.EventApiDestination(
            name,
            name=called,
            connection_arn=connection.arn,
            http_method="POST",
            invocation_endpoint=args.settings.url,
            invocation_rate_limit_per_second=args.settings.per_second,
            opts=child,
        )
        rule = aws.cloudwatch.EventRule(
            name,
            name=called,
            description="Payments of one participant",
            event_bus_name=args.bus_name,
            event_pattern=json.dumps(pattern_of(args.participant), sort_keys=True),
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            event_bus_name=args.bus_name,
            target_id="webhook",
            arn=destination.arn,
            role_arn=args.role_arn,
            input_path="$.detail",
            retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(
                maximum_event_age_in_seconds=A_DAY_SECONDS, maximum_retry_attempts=MOST_TRIES
            ),
            dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=args.dead_letter_arn),
            opts=child,
        )
        self.destination_arn = destination.arn
        self.register_outputs({"destinationArn": self.destination_arn})


def pattern_of(participant: str) -> dict[str, object]:
    """What of the bus is this participant's."""
    return {"source": [SOURCE], "detail-type": [DETAIL_TYPE], "detail": {"participant": [participant]}}


def rule_arn(names: Names, region: str, bus_name: str, participant: str) -> str:
    """The ARN of its rule, which queue and key must know before it is there."""
    rule = names.regional(f"webhook-{participant}")
    return arn("events", region, names.account_id, f"rule/{bus_name}/{rule}")
