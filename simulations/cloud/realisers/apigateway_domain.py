"""API Gateway: regional custom domain names, and which API is under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.apigateway import GONE, SERVICE
from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    items,
    mapping,
    optional_text,
    outputs_of,
    text,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting, answer_unless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

ROOT = "(none)"
"""How API Gateway names the empty base path."""


class DomainName(PutAgain):
    """`aws:apigateway/domainName:DomainName`; its id is the name, of which each Region may have one."""

    type = "aws:apigateway/domainName:DomainName"
    replace_on = frozenset({"domainName"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the domain. MiniStack cannot change one: it is made anew, with what was mapped to it before."""
        name = text(inputs, "domainName")
        mapped = _mappings(cloud, name)
        answer = cloud.call(
            SERVICE,
            "create_domain_name",
            domainName=name,
            regionalCertificateArn=optional_text(inputs, "regionalCertificateArn"),
            endpointConfiguration={"types": [text(mapping(inputs, "endpointConfiguration"), "types")]},
            securityPolicy=optional_text(inputs, "securityPolicy"),
            endpointAccessMode=optional_text(inputs, "endpointAccessMode"),
            tags=texts_by_name(inputs, "tags") or None,
        )
        for each in mapped:
            cloud.call(SERVICE, "create_base_path_mapping", domainName=name, **each)
        own: dict[str, JsonValue] = {
            "arn": f"arn:aws:apigateway:{cloud.region}::/domainnames/{name}",
            "regionalDomainName": text(answer, "regionalDomainName"),
            "regionalZoneId": text(answer, "regionalHostedZoneId"),
        }
        return Realised(name, outputs_of(cloud, inputs, own))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the domain with what is mapped to it."""
        del outputs
        with accepting(GONE):
            cloud.call(SERVICE, "delete_domain_name", domainName=identity)


class BasePathMapping(PutAgain):
    """`aws:apigateway/basePathMapping:BasePathMapping`; its id is `domain/path`."""

    type = "aws:apigateway/basePathMapping:BasePathMapping"
    replace_on = frozenset({"domainName", "basePath"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the mapping; one of this path is overwritten."""
        name, path = text(inputs, "domainName"), optional_text(inputs, "basePath") or ""
        cloud.call(
            SERVICE,
            "create_base_path_mapping",
            domainName=name,
            basePath=path or ROOT,
            restApiId=text(inputs, "restApi"),
            stage=optional_text(inputs, "stageName"),
        )
        return Realised(f"{name}/{path}", outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the mapping."""
        del outputs
        name, _, path = identity.partition("/")
        with accepting(GONE):
            cloud.call(SERVICE, "delete_base_path_mapping", domainName=name, basePath=path or ROOT)


def _mappings(cloud: Cloud, name: str) -> list[dict[str, JsonValue]]:
    answer = answer_unless(GONE, cloud, SERVICE, "get_base_path_mappings", domainName=name)
    found = [] if answer is None else items(answer, "items")
    return [{key: each[key] for key in ("basePath", "restApiId", "stage")} for each in found]
