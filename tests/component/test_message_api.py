"""The API is the project's document: every operation served, secured, permitted, and logged without what was sent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.payment.api_document import ApiDocumentError, read_api_document
from components.security.identity import SCOPES as GIVEN
from tests.component.recording import STACKS

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

DOCUMENT = STACKS.parent / "lambdas" / "api" / "openapi.json"
SECRET_MARK = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"
FUNCTIONS = frozenset({"transaction", "intake", "outgoing", "health", "vault"})
SCOPES = {
    ("post", "/transactions"): ("transaction", "payments/write"),
    ("post", "/messages"): ("intake", "payments/write"),
    ("get", "/messages"): ("outgoing", "payments/read"),
    ("get", "/transactions/{id}"): ("transaction", "payments/read"),
    ("post", "/vault/tokenise"): ("vault", "vault/tokenise"),
    ("post", "/vault/detokenise"): ("vault", "vault/detokenise"),
    ("post", "/vault/erase"): ("vault", "vault/erase"),
}


def body_of(stack: RecordedStack) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(stack.one("aws:apigateway/restApi:RestApi", "messages").inputs["body"])
    return body


@pytest.mark.parametrize(("method", "path"), SCOPES)
def test_operation_is_served_and_secured_when_the_api_is_deployed(
    dev: dict[str, RecordedStack], method: str, path: str
) -> None:
    stack = dev["dev-eu-west-2"]
    operation = body_of(stack)["paths"][path][method]
    function, scope = SCOPES[method, path]
    integration = operation["x-amazon-apigateway-integration"]
    assert integration["type"] == "aws_proxy"
    assert integration["httpMethod"] == "POST"
    assert integration["uri"] == stack.one("aws:lambda/alias:Alias", function).outputs["invokeArn"]
    assert operation["security"] == [{"cognito": [scope]}]


def test_health_is_open_and_throttled_on_its_own_when_the_api_is_deployed(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-2"]
    operation = body_of(stack)["paths"]["/health"]["get"]
    live = stack.one("aws:lambda/alias:Alias", "health").outputs["invokeArn"]
    assert operation["security"] == []
    assert operation["x-amazon-apigateway-integration"]["uri"] == live
    own = stack.one("aws:apigateway/methodSettings:MethodSettings", "get-health")
    every = stack.one("aws:apigateway/methodSettings:MethodSettings", "messages")
    assert own.inputs["methodPath"] == "health/GET"
    limits = {"throttlingRateLimit": 10, "throttlingBurstLimit": 20}
    assert own.inputs["settings"] == every.inputs["settings"] | limits
    settings = stack.of("aws:apigateway/methodSettings:MethodSettings").values()
    assert {each.name for each in settings if "MessageApi" in each.parent} == {
        "messages",
        "get-health",
        "third-parties",
        "third-parties-get-health",
    }


def test_every_operation_of_the_document_is_deployed_when_there_are_more(dev: dict[str, RecordedStack]) -> None:
    paths = body_of(dev["dev-eu-west-1"])["paths"]
    operations = [operation for path in paths.values() for method, operation in path.items() if method != "parameters"]
    written = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    assert {path: set(methods) for path, methods in paths.items()} == {
        path: set(methods) for path, methods in written.items()
    }
    assert all("x-amazon-apigateway-integration" in operation for operation in operations)
    assert "x-twinrail-" not in json.dumps(paths)


def test_tokens_are_checked_against_the_regions_own_user_pool_when_a_call_comes(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    scheme = body_of(stack)["components"]["securitySchemes"]["cognito"]
    pool = stack.one("aws:cognito/userPool:UserPool", "identity").outputs["arn"]
    assert scheme["x-amazon-apigateway-authorizer"]["providerARNs"] == [pool]
    assert scheme["x-amazon-apigateway-authtype"] == "cognito_user_pools"


def test_api_may_call_just_its_operations_functions_when_it_is_deployed(dev: dict[str, RecordedStack]) -> None:
    permissions = dev["dev-eu-west-1"].of("aws:lambda/permission:Permission")
    allowed = {(each.inputs["function"], each.inputs["sourceArn"].split(":api/")[1]) for each in permissions.values()}
    assert allowed >= {
        ("twinrail-dev-transaction", "v1/POST/transactions"),
        ("twinrail-dev-transaction", "v1/GET/transactions/*"),
        ("twinrail-dev-intake", "v1/POST/messages"),
        ("twinrail-dev-outgoing", "v1/GET/messages"),
    }
    for each in permissions.values():
        assert each.inputs["principal"] == "apigateway.amazonaws.com"
        assert each.inputs["qualifier"] == "live"
        assert each.inputs["sourceAccount"] == "000000000000"


def test_deployment_is_made_anew_when_the_body_changes(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    body = stack.one("aws:apigateway/restApi:RestApi", "messages").inputs["body"]
    deployment = stack.one("aws:apigateway/deployment:Deployment", "messages").inputs
    assert deployment["triggers"] == {"body": hashlib.sha256(body.encode()).hexdigest()}
    assert body != dev["dev-eu-west-2"].one("aws:apigateway/restApi:RestApi", "messages").inputs["body"]


def test_stage_logs_the_call_and_not_what_was_sent_when_it_is_called(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    stage = stack.one("aws:apigateway/stage:Stage", "messages")
    logged = json.loads(stage.inputs["accessLogSettings"]["format"])
    settings = stack.one("aws:apigateway/methodSettings:MethodSettings", "messages").inputs["settings"]
    group = stack.one("aws:cloudwatch/logGroup:LogGroup", "messages").outputs["arn"]
    assert stage.inputs["accessLogSettings"]["destinationArn"] == group
    assert not [value for value in logged.values() if "header" in value.lower() or "body" in value.lower()]
    assert settings["dataTraceEnabled"] is False
    assert settings["loggingLevel"] == "OFF"
    assert settings["throttlingRateLimit"] == 500
    assert "aws:apigateway/account:Account::api-logging" in " ".join(stage.dependencies)


def test_api_is_regional_and_takes_no_old_tls_when_it_is_deployed(prod: dict[str, RecordedStack]) -> None:
    api = prod["prod-eu-west-1"].one("aws:apigateway/restApi:RestApi", "messages").inputs
    assert api["endpointConfiguration"]["types"] == "REGIONAL"
    assert api["securityPolicy"] == "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
    assert api["endpointAccessMode"] == "STRICT"
    assert api["binaryMediaTypes"] == ["application/xml"]


def test_clients_get_tokens_by_their_secret_alone_when_they_ask(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    clients = stack.of("aws:cognito/userPoolClient:UserPoolClient")
    assert set(clients) == {"participant-a", "participant-b"}
    for name, client in clients.items():
        assert client.inputs["allowedOauthFlows"] == ["client_credentials"]
        assert client.inputs["generateSecret"] is True
        assert set(client.inputs["allowedOauthScopes"]) == set(GIVEN)
        secret = stack.one("aws:secretsmanager/secret:Secret", name)
        version = stack.one("aws:secretsmanager/secretVersion:SecretVersion", name)
        # A secret on the wire is marked as one: it never stands in the clear in a stack's state.
        assert version.inputs["secretString"] == {SECRET_MARK: SECRET_SIGNATURE, "value": f"secret-of-{name}"}
        assert stack.exports["clients"][name]["secret_arn"] == secret.outputs["arn"]
    assert stack.exports["client_id"] == stack.exports["clients"]["participant-a"]["client_id"]


def test_client_has_the_scopes_that_the_settings_give_it(prod: dict[str, RecordedStack]) -> None:
    for region in ("eu-west-1", "eu-west-2"):
        client = prod[f"prod-{region}"].one("aws:cognito/userPoolClient:UserPoolClient", "participant-a")
        assert client.inputs["allowedOauthScopes"] == ["payments/write", "payments/read", "vault/tokenise"]


def document(tmp_path: Path, **changes: object) -> Path:
    """A small API document, with some of its operation changed."""
    operation = {"x-twinrail-function": "intake", "security": [], "responses": {}, **changes}
    content = {
        "openapi": "3.0.1",
        "info": {"title": "x", "version": "1"},
        "paths": {"/messages": {"post": {key: value for key, value in operation.items() if value is not None}}},
        "components": {"securitySchemes": {"cognito": {"type": "apiKey"}}},
    }
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("function", [None, "nobody", 1])
def test_document_is_refused_when_an_operation_names_no_function(tmp_path: Path, function: object) -> None:
    with pytest.raises(ApiDocumentError, match="POST /messages: x-twinrail-function"):
        read_api_document(document(tmp_path, **{"x-twinrail-function": function}), FUNCTIONS)


@pytest.mark.parametrize("security", [None, {}, "cognito"])
def test_document_is_refused_when_an_operation_does_not_say_who_may_call_it(tmp_path: Path, security: object) -> None:
    with pytest.raises(ApiDocumentError, match="POST /messages: security"):
        read_api_document(document(tmp_path, security=security), FUNCTIONS)


def test_document_is_refused_when_it_has_no_authorizer(tmp_path: Path) -> None:
    path = document(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("cognito", "other"), encoding="utf-8")
    with pytest.raises(ApiDocumentError, match=r"components\.securitySchemes\.cognito"):
        read_api_document(path, FUNCTIONS)


def test_document_is_refused_when_it_has_no_operation(tmp_path: Path) -> None:
    path = document(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"post"', '"x-post"'), encoding="utf-8")
    with pytest.raises(ApiDocumentError, match="no operation"):
        read_api_document(path, FUNCTIONS)
