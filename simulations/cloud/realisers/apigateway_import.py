"""Makes a REST API what its OpenAPI document says, by API Gateway's own calls.

MiniStack has no import over its API, so that what ImportRestApi and PutRestApi do in one call is done part by part: new
authorizers and validators first, then methods, then what the document does not have any more is taken away.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulations.cloud.realisers.documents import items, mapping, optional_integer, optional_text, text, texts_by_name
from simulations.cloud.realisers.errors import accepting
from simulations.cloud.realisers.openapi import SCHEMA_REFERENCE

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, JsonValue
    from simulations.cloud.realisers.openapi import ApiDefinition, Method

SERVICE = "apigateway"
# The most that API Gateway gives in one page.
PAGE = 500
GONE = "NotFoundException"


class ApiImport:
    """Brings one REST API to a definition."""

    def __init__(self, cloud: Cloud, api_id: str) -> None:
        self._cloud = cloud
        self._api_id = api_id

    def apply(self, definition: ApiDefinition) -> None:
        """Make the API what the definition says, and nothing else."""
        old_authorizers = self._listed("get_authorizers")
        old_validators = self._listed("get_request_validators")
        authorizers = self._create_authorizers(definition)
        validators = self._create_validators(definition)
        self._put_models(definition)
        resources = self._create_resources({method.path for method in definition.methods})
        for method in definition.methods:
            self._put_method(resources[method.path], method, authorizers, validators)
        self._remove_other_methods(definition)
        for authorizer in old_authorizers:
            self._call("delete_authorizer", authorizerId=text(authorizer, "id"))
        for validator in old_validators:
            self._call("delete_request_validator", requestValidatorId=text(validator, "id"))
        self._put_gateway_responses(definition)

    def root_resource_id(self) -> str:
        """The id of the resource `/`."""
        return self._resources()["/"]

    def _call(self, operation: str, **parameters: object) -> dict[str, JsonValue]:
        return self._cloud.call(SERVICE, operation, restApiId=self._api_id, **parameters)

    def _listed(self, operation: str) -> list[dict[str, JsonValue]]:
        return items(self._call(operation, limit=PAGE), "items")

    def _resources(self) -> dict[str, str]:
        return {text(resource, "path"): text(resource, "id") for resource in self._listed("get_resources")}

    def _create_authorizers(self, definition: ApiDefinition) -> dict[str, tuple[str, str]]:
        made = {}
        for authorizer in definition.authorizers:
            answer = self._call(
                "create_authorizer",
                name=authorizer.name,
                type=authorizer.kind,
                identitySource=authorizer.identity_source,
                providerARNs=list(authorizer.provider_arns) or None,
                authorizerUri=authorizer.uri,
                authorizerResultTtlInSeconds=authorizer.ttl_seconds,
            )
            cognito = authorizer.kind == "COGNITO_USER_POOLS"
            made[authorizer.name] = (text(answer, "id"), "COGNITO_USER_POOLS" if cognito else "CUSTOM")
        return made

    def _create_validators(self, definition: ApiDefinition) -> dict[str, str]:
        made = {}
        for name, validator in definition.validators.items():
            answer = self._call(
                "create_request_validator",
                name=name,
                validateRequestParameters=validator.parameters,
                validateRequestBody=validator.body,
            )
            made[name] = text(answer, "id")
        return made

    def _put_models(self, definition: ApiDefinition) -> None:
        there = {text(model, "name") for model in self._listed("get_models")}
        for name in there - definition.models.keys():
            self._call("delete_model", modelName=name)
        for name, schema in definition.models.items():
            document = json.dumps(self._with_model_references(schema))
            if name in there:
                replace = [{"op": "replace", "path": "/schema", "value": document}]
                self._call("update_model", modelName=name, patchOperations=replace)
            else:
                self._call("create_model", name=name, schema=document, contentType="application/json")

    def _with_model_references(self, schema: JsonValue) -> JsonValue:
        if isinstance(schema, list):
            return [self._with_model_references(item) for item in schema]
        if isinstance(schema, dict):
            return {name: self._with_reference(name, value) for name, value in schema.items()}
        return schema

    def _with_reference(self, name: str, value: JsonValue) -> JsonValue:
        if name == "$ref" and isinstance(value, str) and value.startswith(SCHEMA_REFERENCE):
            model = value.removeprefix(SCHEMA_REFERENCE)
            return f"https://apigateway.amazonaws.com/restapis/{self._api_id}/models/{model}"
        return self._with_model_references(value)

    def _create_resources(self, paths: set[str]) -> dict[str, str]:
        there = self._resources()
        for path in sorted(paths):
            parent = ""
            for part in filter(None, path.split("/")):
                current = f"{parent}/{part}"
                if current not in there:
                    answer = self._call("create_resource", parentId=there[parent or "/"], pathPart=part)
                    there[current] = text(answer, "id")
                parent = current
        return there

    def _put_method(
        self,
        resource_id: str,
        method: Method,
        authorizers: dict[str, tuple[str, str]],
        validators: dict[str, str],
    ) -> None:
        where = {"resourceId": resource_id, "httpMethod": method.http_method}
        authorizer_id, kind = authorizers[method.authorizer] if method.authorizer else (None, "NONE")
        self._call(
            "put_method",
            **where,
            authorizationType="AWS_IAM" if method.signed else kind,
            authorizerId=authorizer_id,
            authorizationScopes=list(method.scopes) or None,
            requestParameters=method.parameters,
            requestModels=method.models,
            requestValidatorId=validators[method.validator] if method.validator else None,
        )
        self._put_integration(where, method.integration)
        for status in method.responses:
            self._call("put_method_response", **where, statusCode=status)

    def _put_integration(self, where: dict[str, str], integration: dict[str, JsonValue]) -> None:
        if not integration:
            return
        self._call(
            "put_integration",
            **where,
            type=text(integration, "type").upper(),
            integrationHttpMethod=optional_text(integration, "httpMethod"),
            uri=optional_text(integration, "uri"),
            credentials=optional_text(integration, "credentials"),
            requestParameters=texts_by_name(integration, "requestParameters"),
            requestTemplates=texts_by_name(integration, "requestTemplates"),
            passthroughBehavior=(optional_text(integration, "passthroughBehavior") or "when_no_match").upper(),
            contentHandling=optional_text(integration, "contentHandling"),
            timeoutInMillis=optional_integer(integration, "timeoutInMillis"),
        )
        responses = mapping(integration, "responses")
        for pattern in responses:
            response = mapping(responses, pattern)
            self._call(
                "put_integration_response",
                **where,
                statusCode=text(response, "statusCode"),
                selectionPattern=None if pattern == "default" else pattern,
                responseParameters=texts_by_name(response, "responseParameters"),
                responseTemplates=texts_by_name(response, "responseTemplates"),
            )

    def _remove_other_methods(self, definition: ApiDefinition) -> None:
        wanted = {(method.path, method.http_method) for method in definition.methods}
        served = {path for path, _ in wanted}
        for resource in sorted(self._listed("get_resources"), key=lambda one: -len(text(one, "path"))):
            path, resource_id = text(resource, "path"), text(resource, "id")
            if path != "/" and not any(other == path or other.startswith(f"{path}/") for other in served):
                with accepting(GONE):
                    self._call("delete_resource", resourceId=resource_id)
                continue
            for http_method in mapping(resource, "resourceMethods"):
                if (path, http_method) not in wanted:
                    self._call("delete_method", resourceId=resource_id, httpMethod=http_method)

    def _put_gateway_responses(self, definition: ApiDefinition) -> None:
        for response in items(self._call("get_gateway_responses"), "items"):
            kind = text(response, "responseType")
            if not response.get("defaultResponse") and kind not in definition.gateway_responses:
                self._call("delete_gateway_response", responseType=kind)
        for kind, response in definition.gateway_responses.items():
            status = response.get("statusCode")
            self._call(
                "put_gateway_response",
                responseType=kind,
                statusCode=str(status) if status is not None else None,
                responseParameters=texts_by_name(response, "responseParameters"),
                responseTemplates=texts_by_name(response, "responseTemplates"),
            )
