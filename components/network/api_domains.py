"""One Region's API under its names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ApiDomainsArgs:
    """`names` by what they are for. Each Region has custom domains of the same shared names: they are regional."""

    names: Mapping[str, str]
    certificate_arn: pulumi.Input[str]
    api_id: pulumi.Input[str]
    stage_name: pulumi.Input[str]
    tls_policy: str


class ApiDomains(pulumi.ComponentResource):
    """A custom domain for each name, all of it mapped to the API; `targets`: what the name's record points to."""

    def __init__(self, name: str, args: ApiDomainsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:ApiDomains", name, None, opts)
        self._args = args
        self.targets = {purpose: self._domain(purpose, domain) for purpose, domain in args.names.items()}
        self.register_outputs({"targets": self.targets})

    def _domain(self, purpose: str, domain_name: str) -> pulumi.Output[str]:
        domain = aws.apigateway.DomainName(
            purpose,
            domain_name=domain_name,
            regional_certificate_arn=self._args.certificate_arn,
            endpoint_configuration=aws.apigateway.DomainNameEndpointConfigurationArgs(types="REGIONAL"),
            security_policy=self._args.tls_policy,
            endpoint_access_mode="STRICT",
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.apigateway.BasePathMapping(
            purpose,
            domain_name=domain.domain_name,
            rest_api=self._args.api_id,
            stage_name=self._args.stage_name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return domain.regional_domain_name
