"""An OpenAPI 3 document with API Gateway's extensions, read into the parts that API Gateway keeps.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulations.cloud.realisers.documents import flag, items, mapping, optional_text, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.cloud.realisers.base import JsonValue

EXTENSION = "x-amazon-apigateway-"
HTTP_METHODS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method"})
LOCATIONS = {"header": "header", "query": "querystring", "path": "path"}
SCHEMA_REFERENCE = "#/components/schemas/"


class UnsupportedDocumentError(ValueError):
    """The document says something that API Gateway does not import; names the place."""


@dataclass(frozen=True, slots=True)
class Validator:
    """What a request validator checks."""

    parameters: bool
    body: bool


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A Cognito or Lambda authorizer; `kind` is API Gateway's type."""

    name: str
    kind: str
    identity_source: str
    provider_arns: tuple[str, ...]
    uri: str | None
    ttl_seconds: int | None


@dataclass(frozen=True, slots=True)
class Method:
    """One operation. `parameters` are API Gateway's names with whether they are required; `models` by content type."""

    path: str
    http_method: str
    authorizer: str | None
    signed: bool
    scopes: tuple[str, ...]
    parameters: dict[str, bool]
    models: dict[str, str]
    validator: str | None
    integration: dict[str, JsonValue]
    responses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApiDefinition:
    """The whole document. `models` are JSON schemas by name, `gateway_responses` by response type."""

    validators: dict[str, Validator]
    authorizers: tuple[Authorizer, ...]
    models: dict[str, JsonValue]
    gateway_responses: dict[str, dict[str, JsonValue]]
    methods: tuple[Method, ...]
    binary_media_types: tuple[str, ...]
    endpoint_disabled: bool | None
    policy: str | None


@dataclass(slots=True)
class _Reader:
    document: dict[str, JsonValue]
    models: dict[str, JsonValue] = field(default_factory=dict)

    def methods(self) -> Iterator[Method]:
        for path, described in mapping(self.document, "paths").items():
            if not isinstance(described, dict):
                raise UnsupportedDocumentError(f"paths.{path}: expected an object")
            for name in described:
                if name in HTTP_METHODS:
                    yield self._method(path, name, described)

    def _method(self, path: str, name: str, described: dict[str, JsonValue]) -> Method:
        operation = mapping(described, name)
        parameters = [*items(described, "parameters"), *items(operation, "parameters")]
        security = operation.get("security", self.document.get("security"))
        authorizer, signed, scopes = self._security(security)
        http_method = "ANY" if name.startswith(EXTENSION) else name.upper()
        return Method(
            path=path,
            http_method=http_method,
            authorizer=authorizer,
            signed=signed,
            scopes=scopes,
            parameters=dict(self._parameter(parameter) for parameter in parameters),
            models=dict(self._models(http_method + path, operation)),
            validator=optional_text({**self.document, **operation}, f"{EXTENSION}request-validator"),
            integration=mapping(operation, f"{EXTENSION}integration"),
            responses=tuple(code for code in mapping(operation, "responses") if code.isdigit()),
        )

    def _parameter(self, given: dict[str, JsonValue]) -> tuple[str, bool]:
        parameter = self._resolved(given, "parameters")
        location = text(parameter, "in")
        if location not in LOCATIONS:
            raise UnsupportedDocumentError(f"parameter {parameter.get('name')}: API Gateway knows no {location!r}")
        name = f"method.request.{LOCATIONS[location]}.{text(parameter, 'name')}"
        return name, flag(parameter, "required")

    def _models(self, where: str, operation: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
        body = self._resolved(mapping(operation, "requestBody"), "requestBodies")
        for content_type, described in mapping(body, "content").items():
            schema = described.get("schema") if isinstance(described, dict) else None
            if isinstance(schema, dict):
                yield content_type, self._model(f"{where} {content_type}", schema)

    def _model(self, where: str, schema: dict[str, JsonValue]) -> str:
        reference = optional_text(schema, "$ref")
        if reference is not None:
            return reference.removeprefix(SCHEMA_REFERENCE)
        name = "".join(word.capitalize() for word in re.findall("[A-Za-z0-9]+", where))
        self.models[name] = schema
        return name

    def _resolved(self, given: dict[str, JsonValue], section: str) -> dict[str, JsonValue]:
        reference = optional_text(given, "$ref")
        if reference is None:
            return given
        name = reference.removeprefix(f"#/components/{section}/")
        found = mapping(mapping(self.document, "components"), section).get(name)
        if not isinstance(found, dict):
            raise UnsupportedDocumentError(f"{reference}: not there")
        return found

    def _security(self, security: JsonValue) -> tuple[str | None, bool, tuple[str, ...]]:
        schemes = mapping(mapping(self.document, "components"), "securitySchemes")
        for requirement in security if isinstance(security, list) else []:
            if not isinstance(requirement, dict):
                raise UnsupportedDocumentError("security: expected a list of objects")
            for name in requirement:
                scheme = mapping(schemes, name)
                if optional_text(scheme, f"{EXTENSION}authtype") == "awsSigv4":
                    return None, True, ()
                if f"{EXTENSION}authorizer" not in scheme:
                    # Such a method would be open to anyone: API Gateway takes the document, and so would a mistake.
                    raise UnsupportedDocumentError(f"security scheme {name!r} has no {EXTENSION}authorizer")
                return name, False, tuple(texts(requirement, name))
        return None, False, ()


def read_definition(body: str) -> ApiDefinition:
    """Read an OpenAPI document.

    Raises UnsupportedDocumentError or InvalidInputError where it is not as API Gateway would have it.
    """
    document: dict[str, JsonValue] = json.loads(body)
    reader = _Reader(document, dict(mapping(mapping(document, "components"), "schemas")))
    methods = tuple(reader.methods())
    configuration = mapping(document, f"{EXTENSION}endpoint-configuration")
    policy = document.get(f"{EXTENSION}policy")
    return ApiDefinition(
        validators=dict(_validators(mapping(document, f"{EXTENSION}request-validators"))),
        authorizers=tuple(_authorizers(mapping(mapping(document, "components"), "securitySchemes"))),
        models=reader.models,
        gateway_responses=dict(_gateway_responses(mapping(document, f"{EXTENSION}gateway-responses"))),
        methods=methods,
        binary_media_types=tuple(texts(document, f"{EXTENSION}binary-media-types")),
        endpoint_disabled=flag(configuration, "disableExecuteApiEndpoint") if configuration else None,
        policy=json.dumps(policy) if policy is not None else None,
    )


def _validators(described: dict[str, JsonValue]) -> Iterator[tuple[str, Validator]]:
    for name in described:
        validator = mapping(described, name)
        checks = Validator(flag(validator, "validateRequestParameters"), flag(validator, "validateRequestBody"))
        yield name, checks


def _authorizers(schemes: dict[str, JsonValue]) -> Iterator[Authorizer]:
    for name in schemes:
        scheme = mapping(schemes, name)
        described = mapping(scheme, f"{EXTENSION}authorizer")
        if described:
            header = f"method.request.header.{optional_text(scheme, 'name') or 'Authorization'}"
            ttl = described.get("authorizerResultTtlInSeconds")
            yield Authorizer(
                name=name,
                kind=text(described, "type").upper(),
                identity_source=optional_text(described, "identitySource") or header,
                provider_arns=tuple(texts(described, "providerARNs")),
                uri=optional_text(described, "authorizerUri"),
                ttl_seconds=ttl if isinstance(ttl, int) else None,
            )


def _gateway_responses(described: dict[str, JsonValue]) -> Iterator[tuple[str, dict[str, JsonValue]]]:
    for name in described:
        yield name, mapping(described, name)
