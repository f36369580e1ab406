"""The API for third parties, who come with certificates of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_logs
from components.blocks.naming import arn
from components.payment.message_api import MessageApi, MessageApiArgs
from components.security.trust_store import MUTUAL_TLS_POLICY, TrustStore, TrustStoreArgs
from components.security.web_acl import stage_arn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.function import Function
    from components.blocks.naming import Names
    from components.payment.api_document import ApiDocument
    from components.payment.message_api import Throttling
    from components.payment.message_path import FunctionName


@dataclass(frozen=True, slots=True)
class ThirdPartyApiArgs:
    """`authorities`: certificates of those whose clients may call, in PEM. `document`, `functions`, `user_pool_arn`,
    `logging`, `web_acl_arn`, `health_check_id`: the Region's API's own.

    `domain_name`: the same in both Regions; `certificate_arn` and `zone_id` are those of the hub's names.
    """

    names: Names
    region: str
    authorities: str
    document: ApiDocument
    functions: Mapping[FunctionName, Function]
    user_pool_arn: pulumi.Input[str]
    throttling: Throttling
    logging: pulumi.Resource
    log_retention_days: int
    web_acl_arn: pulumi.Input[str]
    domain_name: str
    certificate_arn: pulumi.Input[str]
    zone_id: pulumi.Input[str]
    ttl_seconds: int
    health_check_id: pulumi.Input[str]
    protect: bool


class ThirdPartyApi(pulumi.ComponentResource):
    """The hub's own document a second time, before the same functions, under a name that asks for a certificate.

    A certificate lets a client in, and its token says whose it is, as everywhere: both are asked for, and neither is
    bound to the other. The API has no other address. Its limits are its own, so that third parties take nothing from
    participants. There is no usage plan: it counts API keys, which nobody here has.
    """

    def __init__(self, name: str, args: ThirdPartyApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:ThirdPartyApi", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        api = MessageApi(
            name,
            MessageApiArgs(
                names=args.names,
                document=args.document,
                functions=args.functions,
                user_pool_arn=args.user_pool_arn,
                throttling=args.throttling,
                logging=args.logging,
                log_retention_days=args.log_retention_days,
                log_key_arn=self._log_key().arn,
                own_address=False,
                prefix=f"{name}-",
            ),
            self._child,
        )
        aws.wafv2.WebAclAssociation(
            name,
            web_acl_arn=args.web_acl_arn,
            resource_arn=stage_arn(args.region, api.api_id, api.stage_name),
            opts=self._child,
        )
        self._name_it(api)
        self.register_outputs({"apiId": api.api_id})

    def _log_key(self) -> RegionalKey:
        names, region = self._args.names, self._args.region
        log_arn = arn("logs", region, names.account_id, f"log-group:{names.api_log_group(self._name)}")
        return RegionalKey(
            self._name,
            RegionalKeyArgs(
                alias=names.key_alias(self._name),
                description="Who of third parties called what",
                statements=(administration(names.account_id), use_by_logs(region, [log_arn])),
                protect=self._args.protect,
            ),
            self._child,
        )

    def _name_it(self, api: MessageApi) -> None:
        args = self._args
        trust = TrustStore(
            self._name, TrustStoreArgs(args.names, args.region, args.authorities, args.protect), self._child
        )
        domain = aws.apigateway.DomainName(
            self._name,
            domain_name=args.domain_name,
            regional_certificate_arn=args.certificate_arn,
            endpoint_configuration=aws.apigateway.DomainNameEndpointConfigurationArgs(types="REGIONAL"),
            security_policy=MUTUAL_TLS_POLICY,
            mutual_tls_authentication=trust.mutual_tls,
            # API Gateway reads the bundle as the domain is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[trust]),
        )
        aws.apigateway.BasePathMapping(
            self._name,
            domain_name=domain.domain_name,
            rest_api=api.api_id,
            stage_name=api.stage_name,
            opts=self._child,
        )
        aws.route53.Record(
            self._name,
            zone_id=args.zone_id,
            name=args.domain_name,
            type="CNAME",
            ttl=args.ttl_seconds,
            records=[domain.regional_domain_name],
            set_identifier=args.region,
            # That of the API: both are served by the same functions.
            health_check_id=args.health_check_id,
            latency_routing_policies=[aws.route53.RecordLatencyRoutingPolicyArgs(region=args.region)],
            opts=self._child,
        )
