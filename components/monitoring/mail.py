"""What mail about alarms is sent as: a domain of its own in each Region, signed, over TLS only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import arn

if TYPE_CHECKING:
    from components.blocks.naming import Names

DKIM_TOKENS = 3
"""As many as SES gives out for a domain with Easy DKIM."""
TTL_SECONDS = 1_800


@dataclass(frozen=True, slots=True)
class MailArgs:
    """`domain`: of the API's names, in whose zone (`zone_id`) the mail's domain is."""

    names: Names
    region: str
    domain: str
    zone_id: pulumi.Input[str]


class Mail(pulumi.ComponentResource):
    """An SES identity with DKIM, SPF and DMARC, and a configuration set that tells EventBridge what did not arrive.

    A Region's mail needs nothing of the other Region: each has its own domain, tokens and records.
    """

    configuration_set: str

    def __init__(self, name: str, args: MailArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:Mail", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.configuration_set = args.names.regional(name)
        made = aws.sesv2.ConfigurationSet(
            name,
            configuration_set_name=self.configuration_set,
            delivery_options=aws.sesv2.ConfigurationSetDeliveryOptionsArgs(tls_policy="REQUIRE"),
            reputation_options=aws.sesv2.ConfigurationSetReputationOptionsArgs(reputation_metrics_enabled=True),
            suppression_options=aws.sesv2.ConfigurationSetSuppressionOptionsArgs(
                suppressed_reasons=["BOUNCE", "COMPLAINT"]
            ),
            opts=self._child,
        )
        aws.sesv2.ConfigurationSetEventDestination(
            name,
            configuration_set_name=made.configuration_set_name,
            event_destination_name="undelivered",
            event_destination=aws.sesv2.ConfigurationSetEventDestinationEventDestinationArgs(
                enabled=True,
                matching_event_types=["BOUNCE", "COMPLAINT", "REJECT"],
                # SES takes the default bus alone.
                event_bridge_destination=aws.sesv2.ConfigurationSetEventDestinationEventDestinationEventBridgeDestinationArgs(
                    event_bus_arn=arn("events", args.region, args.names.account_id, "event-bus/default")
                ),
            ),
            opts=self._child,
        )
        self._identity(made)
        self.register_outputs({"configurationSet": self.configuration_set})

    def _identity(self, configuration: aws.sesv2.ConfigurationSet) -> None:
        domain = f"alerts-{self._args.region}.{self._args.domain}"
        identity = aws.sesv2.EmailIdentity(
            self._name,
            email_identity=domain,
            configuration_set_name=configuration.configuration_set_name,
            dkim_signing_attributes=aws.sesv2.EmailIdentityDkimSigningAttributesArgs(
                next_signing_key_length="RSA_2048_BIT"
            ),
            opts=self._child,
        )
        tokens = identity.dkim_signing_attributes.tokens
        for number in range(DKIM_TOKENS):
            host = pulumi.Output.concat(tokens[number], f"._domainkey.{domain}")
            target = pulumi.Output.concat(tokens[number], ".dkim.amazonses.com")
            self._record(f"dkim-{number}", host, "CNAME", target)
        bounces = f"bounces.{domain}"
        aws.sesv2.EmailIdentityMailFromAttributes(
            self._name,
            email_identity=identity.email_identity,
            mail_from_domain=bounces,
            behavior_on_mx_failure="REJECT_MESSAGE",
            opts=self._child,
        )
        self._record("bounces", bounces, "MX", f"10 feedback-smtp.{self._args.region}.amazonses.com")
        self._record("spf", bounces, "TXT", "v=spf1 include:amazonses.com -all")
        self._record("dmarc", f"_dmarc.{domain}", "TXT", "v=DMARC1; p=reject; adkim=s; aspf=r")

    def _record(self, name: str, host: pulumi.Input[str], kind: str, value: pulumi.Input[str]) -> None:
        aws.route53.Record(
            f"{self._name}-{name}",
            zone_id=self._args.zone_id,
            name=host,
            type=kind,
            ttl=TTL_SECONDS,
            records=[value],
            opts=self._child,
        )
