"""The web ACL blocks, takes what the API takes, and shows nobody what was sent."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import stacks.settings
from components.payment.api_document import ApiDocumentError, read_api_document
from components.payment.message_api import TLS_POLICY
from components.security.trust_store import MUTUAL_TLS_POLICY
from components.security.web_rules import longer_than
from tests.component.firewall import WebRequest, status_of
from tests.component.policies import statements_of, with_policies
from tests.component.recording import STACKS, RecordedStack, record_stack, stack_configuration

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("program")

ACL, DOCUMENT = "aws:wafv2/webAcl:WebAcl", STACKS.parent / "lambdas" / "api" / "openapi.json"
LABEL = "awswaf:managed:aws:core-rule-set:"
REGIONS = ("eu-west-1", "eu-west-2")


def acl_of(stack: RecordedStack) -> dict[str, Any]:
    return stack.one(ACL, "edge").inputs


@pytest.mark.parametrize("region", REGIONS)
def test_api_and_token_endpoint_are_behind_the_web_acl_when_a_region_is_deployed(
    prod: dict[str, RecordedStack], region: str
) -> None:
    stack = prod[f"prod-{region}"]
    acl = stack.one(ACL, "edge").outputs["arn"]
    associations = [each.inputs for each in stack.of("aws:wafv2/webAclAssociation:WebAclAssociation").values()]
    assert {each["webAclArn"] for each in associations} == {acl}
    api = stack.one("aws:apigateway/restApi:RestApi", "messages")
    pool = next(iter(stack.of("aws:cognito/userPool:UserPool").values())).outputs["arn"]
    assert {each["resourceArn"] for each in associations} == {
        f"arn:aws:apigateway:{region}::/restapis/{api.name}-id/stages/v1",
        f"arn:aws:apigateway:{region}::/restapis/third-parties-id/stages/v1",
        pool,
    }


def test_every_managed_group_blocks_when_it_is_asked(prod: dict[str, RecordedStack]) -> None:
    groups = {
        rule["statement"]["managedRuleGroupStatement"]["name"]: rule
        for rule in acl_of(prod["prod-eu-west-1"])["rules"]
        if "managedRuleGroupStatement" in rule["statement"]
    }
    assert all(rule["overrideAction"] == {"none": {}} for rule in groups.values())
    counted = {
        name: {each["name"] for each in rule["statement"]["managedRuleGroupStatement"].get("ruleActionOverrides", [])}
        for name, rule in groups.items()
    }
    assert counted == {
        "AWSManagedRulesAmazonIpReputationList": set(),
        "AWSManagedRulesAnonymousIpList": {"HostingProviderIPList"},
        "AWSManagedRulesKnownBadInputsRuleSet": set(),
        "AWSManagedRulesCommonRuleSet": {
            "SizeRestrictions_BODY",
            "CrossSiteScripting_BODY",
            "GenericLFI_BODY",
            "GenericRFI_BODY",
        },
    }


def test_rules_are_asked_in_an_order_of_their_own_when_they_are_deployed(prod: dict[str, RecordedStack]) -> None:
    rules = acl_of(prod["prod-eu-west-1"])["rules"]
    assert [rule["priority"] for rule in rules] == list(range(len(rules)))
    # A label is there for the rules after the one that put it.
    assert rules[-1]["name"] == "markup-elsewhere"


def test_body_is_inspected_as_far_as_the_settings_say_when_it_comes(prod: dict[str, RecordedStack]) -> None:
    [inspected] = acl_of(prod["prod-eu-west-1"])["associationConfig"]["requestBodies"]
    limit = {"defaultSizeInspectionLimit": "KB_64"}
    assert inspected == {"apiGateway": limit, "cognitoUserPool": limit}


def test_nothing_that_was_sent_is_shown_when_waf_logs_or_samples(prod: dict[str, RecordedStack]) -> None:
    stack = prod["prod-eu-west-2"]
    acl = acl_of(stack)
    shown = [acl["visibilityConfig"], *(rule["visibilityConfig"] for rule in acl["rules"])]
    assert {each["sampledRequestsEnabled"] for each in shown} == {False}
    protected = acl["dataProtectionConfig"]["dataProtections"]
    assert {each["field"]["fieldType"]: each["field"].get("fieldKeys") for each in protected} == {
        "BODY": None,
        "SINGLE_HEADER": ["authorization", "cookie"],
    }
    # The exceptions, for rule matches and rates, are left out: both quote what they matched.
    assert all(set(each) == {"action", "field"} and each["action"] == "SUBSTITUTION" for each in protected)
    [logging] = stack.of("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration").values()
    redacted = {each["singleHeader"]["name"] for each in logging.inputs["redactedFields"]}
    assert redacted == {"authorization", "cookie"}


def test_log_group_is_one_that_waf_takes_and_under_the_operations_key_when_it_is_deployed(
    prod: dict[str, RecordedStack],
) -> None:
    stack = prod["prod-eu-west-1"]
    group = stack.one("aws:cloudwatch/logGroup:LogGroup", "edge")
    assert group.inputs["name"] == "aws-waf-logs-twinrail-prod-edge"
    key = stack.one("aws:kms/key:Key", "operations")
    assert group.inputs["kmsKeyId"] == key.outputs["arn"]
    [logs] = [each for each in statements_of(key) if each["Sid"] == "LogGroups"]
    allowed = logs["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"]
    assert "arn:aws:logs:eu-west-1:111122223333:log-group:aws-waf-logs-twinrail-prod-edge" in allowed


def test_answers_have_the_form_of_the_apis_own_errors_when_waf_gives_them(prod: dict[str, RecordedStack]) -> None:
    bodies = acl_of(prod["prod-eu-west-1"])["customResponseBodies"]
    known = json.loads(DOCUMENT.read_text())["x-amazon-apigateway-gateway-responses"]
    own = {json.loads(each["content"])["error"]["code"]: json.loads(each["content"])["error"] for each in bodies}
    theirs = [json.loads(each["responseTemplates"]["application/json"].replace("$context.error.messageString", "0"))
              for name, each in known.items() if name in {"THROTTLED", "REQUEST_TOO_LARGE"}]  # fmt: skip
    assert own == {each["error"]["code"]: each["error"] for each in theirs}
    blocks = [rule["action"]["block"] for rule in acl_of(prod["prod-eu-west-1"])["rules"] if "action" in rule]
    answered = [block["customResponse"] for block in blocks if "customResponse" in block]
    assert {each["customResponseBodyKey"] for each in answered} == {each["key"] for each in bodies}
    assert all(each["responseHeaders"] == [{"name": "Cache-Control", "value": "no-store"}] for each in answered)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (WebRequest("/messages", {"content-length": "262144"}), None),
        (WebRequest("/messages", {"content-length": "262145"}), 413),
        (WebRequest("/messages", {"content-length": "0000262145"}), 413),
        (WebRequest("/v1/messages", labels=frozenset({f"{LABEL}CrossSiteScripting_Body"})), None),
        (WebRequest("/v1/transactions", labels=frozenset({f"{LABEL}CrossSiteScripting_Body"})), 403),
        (WebRequest("/messages/../transactions", labels=frozenset({f"{LABEL}GenericLFI_Body"})), 403),
        (WebRequest("/oauth2/token", labels=frozenset({f"{LABEL}GenericRFI_Body"})), 403),
        (WebRequest("/transactions", labels=frozenset({f"{LABEL}SizeRestrictions_Body"})), None),
        (WebRequest("/messages", seen={"per-address": 120_000, "per-client": 60_000}), None),
        (WebRequest("/messages", seen={"per-address": 120_001}), 429),
        (WebRequest("/messages", seen={"per-client": 60_001}), 429),
    ],
)
def test_request_is_blocked_or_not_as_documented_when_it_meets_the_rules(
    prod: dict[str, RecordedStack], request_: WebRequest, status: int | None
) -> None:
    assert status_of(acl_of(prod["prod-eu-west-1"])["rules"], request_) == status


def test_clients_are_told_apart_by_their_credentials_when_they_are_counted(prod: dict[str, RecordedStack]) -> None:
    by_name = {rule["name"]: rule["statement"] for rule in acl_of(prod["prod-eu-west-1"])["rules"]}
    per_client = by_name["per-client"]["rateBasedStatement"]
    assert (per_client["aggregateKeyType"], per_client["evaluationWindowSec"]) == ("CUSTOM_KEYS", 60)
    assert [each["header"]["name"] for each in per_client["customKeys"]] == ["authorization"]


@pytest.mark.parametrize("limit", [0, 7, 9, 10, 99, 100, 262_144, 999_999, 1_048_576])
def test_numbers_are_compared_right_when_a_regular_expression_does_it(limit: int) -> None:
    pattern = re.compile(longer_than(limit))
    near = {*range(max(0, limit - 120), limit + 120), limit * 10, limit * 11 + 1, limit // 10, 10**9}
    assert all((pattern.search(str(number)) is not None) == (number > limit) for number in near)
    assert not any(pattern.search(each) for each in ("", "-1", "x", f"{limit}0x"))


def test_one_clear_line_when_no_operation_says_how_large_a_body_may_be(tmp_path: Path) -> None:
    content = json.loads(DOCUMENT.read_text())
    del content["paths"]["/messages"]["post"]["requestBody"]["x-twinrail-max-body-bytes"]
    (tmp_path / "api.json").write_text(json.dumps(content))
    functions = frozenset(
        each["x-twinrail-function"]
        for path in content["paths"].values()
        for each in path.values()
        if isinstance(each, dict) and "x-twinrail-function" in each
    )
    with pytest.raises(ApiDocumentError, match="x-twinrail-max-body-bytes"):
        _ = read_api_document(tmp_path / "api.json", functions).largest_body_bytes


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_nothing_is_taken_over_old_tls_when_it_is_deployed(environment: str, request: pytest.FixtureRequest) -> None:
    recorded: dict[str, RecordedStack] = request.getfixturevalue(environment)
    for region in REGIONS:
        stack = recorded[f"{environment}-{region}"]
        served = [
            *stack.of("aws:apigateway/restApi:RestApi").values(),
            *stack.of("aws:apigateway/domainName:DomainName").values(),
        ]
        assert len(served) >= 4
        # A domain that asks for certificates takes no other policy, and none of an access mode.
        mutual = [each for each in served if "mutualTlsAuthentication" in each.inputs]
        assert {(each.inputs["securityPolicy"], each.inputs.get("endpointAccessMode")) for each in mutual} == {
            (MUTUAL_TLS_POLICY, None)
        }
        rest = [each for each in served if each not in mutual]
        assert {(each.inputs["securityPolicy"], each.inputs["endpointAccessMode"]) for each in rest} == {
            (TLS_POLICY, "STRICT")
        }


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_bucket_queue_and_topic_refuses_plain_http_when_it_is_deployed(
    environment: str, request: pytest.FixtureRequest
) -> None:
    recorded: dict[str, RecordedStack] = request.getfixturevalue(environment)
    kept = {"aws:s3/bucket:Bucket": "bucket", "aws:sqs/queue:Queue": "url", "aws:sns/topic:Topic": "arn"}
    for stack in recorded.values():
        known = {each.outputs[kept[each.type]] for each in stack.resources if each.type in kept}
        refusing = {
            each.inputs.get("bucket") or each.inputs.get("queueUrl") or each.inputs.get("arn")
            for each in with_policies(stack)
            if any(_is_about_transport(statement) for statement in statements_of(each))
        }
        assert known <= refusing
        assert known or "foundation" not in stack.name


def _is_about_transport(statement: dict[str, Any]) -> bool:
    return statement["Effect"] == "Deny" and statement.get("Condition") == {"Bool": {"aws:SecureTransport": ["false"]}}


@pytest.mark.parametrize("subscribed", [False, True])
def test_zone_is_protected_when_the_account_has_shield_advanced(
    monkeypatch: pytest.MonkeyPatch, *, subscribed: bool
) -> None:
    loaded = stacks.settings.load_settings

    def with_shield(environment: str) -> stacks.settings.Settings:
        settings = loaded(environment)
        return replace(settings, edge=replace(settings.edge, shield_advanced=subscribed))

    monkeypatch.setattr(stacks.settings, "load_settings", with_shield)
    foundation = record_stack("dev-foundation", "000000000000", stack_configuration("dev-foundation"), {})
    protected = [each.inputs["resourceArn"] for each in foundation.of("aws:shield/protection:Protection").values()]
    zone = next(iter(foundation.of("aws:route53/zone:Zone").values())).outputs["arn"]
    assert protected == ([zone] if subscribed else [])
