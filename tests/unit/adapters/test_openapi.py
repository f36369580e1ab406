"""The API's document holds together, and says what the functions do."""

import json
from typing import cast

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from lambdas.adapters.api_contract import OPENAPI_PATH
from lambdas.adapters.api_gateway import ErrorCode
from lambdas.adapters.transaction_replies import transaction_reply
from lambdas.core.documents import Fields, JsonValue
from lambdas.core.durability import Consistency
from lambdas.core.lifecycle import FailoverChoice, TransactionStatus
from lambdas.core.vault.kinds import ValueKind
from lambdas.core.vault.records import Purpose, TokenStatus
from lambdas.core.vault.tokens import SUBJECT_FORM, TOKEN_FORM
from tests.unit.service.fakes import TRANSACTION_ID, opened
from tests.unit.service.hub import Hub, message

DOCUMENT = json.loads(OPENAPI_PATH.read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
OWN_CODES = {"EXPIRED_TOKEN", "THROTTLED", "QUOTA_EXCEEDED", "REQUEST_REFUSED"}
"""What only API Gateway says, before a function is asked."""


def _resolved(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            return _resolved(SCHEMAS[reference.rsplit("/", 1)[1]])
        return {key: _resolved(each) for key, each in value.items()}
    return [_resolved(each) for each in value] if isinstance(value, list) else value


def conforms(document: JsonValue, schema: str) -> list[str]:
    resolved = cast("dict[str, object]", _resolved(SCHEMAS[schema]))
    return [error.message for error in OAS30Validator(resolved).iter_errors(document)]


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_enumerations_are_the_functions_own() -> None:
    assert set(SCHEMAS["TransactionStatus"]["enum"]) == set(TransactionStatus)
    assert set(SCHEMAS["FailoverChoice"]["enum"]) == set(FailoverChoice)
    assert set(SCHEMAS["Consistency"]["enum"]) == set(Consistency)
    assert set(SCHEMAS["MessageConsistency"]["properties"]["got"]["enum"]) == set(Consistency)
    assert set(SCHEMAS["ValueKind"]["enum"]) == set(ValueKind)
    assert set(SCHEMAS["Purpose"]["enum"]) == set(Purpose)
    assert set(SCHEMAS["TokenStatus"]["enum"]) == set(TokenStatus)
    assert SCHEMAS["Token"]["pattern"].replace("(", "(?:") == f"^{TOKEN_FORM.pattern}$"
    assert SCHEMAS["SubjectReference"]["pattern"] == f"^{SUBJECT_FORM.pattern}$"
    assert set(SCHEMAS["ErrorCode"]["enum"]) == set(ErrorCode) | OWN_CODES


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["operationId"])
def test_every_operation_is_served_secured_and_validated(operation: dict[str, JsonValue]) -> None:
    assert operation["x-twinrail-function"] in {"transaction", "intake", "outgoing", "health", "vault"}
    scopes = ("payments/write", "payments/read", "vault/tokenise", "vault/detokenise", "vault/erase")
    secured = operation["security"] in [[{"cognito": [scope]}] for scope in scopes]
    assert secured or (operation["operationId"], operation["security"]) == ("readHealth", [])
    assert operation["x-amazon-apigateway-request-validator"] in DOCUMENT["x-amazon-apigateway-request-validators"]
    responses = operation["responses"]
    assert isinstance(responses, dict)
    assert ({"401", "403"} if secured else set()) | {"429", "500", "503"} <= set(responses)


@pytest.mark.parametrize("keyword", ["nullable", "example", "anyOf", "oneOf", "discriminator", "additionalProperties"])
def test_no_keyword_is_used_that_api_gateway_refuses_to_import(keyword: str) -> None:
    assert f'"{keyword}"' not in OPENAPI_PATH.read_text()


@pytest.mark.parametrize("kind", sorted(DOCUMENT["x-amazon-apigateway-gateway-responses"]))
def test_the_one_form_of_error_is_given_when_api_gateway_answers_by_itself(kind: str) -> None:
    response = DOCUMENT["x-amazon-apigateway-gateway-responses"][kind]
    template = response["responseTemplates"]["application/json"].replace("$context.error.messageString", '"why"')
    assert conforms(json.loads(template), "ErrorAnswer") == []


def test_the_transaction_has_the_documented_form_when_it_is_open_and_when_it_ended() -> None:
    hub = Hub()
    hub.open()
    hub.incoming(message(b"good bad"))
    hub.process()
    hub.release()
    hub.incoming(message(b"second"))
    for transaction in (opened(), hub.record()):
        document = json.loads(transaction_reply(TRANSACTION_ID, transaction).body)
        assert conforms(document, "Transaction") == []
        assert set(document) == set(Fields.of(SCHEMAS["Transaction"], "schema").section("properties").values)
