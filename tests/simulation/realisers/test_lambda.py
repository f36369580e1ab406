"""Functions run their code and their layer, change with it, and are fed from queues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.archives import PackageNotBuiltError
from simulations.cloud.realisers.documents import at, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulations.cloud.realisers.base import Archive, Cloud, Inputs, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
FUNCTION = "aws:lambda/function:Function"
LAYER = "aws:lambda/layerVersion:LayerVersion"
ALIAS = "aws:lambda/alias:Alias"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
PERMISSION = "aws:lambda/permission:Permission"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
QUEUE = "aws:sqs/queue:Queue"
ROLE = "arn:aws:iam::000000000000:role/function"

GREETING = """
import os
def handle(event, context):
    return {"says": os.environ.get("SAYS", "nothing"), "region": os.environ["AWS_REGION"]}
"""
LAYERED = """
from dependency import WORD
def handle(event, context):
    return {"says": WORD}
"""
FORWARDING = """
import boto3, os
def handle(event, context):
    sqs = boto3.client("sqs")
    failed = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
    for record in event["Records"]:
        if record["body"] != "bad":
            sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=record["body"])
    return {"batchItemFailures": [{"itemIdentifier": item} for item in failed]}
"""


def package(**files: str) -> Archive:
    return pulumi.AssetArchive({f"{name}.py": pulumi.StringAsset(content) for name, content in files.items()})


def function_inputs(name: str, code: Archive, **more: JsonValue) -> Inputs:
    return {
        "name": name,
        "role": ROLE,
        "runtime": "python3.11",
        "handler": "handler.handle",
        "code": code,
        "memorySize": 256.0,
        "timeout": 10.0,
        "publish": True,
        **more,
    }


def invoke(cloud: Cloud, name: str) -> dict[str, JsonValue]:
    answer: dict[str, object] = {**cloud.call("lambda", "invoke", FunctionName=name)}
    body = answer["Payload"]
    assert isinstance(body, StreamingBody)
    said: dict[str, JsonValue] = json.loads(body.read())
    return said


def test_alias_runs_the_new_code_when_the_package_changed(home: Cloud, create: Create, unique: str) -> None:
    environment: dict[str, JsonValue] = {"variables": {"SAYS": "one"}}
    before = function_inputs(unique, package(handler=GREETING), environment=environment)
    function = create(FUNCTION, before)
    alias = create(ALIAS, {"name": "live", "functionName": unique, "functionVersion": function.outputs["version"]})
    first = invoke(home, str(alias.outputs["arn"]))

    after = function_inputs(
        unique, package(handler=GREETING, layered=LAYERED), environment={"variables": {"SAYS": "two"}}
    )
    updated = REALISERS[FUNCTION].update(home, function.id, before, after, function.outputs)
    moved: Inputs = {"name": "live", "functionName": unique, "functionVersion": updated.outputs["version"]}
    REALISERS[ALIAS].update(home, alias.id, {}, moved, alias.outputs)
    assert first == {"says": "one", "region": home.region}
    assert invoke(home, str(alias.outputs["arn"])) == {"says": "two", "region": home.region}
    assert (function.outputs["version"], updated.outputs["version"]) == ("1", "2")
    assert updated.outputs["codeSha256"] != function.outputs["codeSha256"]
    assert str(alias.outputs["invokeArn"]).endswith(f"functions/{alias.outputs['arn']}/invocations")


def test_version_stays_when_nothing_changed(home: Cloud, create: Create, unique: str) -> None:
    inputs = function_inputs(unique, package(handler=GREETING))
    function = create(FUNCTION, inputs)
    once = REALISERS[FUNCTION].update(home, function.id, inputs, inputs, function.outputs)
    twice = REALISERS[FUNCTION].update(home, function.id, inputs, inputs, once.outputs)
    assert once.outputs["version"] == twice.outputs["version"]
    assert once.outputs["codeSha256"] == function.outputs["codeSha256"]


def test_function_is_adopted_when_a_crashed_run_left_it_behind(home: Cloud, create: Create, unique: str) -> None:
    create(FUNCTION, function_inputs(unique, package(handler=LAYERED)))
    create(FUNCTION, function_inputs(unique, package(handler=GREETING), environment={"variables": {"SAYS": "two"}}))
    assert invoke(home, unique)["says"] == "two"


def test_function_imports_from_its_layer_when_one_is_attached(
    home: Cloud, create: Create, unique: str, tmp_path: Path
) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "dependency.py").write_text('WORD = "layered"')
    layer = create(LAYER, {"layerName": unique, "code": pulumi.FileArchive(str(tmp_path))})
    create(FUNCTION, function_inputs(unique, package(handler=LAYERED), layers=[layer.outputs["arn"]]))
    assert invoke(home, unique) == {"says": "layered"}
    assert layer.id == f"{layer.outputs['layerArn']}:1"


def test_queue_feeds_the_function_when_it_is_mapped(
    home: Cloud, create: Create, unique: str, eventually: Callable[[Callable[[], JsonValue]], JsonValue]
) -> None:
    source, target = create(QUEUE, {"name": f"{unique}-source"}), create(QUEUE, {"name": f"{unique}-target"})
    variables: dict[str, JsonValue] = {"QUEUE_URL": target.outputs["url"]}
    create(FUNCTION, function_inputs(unique, package(handler=FORWARDING), environment={"variables": variables}))
    alias = create(ALIAS, {"name": "live", "functionName": unique, "functionVersion": "1"})
    inputs: Inputs = {
        "eventSourceArn": source.outputs["arn"],
        "functionName": alias.outputs["arn"],
        "batchSize": 10.0,
        "scalingConfig": {"maximumConcurrency": 10.0},
        "functionResponseTypes": ["ReportBatchItemFailures"],
    }
    first, again = create(MAPPING, inputs), create(MAPPING, inputs)
    for body in ("bad", "good"):
        home.call("sqs", "send_message", QueueUrl=source.id, MessageBody=body)

    def arrived() -> JsonValue:
        messages = items(home.call("sqs", "receive_message", QueueUrl=target.id, WaitTimeSeconds=1), "Messages")
        return [text(message, "Body") for message in messages]

    assert eventually(arrived) == ["good"]
    assert first.id == again.id
    described = home.call("lambda", "get_event_source_mapping", UUID=first.id)
    assert described["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert described["ScalingConfig"] == {"MaximumConcurrency": 10}


def test_mapping_is_switched_off_when_it_is_not_enabled(home: Cloud, create: Create, unique: str) -> None:
    queue = create(QUEUE, {"name": unique})
    create(FUNCTION, function_inputs(unique, package(handler=GREETING)))
    inputs: Inputs = {"eventSourceArn": queue.outputs["arn"], "functionName": unique, "batchSize": 5.0}
    made = create(MAPPING, inputs)
    REALISERS[MAPPING].update(home, made.id, inputs, {**inputs, "enabled": False, "batchSize": 1.0}, made.outputs)
    described = home.call("lambda", "get_event_source_mapping", UUID=made.id)
    assert (described["State"], described["BatchSize"]) == ("Disabled", 1)
    for _ in range(2):
        REALISERS[MAPPING].delete(home, made.id, made.outputs)


def test_permission_is_replaced_when_its_statement_is_there(home: Cloud, create: Create, unique: str) -> None:
    create(FUNCTION, function_inputs(unique, package(handler=GREETING)))
    create(ALIAS, {"name": "live", "functionName": unique, "functionVersion": "1"})
    execution_arn = f"arn:aws:execute-api:{home.region}:{home.account_id}:api/v1"
    inputs: Inputs = {
        "statementId": "api",
        "action": "lambda:InvokeFunction",
        "function": unique,
        "qualifier": "live",
        "principal": "apigateway.amazonaws.com",
    }
    create(PERMISSION, {**inputs, "sourceArn": f"{execution_arn}/GET/messages"})
    permission = create(PERMISSION, {**inputs, "sourceArn": f"{execution_arn}/POST/messages"})
    policy = json.loads(at(home.call("lambda", "get_policy", FunctionName=unique, Qualifier="live"), "Policy"))
    [statement] = policy["Statement"]
    assert permission.id == statement["Sid"] == "api"
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"].endswith("/POST/messages")


def test_asynchronous_calls_are_not_tried_again_when_so_configured(home: Cloud, create: Create, unique: str) -> None:
    create(FUNCTION, function_inputs(unique, package(handler=GREETING)))
    created = create(INVOKE_CONFIG, {"functionName": unique, "maximumRetryAttempts": 0.0})
    found = home.call("lambda", "get_function_event_invoke_config", FunctionName=unique)
    assert found["MaximumRetryAttempts"] == 0
    for _ in range(2):
        REALISERS[INVOKE_CONFIG].delete(home, created.id, created.outputs)


def test_error_says_what_to_run_when_the_package_is_not_built(home: Cloud, unique: str, tmp_path: Path) -> None:
    missing = tmp_path / "functions.zip"
    with pytest.raises(PackageNotBuiltError, match=r"functions\.zip is not there; run: make dist/local/manifest\.json"):
        REALISERS[FUNCTION].create(home, function_inputs(unique, pulumi.FileArchive(str(missing))))


def test_error_names_the_variable_when_lambda_sets_it_itself(home: Cloud, unique: str) -> None:
    inputs = function_inputs(unique, package(handler=GREETING), environment={"variables": {"AWS_REGION": "eu-west-3"}})
    with pytest.raises(ValueError, match="AWS_REGION"):
        REALISERS[FUNCTION].create(home, inputs)


def test_function_is_gone_when_it_is_deleted_twice(home: Cloud, create: Create, unique: str) -> None:
    function = create(FUNCTION, function_inputs(unique, package(handler=GREETING), reservedConcurrentExecutions=1.0))
    concurrency = mapping(home.call("lambda", "get_function", FunctionName=unique), "Concurrency")
    assert concurrency == {"ReservedConcurrentExecutions": 1}
    for _ in range(2):
        REALISERS[FUNCTION].delete(home, function.id, function.outputs)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        home.call("lambda", "get_function", FunctionName=unique)
