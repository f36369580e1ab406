"""API Gateway: REST APIs from their OpenAPI document, their policy, the account's setting.

MiniStack serves an API as it is now, where AWS serves what was last deployed; only its own error bodies wait for the
next deployment. TLS policy and access mode are passed on, and the emulator, which has no TLS, keeps none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.apigateway_import import ApiImport
from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    as_json_text,
    changed,
    mapping,
    optional_flag,
    optional_integer,
    optional_text,
    outputs_of,
    text,
    texts,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting
from simulations.cloud.realisers.openapi import read_definition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

SERVICE = "apigateway"
GONE = "NotFoundException"


class RestApi:
    """`aws:apigateway/restApi:RestApi`; an API's name is no identity, so that nothing is adopted."""

    type = "aws:apigateway/restApi:RestApi"
    replace_on: frozenset[str] = frozenset()

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the API and everything that its document describes; an API that comes out half made is removed.

        Raises UnsupportedDocumentError where the document is not as API Gateway would have it.
        """
        answer = cloud.call(
            SERVICE,
            "create_rest_api",
            name=text(inputs, "name"),
            description=optional_text(inputs, "description"),
            endpointConfiguration=_endpoint(mapping(inputs, "endpointConfiguration")),
            apiKeySource=optional_text(inputs, "apiKeySource"),
            minimumCompressionSize=optional_integer(inputs, "minimumCompressionSize"),
            policy=as_json_text(inputs, "policy"),
            securityPolicy=optional_text(inputs, "securityPolicy"),
            endpointAccessMode=optional_text(inputs, "endpointAccessMode"),
            tags=texts_by_name(inputs, "tags") or None,
            **_media(inputs),
        )
        api_id = text(answer, "id")
        try:
            return self._filled(cloud, api_id, inputs)
        except Exception:
            self.delete(cloud, api_id, {})
            raise

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the API's own settings, then everything that its document describes, to the new inputs.

        MiniStack cannot change media types and the default endpoint: then the API is made anew, under a new id.
        """
        if _media(old) != _media(new):
            self.delete(cloud, identity, outputs)
            return self.create(cloud, new)
        patch = [
            {"op": "replace", "path": f"/{name}", "value": optional_text(new, name) or ""}
            for name in ("name", "description")
            if changed(old, new, [name])
        ]
        if patch:
            cloud.call(SERVICE, "update_rest_api", restApiId=identity, patchOperations=patch)
        return self._filled(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the API with its stages."""
        del outputs
        with accepting(GONE):
            cloud.call(SERVICE, "delete_rest_api", restApiId=identity)

    def _filled(self, cloud: Cloud, api_id: str, inputs: Inputs) -> Realised:
        api = ApiImport(cloud, api_id)
        body = as_json_text(inputs, "body")
        if body is not None:
            api.apply(read_definition(body))
        own: dict[str, JsonValue] = {
            "arn": f"arn:aws:apigateway:{cloud.region}::/restapis/{api_id}",
            "executionArn": f"arn:aws:execute-api:{cloud.region}:{cloud.account_id}:{api_id}",
            "rootResourceId": api.root_resource_id(),
        }
        return Realised(api_id, outputs_of(cloud, inputs, own))


class RestApiPolicy(PutAgain):
    """`aws:apigateway/restApiPolicy:RestApiPolicy`; its id is the API's."""

    type = "aws:apigateway/restApiPolicy:RestApiPolicy"
    replace_on = frozenset({"restApiId"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the policy; one that is there is overwritten."""
        api_id = text(inputs, "restApiId")
        _put_policy(cloud, api_id, as_json_text(inputs, "policy") or "")
        return Realised(api_id, outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Take the policy away; the API stays."""
        del outputs
        with accepting(GONE):
            _put_policy(cloud, identity, "")


class Account(PutAgain):
    """`aws:apigateway/account:Account`: one per account and Region."""

    type = "aws:apigateway/account:Account"
    replace_on: frozenset[str] = frozenset()

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Set the role that writes logs."""
        role_arn = optional_text(inputs, "cloudwatchRoleArn") or ""
        patch = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role_arn}]
        answer = cloud.call(SERVICE, "update_account", patchOperations=patch)
        throttle = mapping(answer, "throttleSettings")
        own: dict[str, JsonValue] = {
            "throttleSettings": [throttle],
            "apiKeyVersion": optional_text(answer, "apiKeyVersion"),
        }
        return Realised("api-gateway-account", outputs_of(cloud, inputs, own))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Leave the setting: other APIs of the account may write logs by it."""


def _put_policy(cloud: Cloud, api_id: str, policy: str) -> None:
    patch = [{"op": "replace", "path": "/policy", "value": policy}]
    cloud.call(SERVICE, "update_rest_api", restApiId=api_id, patchOperations=patch)


def _endpoint(configuration: dict[str, JsonValue]) -> dict[str, object] | None:
    if not configuration:
        return None
    address = optional_text(configuration, "ipAddressType")
    return {"types": [text(configuration, "types")], **({"ipAddressType": address} if address else {})}


def _media(inputs: Inputs) -> dict[str, object]:
    """What either the inputs or the document can say; the inputs win, as with the real provider."""
    body = as_json_text(inputs, "body")
    definition = read_definition(body) if body is not None else None
    types = texts(inputs, "binaryMediaTypes") or (list(definition.binary_media_types) if definition else [])
    disabled = optional_flag(inputs, "disableExecuteApiEndpoint")
    if disabled is None and definition is not None:
        disabled = definition.endpoint_disabled
    return {"binaryMediaTypes": types, "disableExecuteApiEndpoint": disabled or False}
