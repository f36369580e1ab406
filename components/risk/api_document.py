"""The internal API of the risk engine, as an OpenAPI document with API Gateway's extensions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH, METHOD, STAGE = "/assessments", "post", "v1"
TOKEN = {"type": "string", "pattern": "^[A-Za-z0-9_:.-]{1,128}$"}
ASSESSMENT: Mapping[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["transaction_id", "amount_minor", "currency", "debtor_token", "creditor_token"],
    "properties": {
        "transaction_id": TOKEN,
        "amount_minor": {"type": "integer", "minimum": 1},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "debtor_token": TOKEN,
        "creditor_token": TOKEN,
    },
}
"""What is assessed: parties by their tokens."""
# The flow's answer is text in the answer of Step Functions; one that did not succeed is no answer at all.
_ANSWER = (
    "#set($answer = $util.parseJson($input.body))"
    '#if($answer.status == "SUCCEEDED")$answer.output'
    '#else#set($context.responseOverride.status = 502){"error": "not assessed"}#end'
)


def api_document(title: str, region: str, machine_arn: str, role_arn: str) -> str:
    """The document: one operation, signed by its caller, checked against the schema, answered by the flow."""
    request = f'{{"stateMachineArn": "{machine_arn}", "input": "$util.escapeJavaScript($input.body)"}}'
    integration = {
        "type": "aws",
        "httpMethod": "POST",
        "uri": f"arn:aws:apigateway:{region}:states:action/StartSyncExecution",
        "credentials": role_arn,
        "passthroughBehavior": "never",
        "requestTemplates": {"application/json": request},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": _ANSWER}}},
    }
    operation = {
        "operationId": "assess",
        "summary": "Decides on the risk of a payment",
        "security": [{"signed": []}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Assessment"}}},
        },
        "responses": {"200": {"description": "The decision"}, "502": {"description": "Not assessed"}},
        "x-amazon-apigateway-request-validator": "body",
        "x-amazon-apigateway-integration": integration,
    }
    signed = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
    document = {
        "openapi": "3.0.1",
        "info": {"title": title, "version": "1"},
        "paths": {PATH: {METHOD: operation}},
        "components": {"schemas": {"Assessment": ASSESSMENT}, "securitySchemes": {"signed": signed}},
        "x-amazon-apigateway-request-validators": {
            "body": {"validateRequestBody": True, "validateRequestParameters": True}
        },
    }
    return json.dumps(document, sort_keys=True)
