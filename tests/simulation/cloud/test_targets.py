"""Where requests are meant for: Region, service and operation."""

from __future__ import annotations

import pytest

from simulations.cloud.operations import operation_in_form, operation_of
from simulations.cloud.signing import Signed, signed_for
from simulations.cloud.targets import Target, target_of
from tests.simulation.cloud.requests import CREDENTIAL, request, signature

TRANSACTION_ID = "5bf2c3a8-6f0e-4a2a-9d50-0d8e0a8f4f10"


def region_of_api(api_id: str) -> str | None:
    return {"abc123": "eu-west-2"}.get(api_id)


def test_region_and_service_are_read_when_the_header_is_signed() -> None:
    assert signed_for(request("POST", "/", authorization=signature("sqs"))) == Signed("eu-west-1", "sqs")


def test_region_and_service_are_read_when_the_url_is_presigned() -> None:
    presigned = request("GET", "/bucket/key", {"X-Amz-Credential": CREDENTIAL.format(service="s3")})
    assert signed_for(presigned) == Signed("eu-west-1", "s3")


@pytest.mark.parametrize("header", ["", "Bearer eyJhbGciOi", "Basic abc", "AWS4-HMAC-SHA256 Credential=nonsense"])
def test_nothing_is_read_when_there_is_no_signature(header: str) -> None:
    assert signed_for(request("POST", "/", authorization=header)) is None


def test_operation_is_the_targets_when_the_protocol_is_json() -> None:
    asked = request("POST", "/", x_amz_target="DynamoDB_20120810.UpdateItem")
    assert operation_of(asked, "dynamodb") == "UpdateItem"


def test_operation_is_the_bodys_when_the_protocol_is_query() -> None:
    asked = request("POST", "/", content_type="application/x-www-form-urlencoded; charset=utf-8")
    assert operation_of(asked, "sns") is None
    assert operation_in_form(b"Action=Publish&Version=2010-03-31") == "Publish"


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "operation"),
    [
        ("PUT", "/bucket/a/b", {}, {}, "PutObject"),
        ("PUT", "/bucket/a/b", {}, {"x_amz_copy_source": "bucket/c"}, "CopyObject"),
        ("PUT", "/bucket/a/b", {"partNumber": "1", "uploadId": "2"}, {}, "UploadPart"),
        ("GET", "/bucket/a/b", {}, {}, "GetObject"),
        ("GET", "/bucket", {"list-type": "2"}, {}, "ListObjectsV2"),
        ("PUT", "/bucket", {"versioning": ""}, {}, "PutBucketVersioning"),
        ("HEAD", "/bucket/a", {}, {}, "HeadObject"),
    ],
)
def test_operation_follows_from_the_model_when_the_protocol_is_rest(
    method: str, path: str, query: dict[str, str], headers: dict[str, str], operation: str
) -> None:
    assert operation_of(request(method, path, query, **headers), "s3") == operation


def test_operation_is_unknown_when_the_service_is_unknown() -> None:
    assert operation_of(request("GET", "/x"), "no-such-service") is None


def test_region_is_the_apis_when_the_data_plane_is_called() -> None:
    asked = request("GET", f"/_aws/execute-api/abc123/v1/transactions/{TRANSACTION_ID}")
    assert target_of(asked, region_of_api) == Target("eu-west-2", "execute-api", "GET /transactions/{id}")


def test_region_is_the_paths_when_a_token_is_asked_for() -> None:
    asked = request("POST", "/_twinrail/auth/eu-west-1/oauth2/token")
    assert target_of(asked, region_of_api) == Target("eu-west-1", "cognito-idp", "POST /oauth2/token", "/oauth2/token")


@pytest.mark.parametrize("path", ["/_ministack/health", "/_aws/execute-api/unknown/v1/x", "/_twinrail/health"])
def test_there_is_no_target_when_a_request_belongs_to_no_region(path: str) -> None:
    assert target_of(request("GET", path), region_of_api) is None
