"""The risk engine's private API is made here as it is, and what it would start is modelled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.risk.api_document import STAGE, api_document

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = pytest.mark.xdist_group("realisers")

MACHINE_ARN = "arn:aws:states:eu-west-1:000000000000:stateMachine:risk-decisions"
ROLE_ARN = "arn:aws:iam::000000000000:role/risk-api"


def test_api_takes_signed_requests_when_its_flow_is_modelled(home: Cloud, create: Create, unique: str) -> None:
    body = api_document(unique, "eu-west-1", MACHINE_ARN, ROLE_ARN)
    endpoint: JsonValue = {"types": "PRIVATE", "vpcEndpointIds": ["vpce-1"]}
    api = create("aws:apigateway/restApi:RestApi", {"name": unique, "body": body, "endpointConfiguration": endpoint})
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    create("aws:apigateway/restApiPolicy:RestApiPolicy", {"restApiId": api.id, "policy": policy})
    deployment = create("aws:apigateway/deployment:Deployment", {"restApi": api.id})
    stage: Inputs = {"restApi": api.id, "deployment": deployment.id, "stageName": STAGE, "xrayTracingEnabled": True}
    create("aws:apigateway/stage:Stage", stage)
    resources = home.call("apigateway", "get_resources", restApiId=api.id)["items"]
    assert isinstance(resources, list)
    (path,) = [each for each in resources if isinstance(each, dict) and each["path"] == "/assessments"]
    method = home.call("apigateway", "get_method", restApiId=api.id, resourceId=path["id"], httpMethod="POST")
    assert method["authorizationType"] == "AWS_IAM"
    integration = method["methodIntegration"]
    assert isinstance(integration, dict)
    assert (integration["type"], integration["credentials"]) == ("AWS", ROLE_ARN)
