"""What an OpenAPI document says, and what is refused because the deployed API would not do it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulations.cloud.realisers.openapi import UnsupportedDocumentError, read_definition

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import JsonValue


def document(operation: dict[str, JsonValue], **more: JsonValue) -> str:
    return json.dumps({"openapi": "3.0.1", "paths": {"/messages/{id}": {"post": operation}}, **more})


def test_method_is_open_when_nothing_secures_it() -> None:
    [method] = read_definition(document({})).methods
    assert (method.path, method.http_method, method.authorizer, method.scopes) == ("/messages/{id}", "POST", None, ())


def test_parameters_keep_where_they_are_sent_when_they_are_read() -> None:
    parameters: list[JsonValue] = [
        {"name": "id", "in": "path", "required": True},
        {"name": "limit", "in": "query"},
        {"name": "X-Transaction-Id", "in": "header", "required": True},
    ]
    [method] = read_definition(document({"parameters": parameters})).methods
    assert method.parameters == {
        "method.request.path.id": True,
        "method.request.querystring.limit": False,
        "method.request.header.X-Transaction-Id": True,
    }


def test_model_is_named_after_its_place_when_its_schema_has_no_name() -> None:
    body: dict[str, JsonValue] = {"content": {"application/json": {"schema": {"type": "object"}}}}
    definition = read_definition(document({"requestBody": body}))
    [method] = definition.methods
    assert method.models == {"application/json": "PostMessagesIdApplicationJson"}
    assert definition.models == {"PostMessagesIdApplicationJson": {"type": "object"}}


def test_document_is_refused_when_a_method_would_be_left_open_by_mistake() -> None:
    schemes: JsonValue = {"securitySchemes": {"cognito": {"type": "apiKey", "name": "Authorization", "in": "header"}}}
    with pytest.raises(UnsupportedDocumentError, match="'cognito' has no x-amazon-apigateway-authorizer"):
        read_definition(document({"security": [{"cognito": []}]}, components=schemes))


def test_document_is_refused_when_a_parameter_is_a_cookie() -> None:
    with pytest.raises(UnsupportedDocumentError, match="parameter session: API Gateway knows no 'cookie'"):
        read_definition(document({"parameters": [{"name": "session", "in": "cookie"}]}))


def test_document_is_refused_when_a_reference_leads_nowhere() -> None:
    with pytest.raises(UnsupportedDocumentError, match="#/components/parameters/Missing: not there"):
        read_definition(document({"parameters": [{"$ref": "#/components/parameters/Missing"}]}))
