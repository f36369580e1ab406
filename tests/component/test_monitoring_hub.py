"""The monitoring hub: what it collects, promises, tells and answers, and who may have a part in that."""

from __future__ import annotations

import ast
import json
import operator
from typing import TYPE_CHECKING, Any

import pytest

from components.blocks.naming import Names
from components.monitoring.api_metrics import AUTHORISING
from components.monitoring.log_collection import LogCollection, LogCollectionArgs
from components.payment.message_path import FunctionName, QueueName
from stacks.region import API_DOCUMENT
from stacks.settings import load_settings
from tests.component.policies import allowed, statements_of
from tests.component.recording import DEV_ACCOUNT, PROD_ACCOUNT, REGIONS, record_component
from tests.component.settings_files import refusal_of, write_dev

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

REGION = REGIONS[0]
ALARM, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
RULE, ROLE_POLICY, ROLE = "aws:cloudwatch/eventRule:EventRule", "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"
FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
INTENT = "aws:lex/v2modelsIntent:V2modelsIntent"
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@pytest.fixture
def here(prod: dict[str, RecordedStack]) -> RecordedStack:
    """Production's stack of a Region."""
    return prod[f"prod-{REGION}"]


def _change(name: str, now: str, before: str, region: str = REGION) -> dict[str, Any]:
    """What CloudWatch tells EventBridge of an alarm (CloudWatch User Guide, "Alarm events and EventBridge")."""
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "resources": [f"arn:aws:cloudwatch:{region}:{PROD_ACCOUNT}:alarm:{name}"],
        "detail": {"alarmName": name, "state": {"value": now}, "previousState": {"value": before}},
    }


def _matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """EventBridge's matching, as far as the rules need it (EventBridge User Guide, "Comparison operators")."""
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(_matches(each, event) for each in wanted):
                return False
        elif isinstance(wanted, dict):
            if not _matches(wanted, event.get(key, {})):
                return False
        else:
            found = event.get(key)
            values = found if isinstance(found, list) else [found]
            if not any(_holds(test, value) for test in wanted for value in values):
                return False
    return True


def _holds(test: str | dict[str, Any], value: str | None) -> bool:
    if value is None:
        return False
    if isinstance(test, str):
        return value == test
    if "anything-but" in test:
        return not value.endswith(test["anything-but"]["suffix"])
    return value.startswith(test["prefix"])


def _alarms(stack: RecordedStack) -> Iterator[str]:
    for kind, name in ((ALARM, "name"), (COMPOSITE, "alarmName")):
        for each in stack.of(kind).values():
            yield each.inputs[name]


def test_every_alarm_is_told_of_when_it_begins_and_ends(here: RecordedStack) -> None:
    pattern = json.loads(here.one(RULE, "alarms").inputs["eventPattern"])
    names = set(_alarms(here))
    windows = {name for name in names if name.endswith("-window")}
    assert len(windows) == 4
    assert {"twinrail-prod-objective-fast", "twinrail-prod-audit-chain", "twinrail-prod-vault-denied"} <= names
    assert any(name.endswith("dead-letters") for name in names)
    for now, before in (("ALARM", "OK"), ("ALARM", "INSUFFICIENT_DATA"), ("OK", "ALARM")):
        assert {name for name in names if _matches(pattern, _change(name, now, before))} == names - windows
    assert not [name for name in names if _matches(pattern, _change(name, "OK", "INSUFFICIENT_DATA"))]
    assert not _matches(pattern, _change("somebody-elses", "ALARM", "OK"))


def test_only_two_rules_publish_when_people_are_told(here: RecordedStack) -> None:
    allows = [each for each in statements_of(here.one("aws:sns/topicPolicy:TopicPolicy", "alerts"))
              if each["Effect"] == "Allow"]  # fmt: skip
    rules = [
        f"arn:aws:events:{REGION}:{PROD_ACCOUNT}:rule/twinrail-prod-{rule}" for rule in ("alarms", "undelivered-mail")
    ]
    assert [(each["Action"], each["Principal"]) for each in allows] == [
        (["sns:Publish"], {"Service": ["events.amazonaws.com"]})
    ]
    assert allows[0]["Condition"] == {"ArnEquals": {"aws:SourceArn": rules}}
    topic = here.one("aws:sns/topic:Topic", "alerts")
    key = here.one("aws:kms/key:Key", "alerts")
    assert topic.inputs["kmsMasterKeyId"] == key.outputs["arn"]
    uses = {each["Sid"]: each for each in statements_of(key)}
    assert uses["Rules"]["Condition"] == {"ArnEquals": {"aws:SourceArn": rules}}
    for rule in ("alarms", "undelivered-mail"):
        assert here.one("aws:cloudwatch/eventTarget:EventTarget", rule).inputs["arn"] == topic.outputs["arn"]


def test_a_compliance_officer_hears_of_audit_and_vault_alone_when_alarms_sound(here: RecordedStack) -> None:
    subscriptions = here.of("aws:sns/topicSubscription:TopicSubscription")
    operations, compliance = subscriptions["alerts-0"].inputs, subscriptions["alerts-compliance-0"].inputs
    assert "filterPolicy" not in operations
    assert compliance["filterPolicyScope"] == "MessageBody"
    begins = json.loads(compliance["filterPolicy"])["alarm"]
    told = {name for name in _alarms(here) if any(_holds(each, name) for each in begins)}
    assert told == {f"twinrail-prod-{each}" for each in ("audit-chain", "vault-detokenised", "vault-denied")}
    # The filter is on the body, so that the body has to say which alarm.
    template = here.one("aws:cloudwatch/eventTarget:EventTarget", "alarms").inputs["inputTransformer"]
    assert '"alarm": <alarm>' in template["inputTemplate"]
    assert template["inputPaths"]["alarm"] == "$.detail.alarmName"


def test_a_burn_alarm_needs_both_of_its_windows_when_it_sounds(here: RecordedStack) -> None:
    rules = {name: each.inputs["alarmRule"] for name, each in here.of(COMPOSITE).items()}
    prefix = "twinrail-prod-objective"
    assert rules == {
        "objective-fast": f'ALARM("{prefix}-fast-3600-window") AND ALARM("{prefix}-fast-300-window")',
        "objective-slow": f'ALARM("{prefix}-slow-21600-window") AND ALARM("{prefix}-slow-1800-window")',
    }


@pytest.mark.parametrize(
    ("burn", "seconds", "threshold"),
    [("fast", 3_600, 1_440), ("fast", 300, 1_440), ("slow", 21_600, 600), ("slow", 1_800, 600)],
)
def test_a_window_is_over_the_budgets_multiple_when_calls_are_slow_or_fail(
    here: RecordedStack, burn: str, seconds: int, threshold: int
) -> None:
    alarm = here.one(ALARM, f"objective-{burn}-{seconds}-window").inputs
    assert (alarm["threshold"], alarm["comparisonOperator"]) == (threshold, "GreaterThanThreshold")
    assert alarm["treatMissingData"] == "notBreaching"
    metrics = {each["id"]: each["metric"] for each in alarm["metricQueries"] if "metric" in each}
    # CloudWatch API Reference, "PutMetricAlarm": ten metrics at most.
    assert len(metrics) == 9
    assert {each["period"] for each in metrics.values()} == {seconds}
    assert {(name[:-1], each["metricName"], each["stat"]) for name, each in metrics.items()} == {
        ("within", "Latency", "PR(:150)"),
        ("failed", "5XXError", "Sum"),
        ("calls", "Latency", "SampleCount"),
    }
    (formula,) = [each["expression"] for each in alarm["metricQueries"] if each.get("returnData")]
    assert _value(formula, calls=100_000, within=100.0, failed=0) == 0
    assert _value(formula, calls=100_000, within=99.8, failed=0) == pytest.approx(2_000)
    assert _value(formula, calls=100_000, within=100.0, failed=100) == pytest.approx(1_000)
    assert _value(formula, calls=3_000, within=50.0, failed=3_000) == 0


def _value(formula: str, **measured: float) -> float:
    """What CloudWatch makes of it (CloudWatch User Guide, "Using metric math"), each operation being called alike."""
    return _worth(ast.parse(formula, mode="eval").body, measured)


def _worth(node: ast.expr, measured: dict[str, float]) -> float:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.Name(id=name):
            return measured[name.rstrip("0123456789")]
        case ast.BinOp(left=left, op=kind, right=right):
            return OPERATORS[type(kind)](_worth(left, measured), _worth(right, measured))
        case ast.Compare(left=left, ops=[ast.GtE()], comparators=[right]):
            return _worth(left, measured) >= _worth(right, measured)
        case ast.Call(func=ast.Name(id="FILL"), args=[series, _]):
            return _worth(series, measured)
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            return _worth(then if _worth(condition, measured) else otherwise, measured)
    raise AssertionError(ast.dump(node))


def test_objectives_are_on_operations_that_the_api_has_when_they_are_measured(here: RecordedStack) -> None:
    paths = json.loads(API_DOCUMENT.read_text(encoding="utf-8"))["paths"]
    assert {each.name: paths[each.path][each.method.lower()]["operationId"] for each in AUTHORISING} == {
        each.name: each.name for each in AUTHORISING
    }
    api = here.one("aws:apigateway/restApi:RestApi", "messages").inputs["name"]
    for operation in AUTHORISING:
        alarm = here.one(ALARM, f"objective-p99-{operation.name}").inputs
        assert alarm["dimensions"] == {
            "ApiName": api, "Stage": "v1", "Method": operation.method, "Resource": operation.path
        }  # fmt: skip
        assert (alarm["extendedStatistic"], alarm["threshold"], alarm["period"]) == ("p99", 300, 300)


def test_dashboard_shows_every_function_and_queue_when_it_is_made(here: RecordedStack) -> None:
    dashboard = here.one("aws:cloudwatch/dashboard:Dashboard", "dashboards").inputs
    widgets = json.loads(dashboard["dashboardBody"])["widgets"]
    shown = {str(value) for widget in widgets for metric in widget["properties"].get("metrics", ()) for value in metric}
    assert {f"twinrail-prod-{each}" for each in FunctionName} <= shown
    queues = {each.inputs["name"] for name, each in here.of("aws:sqs/queue:Queue").items()
              if name.removesuffix("-dead-letters") in set(QueueName)}  # fmt: skip
    assert len(queues) == 2 * len(QueueName)
    assert queues <= shown
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets)


def test_every_log_group_but_firehoses_and_the_models_is_collected_when_it_writes(here: RecordedStack) -> None:
    policy = here.one("aws:cloudwatch/logAccountPolicy:LogAccountPolicy", "logs").inputs
    prefix, _, left_out = policy["selectionCriteria"].partition(" NOT IN ")
    assert (prefix, policy["policyType"], policy["scope"]) == ("LogGroupName", "SUBSCRIPTION_FILTER_POLICY", "ALL")
    assert json.loads(left_out) == [
        "/aws/bedrock/twinrail-prod-invocations",
        "/aws/kinesisfirehose/twinrail-prod-logs",
        "/aws/kinesisfirehose/twinrail-prod-other-logs",
    ]
    document = json.loads(policy["policyDocument"])
    assert document["DestinationArn"] == here.one("aws:kinesis/stream:Stream", "logs").outputs["arn"]
    assert document["FilterPattern"] == ""


def test_only_named_accounts_send_logs_when_they_have_some(here: RecordedStack) -> None:
    policy = here.one("aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy", "other-logs").inputs
    (statement,) = json.loads(policy["accessPolicy"])["Statement"]
    assert statement["Principal"] == {"AWS": ["arn:aws:iam::777788889999:root"]}
    assert statement["Resource"] == [f"arn:aws:logs:{REGION}:{PROD_ACCOUNT}:destination:twinrail-prod-other-logs"]
    trusted = {
        name: json.loads(each.inputs["assumeRolePolicy"])["Statement"][0] for name, each in here.of(ROLE).items()
    }
    assert trusted["other-logs-sender"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": [PROD_ACCOUNT, "777788889999"]}
    }
    assert trusted["logs-sender"]["Condition"] == {"StringEquals": {"aws:SourceAccount": [PROD_ACCOUNT]}}
    # Lines of others never come among the own ones.
    other = here.one("aws:cloudwatch/logDestination:LogDestination", "other-logs").inputs["targetArn"]
    assert other == here.one("aws:kinesis/stream:Stream", "other-logs").outputs["arn"]


def test_nothing_takes_in_logs_when_no_account_sends_any(tmp_path: Path) -> None:
    hub = load_settings("dev", write_dev(tmp_path, {"hubs.monitoring.log_accounts": None})).hubs.monitoring
    assert hub is not None
    names = Names("dev", DEV_ACCOUNT)
    args = LogCollectionArgs(names, REGION, hub.log_accounts, (), 30, "GOVERNANCE", 1, 30, protect=False)
    made = record_component("dev-region", DEV_ACCOUNT, lambda: _build(args))
    assert set(made.of("aws:kinesis/stream:Stream")) == {"logs"}
    assert not made.of("aws:cloudwatch/logDestination:LogDestination")


def _build(args: LogCollectionArgs) -> None:
    LogCollection("log-collection", args)


@pytest.mark.parametrize("name", ["logs", "other-logs"])
def test_collected_lines_are_encrypted_locked_and_tiered_when_they_are_kept(here: RecordedStack, name: str) -> None:
    key = here.one("aws:kms/key:Key", "log-collection").outputs["arn"]
    stream = here.one("aws:kinesis/stream:Stream", name).inputs
    assert (stream["encryptionType"], stream["kmsKeyId"]) == ("KMS", key)
    delivery = here.one(FIREHOSE, name).inputs["extendedS3Configuration"]
    assert (delivery["kmsKeyArn"], delivery["bucketArn"]) == (
        key,
        f"arn:aws:s3:::twinrail-prod-{name}-{REGION}-{PROD_ACCOUNT}",
    )
    lock = here.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", name).inputs
    assert lock["rule"]["defaultRetention"] == {"mode": "COMPLIANCE", "days": 400}
    rules = here.one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", name).inputs["rules"]
    assert rules[0]["transitions"] == [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}]
    assert rules[0]["expiration"] == {"days": 2557}
    granted = allowed(here.one(ROLE_POLICY, name))
    assert granted["s3:PutObject"] == {f"{delivery['bucketArn']}/{each}/*" for each in ("delivered", "failed")}
    assert "s3:DeleteObject" not in granted
    (trust,) = json.loads(here.one(ROLE, name).inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": ["firehose.amazonaws.com"]}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": [PROD_ACCOUNT]}}


def test_mail_is_signed_and_told_of_when_it_does_not_arrive(here: RecordedStack) -> None:
    identity = here.one("aws:sesv2/emailIdentity:EmailIdentity", "alert-mail").inputs
    domain = f"alerts-{REGION}.hub.twinrail.example"
    assert identity["emailIdentity"] == domain
    settings = here.one("aws:sesv2/configurationSet:ConfigurationSet", "alert-mail").inputs
    assert settings["deliveryOptions"]["tlsPolicy"] == "REQUIRE"
    assert identity["configurationSetName"] == settings["configurationSetName"]
    made = here.of("aws:route53/record:Record").values()
    records = {each.inputs["name"]: each.inputs["records"] for each in made if each.name.startswith("alert-mail-")}
    assert records[f"token-2._domainkey.{domain}"] == ["token-2.dkim.amazonses.com"]
    assert records[f"_dmarc.{domain}"] == ["v=DMARC1; p=reject; adkim=s; aspf=r"]
    assert records[f"bounces.{domain}"]
    pattern = json.loads(here.one(RULE, "undelivered-mail").inputs["eventPattern"])
    assert pattern["detail"]["mail"]["tags"] == {"ses:configuration-set": [settings["configurationSetName"]]}


def test_the_advisor_reads_documents_and_no_payment_when_it_is_asked(here: RecordedStack) -> None:
    roles = ("support-advisor", "advisor-knowledge", "invocation-log")
    granted = {name: allowed(here.one(ROLE_POLICY, name)) for name in roles}
    model = f"arn:aws:bedrock:{REGION}::foundation-model/"
    assert granted["support-advisor"]["bedrock:InvokeModel"] == {f"{model}amazon.nova-lite-v1:0"}
    assert granted["advisor-knowledge"]["s3:GetObject"] == {
        f"arn:aws:s3:::twinrail-prod-advisor-documents-{REGION}-{PROD_ACCOUNT}/documents/*"
    }
    reached = {arn for calls in granted.values() for arns in calls.values() for arn in arns}
    assert not [arn for arn in reached if "payloads" in arn or "transactions" in arn or "vault" in arn]
    key = here.one("aws:kms/key:Key", "advisor").outputs["arn"]
    assert {arn for arn in reached if ":kms:" in arn} == {key}
    for name in roles:
        trust = json.loads(here.one(ROLE, name).inputs["assumeRolePolicy"])["Statement"][0]
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": [PROD_ACCOUNT]}}


def test_an_answer_passes_the_guardrail_when_a_model_words_it(here: RecordedStack) -> None:
    guardrail = here.one("aws:bedrock/guardrail:Guardrail", "advisor-models").inputs
    masked = {
        each["type"]: each["action"] for each in guardrail["sensitiveInformationPolicyConfig"]["piiEntitiesConfigs"]
    }
    assert {"NAME", "INTERNATIONAL_BANK_ACCOUNT_NUMBER", "CREDIT_DEBIT_CARD_NUMBER"} <= masked.keys()
    assert set(masked.values()) == {"ANONYMIZE"}
    assert guardrail["kmsKeyArn"] == here.one("aws:kms/key:Key", "advisor").outputs["arn"]
    asked = here.one(INTENT, "questions").inputs["qnaIntentConfiguration"]
    assert asked["bedrockModelConfiguration"]["guardrail"] == {"identifier": "advisor-models", "version": "1"}
    base = here.one("aws:bedrock/agentKnowledgeBase:AgentKnowledgeBase", "advisor-knowledge").outputs["arn"]
    store = asked["dataSourceConfiguration"]["bedrockKnowledgeStoreConfiguration"]
    assert store["bedrockKnowledgeBaseArn"] == base


def test_everything_the_advisor_keeps_is_under_its_key_when_it_is_kept(here: RecordedStack) -> None:
    key = here.one("aws:kms/key:Key", "advisor").outputs["arn"]
    kept: list[Recorded] = [
        here.one("aws:s3/vectorsVectorBucket:VectorsVectorBucket", "advisor-knowledge"),
        here.one("aws:s3/vectorsIndex:VectorsIndex", "advisor-knowledge"),
    ]
    assert [each.inputs["encryptionConfigurations"] for each in kept] == [
        [{"kmsKeyArn": key, "sseType": "aws:kms"}]
    ] * 2
    assert here.one("aws:dynamodb/table:Table", "advisor-cases").inputs["serverSideEncryption"]["kmsKeyArn"] == key
    assert here.one("aws:cloudwatch/logGroup:LogGroup", "advisor-models").inputs["kmsKeyId"] == key
    source = here.one("aws:bedrock/agentDataSource:AgentDataSource", "advisor-knowledge").inputs
    assert source["serverSideEncryptionConfiguration"]["kmsKeyArn"] == key


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"alert_addresses": []}, "alert_addresses: [] is not allowed; expected a list, each item an e-mail address"),
        ({"log_accounts": ["1234"]},
         "log_accounts: ['1234'] is not allowed; expected a list, each item an account id in quotes"),
        ({"archive_days": 0}, "archive_days: 0 is not allowed; expected a whole number from 1 to 36500"),
        ({"model": "Some Model"}, "model: 'Some Model' is not allowed; expected the id of a foundation model"),
        ({"objectives": {"within_ms": 150, "misses_per_million": 100, "p99_ms": 100, "least_calls": 1}},
         "objectives.p99_ms: 100 is less than within_ms; expected at least 150"),
        ({"objectives": {"within_ms": 150, "misses_per_million": 0, "p99_ms": 300, "least_calls": 1}},
         "objectives.misses_per_million: 0 is not allowed; expected a whole number from 1 to 50000"),
    ],
)  # fmt: skip
def test_settings_are_refused_with_one_line_when_they_break_a_rule(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert refusal_of(tmp_path, "hubs.monitoring", change) == f"dev.yaml: hubs.monitoring.{said}"
