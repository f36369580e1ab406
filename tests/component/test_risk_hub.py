"""The risk engine: who may ask, what decides, who is told; no function stands between, and nothing of it is public."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.risk.key_statements import OF_A_STATE_MACHINE
from stacks.region import build_region
from stacks.settings import load_settings
from tests.component.policies import allowed, statements_of
from tests.component.recording import DEV_ACCOUNT, PROD_ACCOUNT, REGIONS, record_component
from tests.component.settings_files import REMOVED, refusal_of, write_dev

if TYPE_CHECKING:
    from pathlib import Path

    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

REGION, _ = REGIONS
MACHINE = "aws:sfn/stateMachine:StateMachine"
POLICY = "aws:iam/rolePolicy:RolePolicy"


@pytest.fixture
def here(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod[f"prod-{REGION}"]


def _definition(stack: RecordedStack, name: str = "risk-decisions") -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(stack.one(MACHINE, name).inputs["definition"])
    return definition


def _key(stack: RecordedStack) -> Recorded:
    return stack.one("aws:kms/key:Key", "risk")


def _without(dev: dict[str, RecordedStack], directory: Path, hub: str, key: str = "") -> RecordedStack:
    """A Region of dev without a hub, or with null for a key of it."""
    changes = {f"hubs.{hub}.{key}": None} if key else {f"hubs.{hub}": REMOVED}
    settings = load_settings("dev", write_dev(directory, changes))

    def build() -> None:
        for name, value in build_region(settings, REGION).items():
            pulumi.export(name, value)

    return record_component(
        "dev-region", DEV_ACCOUNT, build, {"organization/twinrail/dev-foundation": dev["dev-foundation"].exports}
    )


def _followed(definition: dict[str, Any]) -> set[str]:
    """Every state that another names as the next."""
    states = definition["States"].values()
    named = {each[key] for each in states for key in ("Next", "Default") if key in each}
    branches = [branch for each in states for key in ("Choices", "Catch") for branch in each.get(key, ())]
    return named | {branch["Next"] for branch in branches} | {definition["StartAt"]}


@pytest.mark.parametrize("name", ["risk-decisions", "risk-training"])
def test_every_state_is_reached_and_there_when_the_definition_is_read(here: RecordedStack, name: str) -> None:
    definition = _definition(here, name)
    assert definition["QueryLanguage"] == "JSONata"
    assert _followed(definition) == set(definition["States"])
    for state in definition["States"].values():
        assert ("Next" in state) + ("End" in state) + (state["Type"] in {"Choice", "Fail"}) == 1


def test_flow_asks_services_itself_when_it_decides(here: RecordedStack) -> None:
    states = _definition(here)["States"]
    called = {name: each["Resource"] for name, each in states.items() if each["Type"] == "Task"}
    assert called == {
        "LookForWatched": "arn:aws:states:::aws-sdk:dynamodb:batchGetItem",
        "LookForProfiles": "arn:aws:states:::aws-sdk:dynamodb:batchGetItem",
        "AskModel": "arn:aws:states:::aws-sdk:sagemakerruntime:invokeEndpoint",
        "Record": "arn:aws:states:::aws-sdk:dynamodb:putItem",
        "ReadRecorded": "arn:aws:states:::aws-sdk:dynamodb:getItem",
        "Tell": "arn:aws:states:::sns:publish",
    }
    assert here.one(MACHINE, "risk-decisions").inputs["type"] == "EXPRESS"
    # API Gateway waits for 29 seconds.
    assert _definition(here)["TimeoutSeconds"] < 29


def test_first_decision_stands_when_a_signal_comes_twice(here: RecordedStack) -> None:
    record = _definition(here)["States"]["Record"]
    assert record["Arguments"]["ConditionExpression"] == "attribute_not_exists(transaction_id)"
    (before,) = record["Catch"]
    assert before == {"ErrorEquals": ["DynamoDb.ConditionalCheckFailedException"], "Next": "ReadRecorded"}
    assert record["Retry"][0] == {"ErrorEquals": before["ErrorEquals"], "MaxAttempts": 0}


def test_rules_decide_alone_and_it_is_on_record_when_the_model_is_silent(here: RecordedStack) -> None:
    states = _definition(here)["States"]
    (silent,) = states["AskModel"]["Catch"]
    assert silent == {"ErrorEquals": ["States.ALL"], "Next": "Decide", "Assign": {"model": "SILENT"}}
    assert "$model" in states["Record"]["Arguments"]["Item"]["model"]["S"]


def test_nothing_is_assessed_when_a_part_of_the_payment_is_missing(here: RecordedStack) -> None:
    states = _definition(here)["States"]
    assert states["Take"]["Next"] == "IsWhole"
    assert states[states["IsWhole"]["Default"]]["Type"] == "Fail"
    (whole,) = states["IsWhole"]["Choices"]
    for part in ("transaction_id", "amount_minor", "debtor_token", "creditor_token"):
        assert f"$payment.{part}" in whole["Condition"]


def test_rules_are_those_of_the_settings_when_points_are_given(here: RecordedStack) -> None:
    states = _definition(here)["States"]
    points = states["GivePoints"]["Assign"]["rule_points"]
    assert "$payment.amount_minor >= 100000000 ? 40 : 0" in points
    assert "$watched * 80 + $unknown * 15" in points
    decided = states["Decide"]["Assign"]["decision"]
    assert ">= 80 ? 'REFUSE'" in decided
    assert ">= 50 ? 'REVIEW' : 'ACCEPT'" in decided


def test_flows_role_reaches_what_its_states_call_and_no_more(
    here: RecordedStack, prod: dict[str, RecordedStack]
) -> None:
    granted = allowed(here.one(POLICY, "risk-decisions"))
    tables = here.of("aws:dynamodb/table:Table")
    profiles = prod["prod-foundation"].exports["data"]["profiles_table_arns"][REGION]
    watched, decisions = (tables[name].outputs["arn"] for name in ("risk-watched", "risk-decisions"))
    assert granted["dynamodb:BatchGetItem"] == {watched, profiles}
    assert granted["dynamodb:PutItem"] == granted["dynamodb:GetItem"] == {decisions}
    assert granted["sns:Publish"] == {here.one("aws:sns/topic:Topic", "fraud-alerts").outputs["arn"]}
    assert granted["sagemaker:InvokeEndpoint"] == {
        here.one("aws:sagemaker/endpoint:Endpoint", "risk-predictor").outputs["arn"]
    }
    called = {action for action in granted if action.partition(":")[0] not in {"kms", "logs", "xray"}}
    assert called == {
        "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "sagemaker:InvokeEndpoint", "sns:Publish",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["risk-decisions", "risk-training"])
def test_executions_are_sealed_traced_and_logged_without_data_when_they_run(here: RecordedStack, name: str) -> None:
    machine = here.one(MACHINE, name).inputs
    key_arn = _key(here).outputs["arn"]
    assert machine["encryptionConfiguration"]["kmsKeyId"] == key_arn
    assert machine["tracingConfiguration"] == {"enabled": True}
    assert machine["loggingConfiguration"]["includeExecutionData"] is False
    assert here.one("aws:cloudwatch/logGroup:LogGroup", name).inputs["kmsKeyId"] == key_arn
    (own,) = [each for each in statements_of(here.one(POLICY, name)) if each["Sid"] == "OpenExecutions"]
    machine_arn = f"arn:aws:states:{REGION}:{PROD_ACCOUNT}:stateMachine:{machine['name']}"
    assert own["Condition"] == {"StringEquals": {OF_A_STATE_MACHINE: [machine_arn]}}
    for kind in ("failed", "timedout"):
        alarm = here.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"{name}-{kind}").inputs
        assert (alarm["threshold"], alarm["comparisonOperator"]) == (0, "GreaterThanThreshold")


def test_key_opens_executions_for_their_machines_roles_alone(here: RecordedStack) -> None:
    by_sid = {each["Sid"]: each for each in statements_of(_key(here))}
    condition = by_sid["StateMachines"]["Condition"]
    roles = {
        f"arn:aws:iam::{PROD_ACCOUNT}:role/twinrail-prod-{REGION}-risk-{each}" for each in ("decisions", "training")
    }
    assert set(condition["ArnEquals"]["aws:PrincipalArn"]) == roles
    assert len(condition["StringEquals"][OF_A_STATE_MACHINE]) == 2
    assert by_sid["LogDelivery"]["Action"] == ["kms:Decrypt"]
    assert by_sid["LogDelivery"]["Condition"] == {"StringEquals": {"aws:SourceAccount": [PROD_ACCOUNT]}}


def test_nobody_publishes_alerts_by_the_topics_policy(here: RecordedStack) -> None:
    policy = here.one("aws:sns/topicPolicy:TopicPolicy", "fraud-alerts")
    assert [each["Effect"] for each in statements_of(policy)] == ["Deny"]
    assert here.one("aws:sns/topic:Topic", "fraud-alerts").inputs["kmsMasterKeyId"] == _key(here).outputs["arn"]
    publishers = {
        each.name for each in here.of(POLICY).values() for arns in [allowed(each).get("sns:Publish", set())]
        if any(arn.endswith("fraud-alerts") for arn in arns)
    }  # fmt: skip
    assert publishers == {"risk-decisions"}


def test_signals_go_one_by_one_to_the_flow_and_none_is_lost_unseen(here: RecordedStack) -> None:
    pipe = here.one("aws:pipes/pipe:Pipe", "risk-signals").inputs
    stream = here.one("aws:kinesis/stream:Stream", "risk-signals")
    assert pipe["source"] == stream.outputs["arn"]
    assert pipe["target"] == here.one(MACHINE, "risk-decisions").outputs["arn"]
    reading = pipe["sourceParameters"]["kinesisStreamParameters"]
    left = here.one("aws:sqs/queue:Queue", "risk-signals-left")
    assert reading["batchSize"] == 1
    assert reading["deadLetterConfig"] == {"arn": left.outputs["arn"]}
    assert left.inputs["kmsMasterKeyId"] == stream.inputs["kmsKeyId"] == _key(here).outputs["arn"]
    assert left.inputs["messageRetentionSeconds"] == 14 * 24 * 3600
    alarm = here.one("aws:cloudwatch/metricAlarm:MetricAlarm", "risk-signals-left").inputs
    assert (alarm["metricName"], alarm["threshold"]) == ("ApproximateNumberOfMessagesVisible", 0)
    granted = allowed(here.one(POLICY, "risk-signals"))
    assert granted["states:StartSyncExecution"] == {pipe["target"]}
    (refusal,) = statements_of(here.one("aws:sqs/queuePolicy:QueuePolicy", "risk-signals-left"))
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": ["false"]}}


def test_api_is_reached_through_its_endpoint_alone_when_it_is_called(here: RecordedStack) -> None:
    api = here.one("aws:apigateway/restApi:RestApi", "risk-api").inputs
    assert api["endpointConfiguration"] == {"types": "PRIVATE", "vpcEndpointIds": ["risk-api-id"]}
    (refusal,) = statements_of(here.one("aws:apigateway/restApiPolicy:RestApiPolicy", "risk-api"))
    assert refusal["Effect"] == "Deny"
    assert refusal["Condition"] == {"StringNotEquals": {"aws:SourceVpce": ["risk-api-id"]}}
    endpoint = here.one("aws:ec2/vpcEndpoint:VpcEndpoint", "risk-api").inputs
    # Another API of the account is not to be hidden by this one's endpoint.
    assert endpoint["privateDnsEnabled"] is False
    let_in = here.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "risk-api").inputs
    assert let_in["referencedSecurityGroupId"] == "risk-clients-id"
    assert endpoint["securityGroupIds"] == [let_in["securityGroupId"]] == ["risk-api-id"]


def test_api_takes_signed_and_whole_requests_when_it_is_called(here: RecordedStack) -> None:
    document = json.loads(here.one("aws:apigateway/restApi:RestApi", "risk-api").inputs["body"])
    ((path, methods),) = document["paths"].items()
    ((method, operation),) = methods.items()
    assert (path, method) == ("/assessments", "post")
    assert operation["security"] == [{"signed": []}]
    assert document["components"]["securitySchemes"]["signed"]["x-amazon-apigateway-authtype"] == "awsSigv4"
    assert document["x-amazon-apigateway-request-validators"]["body"]["validateRequestBody"] is True
    schema = document["components"]["schemas"]["Assessment"]
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"])
    integration = operation["x-amazon-apigateway-integration"]
    machine_arn = here.one(MACHINE, "risk-decisions").outputs["arn"]
    assert machine_arn in integration["requestTemplates"]["application/json"]
    assert integration["uri"].endswith(":states:action/StartSyncExecution")
    granted = allowed(here.one(POLICY, "risk-api"))
    assert granted["states:StartSyncExecution"] == {machine_arn}


def test_model_reaches_nothing_and_is_read_from_the_fraud_bucket_when_it_serves(here: RecordedStack) -> None:
    model = here.one("aws:sagemaker/model:Model", "risk-predictor").inputs
    fraud = here.one("aws:s3/bucket:Bucket", "risk-fraud").inputs["bucket"]
    assert model["enableNetworkIsolation"] is True
    assert model["primaryContainer"]["modelDataUrl"] == f"s3://{fraud}/models/example/output/model.tar.gz"
    granted = allowed(here.one(POLICY, "risk-predictor"))
    assert granted["s3:GetObject"] == {f"arn:aws:s3:::{fraud}/models/example/output/*"}
    assert "s3:PutObject" not in granted
    configuration = here.one("aws:sagemaker/endpointConfiguration:EndpointConfiguration", "risk-predictor").inputs
    assert configuration["kmsKeyArn"] == _key(here).outputs["arn"]
    assert configuration["productionVariants"][0]["initialInstanceCount"] == 2


def test_training_jobs_are_sealed_and_reach_samples_and_models_alone(here: RecordedStack) -> None:
    arguments = _definition(here, "risk-training")["States"]["Train"]["Arguments"]
    key_arn = _key(here).outputs["arn"]
    assert arguments["EnableNetworkIsolation"] is True
    assert arguments["OutputDataConfig"]["KmsKeyId"] == arguments["ResourceConfig"]["VolumeKmsKeyId"] == key_arn
    training, fraud = (
        here.one("aws:s3/bucket:Bucket", f"risk-{each}").inputs["bucket"] for each in ("training", "fraud")
    )
    granted = allowed(here.one(POLICY, "risk-training-job"))
    assert granted["s3:GetObject"] == {f"arn:aws:s3:::{training}/samples/*"}
    assert granted["s3:PutObject"] == {f"arn:aws:s3:::{fraud}/models/*"}
    starting = {each["Sid"]: each for each in statements_of(here.one(POLICY, "risk-training"))}
    assert starting["Train"]["Condition"] == {
        "ArnEquals": {"sagemaker:OutputKmsKey": [key_arn], "sagemaker:VolumeKmsKey": [key_arn]}
    }
    assert starting["GiveRole"]["Condition"] == {"StringEquals": {"iam:PassedToService": ["sagemaker.amazonaws.com"]}}
    assert starting["GiveRole"]["Resource"] == [here.one("aws:iam/role:Role", "risk-training-job").outputs["arn"]]


def test_rules_decide_alone_when_no_model_was_trained(dev: dict[str, RecordedStack], tmp_path: Path) -> None:
    region = _without(dev, tmp_path, "risk", "predictor")
    assert not [each for each in region.resources if each.type.startswith("aws:sagemaker/")]
    definition = _definition(region)
    assert _followed(definition) == set(definition["States"])
    assert "AskModel" not in definition["States"]
    assert "sagemaker:InvokeEndpoint" not in allowed(region.one(POLICY, "risk-decisions"))


def test_no_profile_is_looked_for_when_there_is_no_data_manager(dev: dict[str, RecordedStack], tmp_path: Path) -> None:
    region = _without(dev, tmp_path, "data")
    definition = _definition(region)
    assert _followed(definition) == set(definition["States"])
    assert "LookForProfiles" not in definition["States"]
    assert len(allowed(region.one(POLICY, "risk-decisions"))["dynamodb:BatchGetItem"]) == 1


@pytest.mark.parametrize(
    ("section", "change", "said"),
    [
        ("rules", {"refuse_from": 10}, "rules.refuse_from: 10 is not allowed; expected a whole number from 50 to 101"),
        ("images", {"eu-west-2": "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"},
         "images.eu-west-2: '141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1' is not allowed; "
         "expected an image in the Region's own registry"),
        ("predictor", {"model": "s3://elsewhere/model.tar.gz"}, "predictor.model: 's3://elsewhere/model.tar.gz' is "
         "not allowed; expected models/<training job>/output/model.tar.gz"),
        ("training", {"instance_type": "ml.m5d.large"}, "training.instance_type: 'ml.m5d.large' is not allowed; "
         "expected an instance type without disks of its own"),
    ],
)  # fmt: skip
def test_settings_of_risk_are_refused_with_one_line_when_they_break_a_rule(
    section: str, change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert refusal_of(tmp_path, f"hubs.risk.{section}", change) == f"dev.yaml: hubs.risk.{said}"
