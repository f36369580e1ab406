"""The deployed API does what its document says: who may call, what is refused, and with which body."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pulumi
import pytest

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import items, mapping, text

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
API = "aws:apigateway/restApi:RestApi"
DEPLOYMENT = "aws:apigateway/deployment:Deployment"
STAGE = "aws:apigateway/stage:Stage"
SETTINGS = "aws:apigateway/methodSettings:MethodSettings"
CLIENT = "aws:cognito/userPoolClient:UserPoolClient"
ERROR = '{"error":{"code":"$context.error.responseType"},"request_id":"$context.requestId"}'
ECHO = """
def handle(event, context):
    claims = event["requestContext"]["authorizer"]["claims"]
    body = "%s|%s" % (event["isBase64Encoded"], claims["client_id"])
    return {"statusCode": 202, "headers": {"Content-Type": "text/plain"}, "body": body}
"""


def document(invoke_arn: JsonValue, pool_arn: JsonValue) -> dict[str, JsonValue]:
    integration: dict[str, JsonValue] = {"type": "aws_proxy", "httpMethod": "POST", "uri": invoke_arn}
    authorizer: dict[str, JsonValue] = {"type": "cognito_user_pools", "providerARNs": [pool_arn]}
    scheme: dict[str, JsonValue] = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": authorizer,
    }
    transaction: dict[str, JsonValue] = {
        "post": {
            "security": [{"cognito": ["payments/write"]}],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Transaction"}}}},
            "responses": {"200": {"description": "opened"}},
            "x-amazon-apigateway-request-validator": "body",
            "x-amazon-apigateway-integration": integration,
        }
    }
    messages: dict[str, JsonValue] = {
        "parameters": [{"$ref": "#/components/parameters/TransactionId"}],
        "post": {
            "security": [{"cognito": ["payments/write"]}],
            "responses": {"202": {"description": "accepted"}},
            "x-amazon-apigateway-integration": integration,
        },
    }
    deadline: dict[str, JsonValue] = {"type": "object", "required": ["deadline"], "properties": {}}
    return {
        "openapi": "3.0.1",
        "info": {"title": "payments", "version": "1"},
        "paths": {"/transactions": transaction, "/messages": messages},
        "components": {
            "securitySchemes": {"cognito": scheme},
            "parameters": {
                "TransactionId": {"name": "X-Transaction-Id", "in": "header", "required": True, "schema": {}}
            },
            "schemas": {"Transaction": {"$ref": "#/components/schemas/Deadline"}, "Deadline": deadline},
        },
        "x-amazon-apigateway-binary-media-types": ["application/xml"],
        "x-amazon-apigateway-request-validators": {
            "parameters": {"validateRequestParameters": True, "validateRequestBody": False},
            "body": {"validateRequestParameters": True, "validateRequestBody": True},
        },
        "x-amazon-apigateway-request-validator": "parameters",
        "x-amazon-apigateway-gateway-responses": {
            "BAD_REQUEST_PARAMETERS": {"statusCode": 400, "responseTemplates": {"application/json": ERROR}},
            "UNAUTHORIZED": {"statusCode": 401, "responseTemplates": {"application/json": ERROR}},
        },
    }


@dataclass(frozen=True)
class Deployed:
    """An API, its document, and a client that may write."""

    api: Realised
    inputs: Inputs
    document: dict[str, JsonValue]
    url: str
    client: Realised

    def token(self, cloud: Cloud, scope: str) -> str:
        answer = httpx.post(
            f"{cloud.endpoint}/oauth2/token",
            data={"grant_type": "client_credentials", "scope": scope},
            auth=(self.client.id, str(self.client.outputs["clientSecret"])),
        )
        answer.raise_for_status()
        return text(answer.json(), "access_token")


@pytest.fixture
def deployed(create: Create, unique: str) -> Deployed:
    """A function behind an API behind a user pool, as the program deploys them."""
    code = pulumi.AssetArchive({"handler.py": pulumi.StringAsset(ECHO)})
    function = create(
        "aws:lambda/function:Function",
        {
            "name": unique,
            "role": "arn:aws:iam::000000000000:role/function",
            "runtime": "python3.11",
            "handler": "handler.handle",
            "code": code,
        },
    )
    pool = create("aws:cognito/userPool:UserPool", {"name": unique, "deletionProtection": "INACTIVE"})
    create("aws:cognito/userPoolDomain:UserPoolDomain", {"domain": unique, "userPoolId": pool.id})
    scopes: list[JsonValue] = [{"scopeName": scope, "scopeDescription": scope} for scope in ("write", "read")]
    server = create(
        "aws:cognito/resourceServer:ResourceServer",
        {"identifier": "payments", "name": "payments", "userPoolId": pool.id, "scopes": scopes},
    )
    client = create(
        CLIENT,
        {
            "name": unique,
            "userPoolId": pool.id,
            "generateSecret": True,
            "allowedOauthFlowsUserPoolClient": True,
            "allowedOauthFlows": ["client_credentials"],
            "allowedOauthScopes": server.outputs["scopeIdentifiers"],
            "accessTokenValidity": 60.0,
            "tokenValidityUnits": {"accessToken": "minutes"},
            "explicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
            "preventUserExistenceErrors": "ENABLED",
        },
    )
    described = document(function.outputs["invokeArn"], pool.outputs["arn"])
    inputs: Inputs = {
        "name": unique,
        "body": json.dumps(described),
        "endpointConfiguration": {"types": "REGIONAL"},
        "securityPolicy": "TLS_1_2",
    }
    api = create(API, inputs)
    deployment = create(DEPLOYMENT, {"restApi": api.id, "triggers": {"body": "1"}})
    stage = create(STAGE, {"restApi": api.id, "deployment": deployment.id, "stageName": "v1"})
    return Deployed(api, inputs, described, str(stage.outputs["invokeUrl"]), client)


def post(url: str, token: str | None, **headers: str) -> httpx.Response:
    bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
    content_type = {"Content-Type": "application/xml"}
    return httpx.post(url, content=b"<Document/>", headers={**content_type, **bearer, **headers})


def test_function_answers_when_token_scope_and_header_are_there(home: Cloud, deployed: Deployed) -> None:
    token = deployed.token(home, "payments/write")
    answer = post(f"{deployed.url}/messages", token, **{"X-Transaction-Id": "1"})
    assert answer.status_code == 202
    # XML comes as bytes: its declared encoding survives.
    assert answer.text == f"True|{deployed.client.id}"


def test_call_is_refused_with_our_body_when_the_required_header_is_missing(home: Cloud, deployed: Deployed) -> None:
    answer = post(f"{deployed.url}/messages", deployed.token(home, "payments/write"))
    assert answer.status_code == 400
    assert answer.json()["error"] == {"code": "BAD_REQUEST_PARAMETERS"}
    assert answer.json()["request_id"]


def test_call_is_refused_when_the_token_has_another_scope(home: Cloud, deployed: Deployed) -> None:
    token = deployed.token(home, "payments/read")
    answer = post(f"{deployed.url}/messages", token, **{"X-Transaction-Id": "1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHORIZED")


def test_call_is_refused_when_there_is_no_token(deployed: Deployed) -> None:
    answer = post(f"{deployed.url}/messages", None, **{"X-Transaction-Id": "1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "UNAUTHORIZED")


def test_body_is_refused_when_it_breaks_the_model(home: Cloud, deployed: Deployed) -> None:
    headers = {"Authorization": deployed.token(home, "payments/write")}
    url = f"{deployed.url}/transactions"
    assert httpx.post(url, json={}, headers=headers).status_code == 400
    assert httpx.post(url, json={"deadline": 1}, headers=headers).status_code == 202


def test_api_serves_the_new_document_when_it_changed(home: Cloud, create: Create, deployed: Deployed) -> None:
    body = copy.deepcopy(deployed.document)
    paths = mapping(body, "paths")
    paths["/answers/{id}"] = paths.pop("/messages")
    del mapping(body, "x-amazon-apigateway-gateway-responses")["UNAUTHORIZED"]
    del mapping(mapping(body, "components"), "schemas")["Deadline"]
    mapping(mapping(body, "components"), "schemas")["Transaction"] = {"type": "object"}
    changed: Inputs = {**deployed.inputs, "body": json.dumps(body), "description": "second"}
    updated = REALISERS[API].update(home, deployed.api.id, deployed.inputs, changed, deployed.api.outputs)
    create(DEPLOYMENT, {"restApi": updated.id, "triggers": {"body": "2"}})
    token = deployed.token(home, "payments/write")
    assert updated.id == deployed.api.id
    assert post(f"{deployed.url}/answers/1", token, **{"X-Transaction-Id": "1"}).status_code == 202
    assert post(f"{deployed.url}/messages", token, **{"X-Transaction-Id": "1"}).status_code == 403
    authorizers = items(home.call("apigateway", "get_authorizers", restApiId=updated.id), "items")
    models = items(home.call("apigateway", "get_models", restApiId=updated.id), "items")
    assert [text(authorizer, "name") for authorizer in authorizers] == ["cognito"]
    assert [text(model, "name") for model in models] == ["Transaction"]


def test_api_is_made_anew_when_its_media_types_change(home: Cloud, deployed: Deployed) -> None:
    changed: Inputs = {**deployed.inputs, "binaryMediaTypes": ["application/xml", "application/octet-stream"]}
    updated = REALISERS[API].update(home, deployed.api.id, deployed.inputs, changed, deployed.api.outputs)
    found = home.call("apigateway", "get_rest_api", restApiId=updated.id)
    assert updated.id != deployed.api.id
    assert found["binaryMediaTypes"] == ["application/xml", "application/octet-stream"]
    REALISERS[API].delete(home, updated.id, updated.outputs)


def test_stage_is_throttled_when_its_settings_say_so(home: Cloud, create: Create, deployed: Deployed) -> None:
    inputs: Inputs = {
        "restApi": deployed.api.id,
        "stageName": "v1",
        "methodPath": "*/*",
        "settings": {"throttlingRateLimit": 0.5, "throttlingBurstLimit": 1.0, "metricsEnabled": True},
    }
    settings = create(SETTINGS, inputs)
    token = deployed.token(home, "payments/write")
    answers = [post(f"{deployed.url}/messages", token, **{"X-Transaction-Id": "1"}).status_code for _ in range(2)]
    assert answers == [202, 429]
    REALISERS[SETTINGS].delete(home, settings.id, settings.outputs)
    stage = home.call("apigateway", "get_stage", restApiId=deployed.api.id, stageName="v1")
    assert mapping(stage, "methodSettings") == {}


def test_stage_moves_to_the_new_deployment_when_it_changes(home: Cloud, create: Create, deployed: Deployed) -> None:
    second = create(DEPLOYMENT, {"restApi": deployed.api.id, "triggers": {"body": "2"}})
    logs: dict[str, JsonValue] = {
        "destinationArn": f"arn:aws:logs:{home.region}:{home.account_id}:log-group:api",
        "format": "$context.requestId",
    }
    inputs: Inputs = {
        "restApi": deployed.api.id,
        "deployment": second.id,
        "stageName": "v1",
        "accessLogSettings": logs,
        "xrayTracingEnabled": True,
    }
    # The stage is there already: it is adopted.
    stage = REALISERS[STAGE].create(home, inputs)
    found = home.call("apigateway", "get_stage", restApiId=deployed.api.id, stageName="v1")
    assert (found["deploymentId"], found["tracingEnabled"]) == (second.id, True)
    assert mapping(found, "accessLogSettings") == logs
    assert stage.outputs["executionArn"] == f"{deployed.api.outputs['executionArn']}/v1"


def test_client_keeps_its_secret_when_its_scopes_change(home: Cloud, deployed: Deployed) -> None:
    outputs = deployed.client.outputs
    inputs = {name: value for name, value in outputs.items() if name not in {"clientSecret", "region"}}
    narrowed: Inputs = {**inputs, "allowedOauthScopes": ["payments/read"]}
    updated = REALISERS[CLIENT].update(home, deployed.client.id, inputs, narrowed, outputs)
    assert updated.outputs["clientSecret"] == outputs["clientSecret"]
    with pytest.raises(httpx.HTTPStatusError):
        deployed.token(home, "payments/write")


def test_account_writes_logs_by_the_role_when_it_is_set(home: Cloud, create: Create) -> None:
    role_arn = f"arn:aws:iam::{home.account_id}:role/logs"
    create("aws:apigateway/account:Account", {"cloudwatchRoleArn": role_arn})
    assert home.call("apigateway", "get_account")["cloudwatchRoleArn"] == role_arn


def test_policy_of_the_api_is_put_and_taken_away(home: Cloud, deployed: Deployed) -> None:
    realiser = REALISERS["aws:apigateway/restApiPolicy:RestApiPolicy"]
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = realiser.create(home, {"restApiId": deployed.api.id, "policy": document})
    assert home.call("apigateway", "get_rest_api", restApiId=deployed.api.id).get("policy")
    realiser.delete(home, made.id, made.outputs)
    assert not home.call("apigateway", "get_rest_api", restApiId=deployed.api.id).get("policy")
