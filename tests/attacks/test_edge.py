"""Attempts at the hub's edges, against what is deployed: web ACL, endpoint policies, resource policies, TLS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.component.deciding import Request, decides, refuses
from tests.component.firewall import WebRequest, status_of
from tests.component.recording import PROD_ACCOUNT

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

REGION, FOREIGN = "eu-west-1", "999988887777"
LABEL = "awswaf:managed:aws:core-rule-set:"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"


@pytest.fixture(scope="module")
def region(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod[f"prod-{REGION}"]


@pytest.fixture(scope="module")
def rules(region: RecordedStack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = region.one("aws:wafv2/webAcl:WebAcl", "edge").inputs["rules"]
    return found


@pytest.fixture(scope="module")
def endpoints(region: RecordedStack) -> dict[str, str]:
    made = region.of("aws:ec2/vpcEndpoint:VpcEndpoint").values()
    return {each.inputs["serviceName"].rpartition(".")[2]: each.inputs["policy"] for each in made}


@pytest.fixture(scope="module")
def payload_bucket(prod: dict[str, RecordedStack]) -> str:
    return str(prod["prod-foundation"].one("aws:s3/bucket:Bucket", f"payloads-{REGION}").outputs["arn"])


def own(action: str, resource: str) -> Request:
    return Request(PROD_ACCOUNT, action, resource, {"aws:ResourceAccount": PROD_ACCOUNT})


@pytest.mark.attack(
    "Fill functions and queues with bodies above the limit",
    refused="413 by the web ACL on the announced length; 413 by the function where none is announced",
)
def test_a_body_above_the_limit_is_stopped_before_the_api(rules: list[dict[str, Any]]) -> None:
    for length in ("262145", "1000000000", "00262145"):
        assert status_of(rules, WebRequest("/messages", {"content-length": length})) == 413


@pytest.mark.attack("Flood the API from one address", refused="429 by the web ACL's limit per address")
def test_an_address_is_stopped_when_it_floods_with_other_tokens_each_time(rules: list[dict[str, Any]]) -> None:
    assert status_of(rules, WebRequest("/transactions", seen={"per-address": 120_001, "per-client": 1})) == 429


@pytest.mark.attack("Flood the API with one token from many addresses", refused="429 by the web ACL's limit per client")
def test_a_client_is_stopped_when_it_floods_from_many_addresses(rules: list[dict[str, Any]]) -> None:
    assert status_of(rules, WebRequest("/messages", seen={"per-address": 1, "per-client": 60_001})) == 429


@pytest.mark.attack("Send scripts, paths or addresses where no message is taken", refused="403 by the web ACL")
@pytest.mark.parametrize("label", ["CrossSiteScripting_Body", "GenericLFI_Body", "GenericRFI_Body"])
def test_markup_is_stopped_when_it_is_sent_to_another_path(rules: list[dict[str, Any]], label: str) -> None:
    for path in ("/transactions", "/v1/transactions", "/messages/x", "/oauth2/token", "/messagesx"):
        assert status_of(rules, WebRequest(path, labels=frozenset({f"{LABEL}{label}"}))) == 403


@pytest.mark.attack(
    "Go around the API's names, to the endpoint that API Gateway gives every API, or guess client secrets",
    refused="the web ACL is on the stage and on the user pool: there is no way around it",
)
def test_no_way_leads_around_the_web_acl(region: RecordedStack) -> None:
    behind = {
        each.inputs["resourceArn"] for each in region.of("aws:wafv2/webAclAssociation:WebAclAssociation").values()
    }
    # What has no door to the internet is called from the network alone, by roles.
    private = {
        f"{each.name}-id"
        for each in region.of("aws:apigateway/restApi:RestApi").values()
        if each.inputs["endpointConfiguration"]["types"] == "PRIVATE"
    }
    stages = [
        each for each in region.of("aws:apigateway/stage:Stage").values() if each.inputs["restApi"] not in private
    ]
    pools = region.of("aws:cognito/userPool:UserPool").values()
    assert {each.outputs["arn"] for each in pools} <= behind
    for stage in stages:
        assert any(each.endswith(f"/{stage.inputs['restApi']}/stages/{stage.inputs['stageName']}") for each in behind)


@pytest.mark.attack(
    "Read tokens or payments in the firewall's log or samples",
    refused="WAF replaces body and credentials wherever it shows them, and keeps no samples",
)
def test_the_firewall_shows_nothing_that_was_sent(region: RecordedStack) -> None:
    acl = region.one("aws:wafv2/webAcl:WebAcl", "edge").inputs
    replaced = {each["field"]["fieldType"] for each in acl["dataProtectionConfig"]["dataProtections"]}
    assert replaced == {"BODY", "SINGLE_HEADER"}
    assert 'sampledRequestsEnabled": true' not in json.dumps(acl)


@pytest.mark.attack(
    "Take payloads out to a bucket of another account, from within the network, with credentials of that account",
    refused="the endpoint's policy names the hub's buckets and its account's identities",
)
def test_data_cannot_be_taken_out_through_the_endpoints(endpoints: dict[str, str], payload_bucket: str) -> None:
    theirs = {"aws:ResourceAccount": FOREIGN}
    for attempt in (
        Request(FOREIGN, "s3:PutObject", "arn:aws:s3:::foreign/incoming/a", theirs),
        Request(PROD_ACCOUNT, "s3:PutObject", "arn:aws:s3:::foreign/incoming/a", theirs),
        Request(PROD_ACCOUNT, "s3:PutObject", f"{payload_bucket}/incoming/a", theirs),
        Request(FOREIGN, "dynamodb:PutItem", f"arn:aws:dynamodb:{REGION}:{FOREIGN}:table/foreign", theirs),
        Request(FOREIGN, "sqs:SendMessage", f"arn:aws:sqs:{REGION}:{FOREIGN}:foreign", theirs),
        Request(FOREIGN, "kms:Encrypt", f"arn:aws:kms:{REGION}:{FOREIGN}:key/foreign", theirs),
    ):
        assert not decides(endpoints[attempt.service], attempt)
    assert decides(endpoints["s3"], own("s3:PutObject", f"{payload_bucket}/incoming/a"))


@pytest.mark.attack(
    "Read a whole table, empty a queue or destroy a key from within the network, under a role that could",
    refused="the endpoint's policy knows none of these calls",
)
def test_no_call_passes_the_endpoints_that_the_hub_does_not_make(
    endpoints: dict[str, str], region: RecordedStack
) -> None:
    queue = next(iter(region.of("aws:sqs/queue:Queue").values())).outputs["arn"]
    key = region.one("aws:kms/key:Key", "operations").outputs["arn"]
    table = f"arn:aws:dynamodb:{REGION}:{PROD_ACCOUNT}:table/twinrail-prod-transactions"
    for attempt in (
        own("dynamodb:Scan", table),
        own("dynamodb:DeleteItem", table),
        own("sqs:PurgeQueue", queue),
        own("kms:ScheduleKeyDeletion", key),
    ):
        assert not decides(endpoints[attempt.service], attempt)


@pytest.mark.attack("Speak to bucket, queue or topic over plain HTTP", refused="denied by the resource's own policy")
def test_plain_http_is_refused_by_every_resource(
    prod: dict[str, RecordedStack], region: RecordedStack, payload_bucket: str
) -> None:
    plain = {"aws:SecureTransport": "false"}
    bucket_policies = [
        each.inputs["policy"] for each in prod["prod-foundation"].of(POLICY).values() if REGION in each.name
    ]
    assert any(
        refuses(policy, Request(PROD_ACCOUNT, "s3:GetObject", f"{payload_bucket}/incoming/a", plain))
        for policy in bucket_policies
    )
    by_url = {each.outputs["url"]: each.outputs["arn"] for each in region.of("aws:sqs/queue:Queue").values()}
    queue_policies = region.of("aws:sqs/queuePolicy:QueuePolicy").values()
    assert {each.inputs["queueUrl"] for each in queue_policies} == set(by_url)
    for policy in queue_policies:
        attempt = Request(PROD_ACCOUNT, "sqs:ReceiveMessage", by_url[policy.inputs["queueUrl"]], plain)
        assert refuses(policy.inputs["policy"], attempt)
    for topic in region.of("aws:sns/topicPolicy:TopicPolicy").values():
        assert refuses(topic.inputs["policy"], Request(PROD_ACCOUNT, "sns:Publish", topic.inputs["arn"], plain))


@pytest.mark.attack("Talk the API down to TLS 1.0", refused="the handshake: no name and no endpoint takes it")
def test_nothing_is_served_over_old_tls(region: RecordedStack) -> None:
    served = [
        *region.of("aws:apigateway/restApi:RestApi").values(),
        *region.of("aws:apigateway/domainName:DomainName").values(),
    ]
    # With certificates of clients API Gateway has TLS 1.2 alone, which no such policy of its own goes with.
    mutual = [each for each in served if "mutualTlsAuthentication" in each.inputs]
    assert {each.inputs["securityPolicy"] for each in mutual} == {"TLS_1_2"}
    rest = [each for each in served if each not in mutual]
    assert {each.inputs["securityPolicy"] for each in rest} == {"SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"}
    assert {each.inputs["endpointAccessMode"] for each in rest} == {"STRICT"}
