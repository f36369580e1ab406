"""What is drawn, counted and handed to other tools is what the graph holds."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from lxml import etree

from simulations.cloud.graph import ResourceNode, StackGraph
from simulations.cloud.realisers.base import Inputs, JsonValue
from simulations.plan.mermaid import as_mermaid
from simulations.plan.picture import draw
from simulations.plan.scope import Scope
from simulations.plan.summary import as_json, hub_of, summary_lines
from simulations.plan.svg import as_svg
from simulations.plan.tfplan import as_tfplan, terraform_type

PAYMENT = Scope(hub="payment")
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/000000000000/incoming.fifo"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:000000000000:function:incoming"


def node(kind: str, name: str, inputs: Inputs, outputs: Mapping[str, JsonValue], **more: object) -> ResourceNode:
    dependencies = more.get("dependencies", {})
    assert isinstance(dependencies, dict)
    return ResourceNode(
        urn=f"urn:pulumi:dev-eu-west-1::twinrail::twinrail:payment:Path$twinrail:blocks:Part${kind}::{name}",
        type=kind,
        name=name,
        parent=None,
        provider=None,
        region="eu-west-1",
        dependencies=tuple(urn for urns in dependencies.values() for urn in urns),
        property_dependencies=dependencies,
        inputs=inputs,
        outputs=outputs,
        custom=True,
        realised=True,
        protect=bool(more.get("protect", False)),
        id=str(outputs.get("id", name)),
    )


@pytest.fixture
def graph() -> StackGraph:
    queue = node(
        "aws:sqs/queue:Queue",
        "incoming",
        {"name": "incoming.fifo", "fifoQueue": True, "tags": {"Owner": "twinrail"}},
        {"url": QUEUE_URL, "arn": "arn:aws:sqs:eu-west-1:000000000000:incoming.fifo"},
        protect=True,
    )
    function = node(
        "aws:lambda/function:Function",
        "intake",
        {"name": "intake", "environment": {"variables": {"INCOMING_QUEUE_URL": QUEUE_URL}}},
        {"arn": "arn:aws:lambda:eu-west-1:000000000000:function:intake"},
        dependencies={"environment": (queue.urn,)},
    )
    consumer = node("aws:lambda/function:Function", "incoming", {"name": "incoming"}, {"arn": FUNCTION_ARN})
    alias = node(
        "aws:lambda/alias:Alias",
        "incoming",
        {"functionName": FUNCTION_ARN, "name": "live"},
        {"arn": f"{FUNCTION_ARN}:live"},
    )
    mapping = node(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "incoming",
        {"eventSourceArn": str(queue.outputs["arn"]), "functionName": f"{FUNCTION_ARN}:live"},
        {},
    )
    return StackGraph("dev-eu-west-1", (queue, function, consumer, alias, mapping), {"region": "eu-west-1"})


def test_arrows_follow_the_message_when_functions_and_queues_are_wired(graph: StackGraph) -> None:
    picture = draw([graph], PAYMENT)
    titles = {shape.key: (shape.title, shape.kind) for shape in picture.shapes}
    assert [(titles[start], titles[end]) for start, end in picture.arrows] == [
        (("incoming", "SQS FIFO queue"), ("incoming", "Lambda")),
        (("intake", "Lambda"), ("incoming", "SQS FIFO queue")),
    ]


def test_mermaid_names_every_shape_and_arrow_when_drawn(graph: StackGraph) -> None:
    picture = draw([graph], PAYMENT)
    text = as_mermaid(picture)
    assert text.count("-->") == len(picture.arrows) == 2
    assert text.count("<small>") == len(picture.shapes) == 3
    assert 'subgraph g0["dev-eu-west-1"]' in text


def test_svg_shows_every_title_when_drawn(graph: StackGraph) -> None:
    picture = draw([graph], PAYMENT)
    drawn = etree.fromstring(as_svg(picture).encode())
    texts = drawn.iter("{http://www.w3.org/2000/svg}text")
    shown = {etree.tostring(each, method="text", encoding="unicode", with_tail=False) for each in texts}
    assert {"dev-eu-west-1", "intakeLambda", "incomingSQS FIFO queue"} <= shown


def test_every_resource_is_listed_when_summarised(graph: StackGraph) -> None:
    lines = list(summary_lines([graph]))
    assert lines[0] == "dev-eu-west-1: 5 resources"
    assert lines[-1] == "5 resources in 1 stacks"
    assert sum("protected" in line for line in lines) == 1
    assert any("aws:lambda/function:Function" in line and line.split()[-1] == "2" for line in lines)


def test_document_is_plain_json_when_the_graph_is_written(graph: StackGraph) -> None:
    document = json.loads(json.dumps(as_json([graph])))
    assert [each["name"] for each in document["stacks"][0]["resources"]] == [node.name for node in graph.nodes]
    assert {hub_of(each) for each in graph.nodes} == {"payment"}


@pytest.mark.parametrize(
    ("token", "terraform"),
    [
        ("aws:sqs/queue:Queue", "aws_sqs_queue"),
        ("aws:apigateway/restApi:RestApi", "aws_api_gateway_rest_api"),
        ("aws:cloudwatch/logGroup:LogGroup", "aws_cloudwatch_log_group"),
        ("aws:lambda/eventSourceMapping:EventSourceMapping", "aws_lambda_event_source_mapping"),
        ("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws_s3_bucket_replication_configuration"),
        ("aws:cognito/userPoolClient:UserPoolClient", "aws_cognito_user_pool_client"),
        ("aws:ec2/vpc:Vpc", "aws_vpc"),
    ],
)
def test_terraform_name_is_the_providers_when_turned_back(token: str, terraform: str) -> None:
    assert terraform_type(token) == terraform


def test_plan_document_has_blocks_as_lists_and_maps_as_maps_when_written(graph: StackGraph) -> None:
    document = as_tfplan([graph])
    module = document["planned_values"]["root_module"]["child_modules"][0]
    values = {each["address"]: each["values"] for each in module["resources"]}
    assert values["module.dev_eu_west_1.aws_lambda_function.intake"]["environment"] == [
        {"variables": {"INCOMING_QUEUE_URL": QUEUE_URL}}
    ]
    assert values["module.dev_eu_west_1.aws_sqs_queue.incoming"]["tags"] == {"Owner": "twinrail"}
    configured = document["configuration"]["root_module"]["module_calls"]["dev_eu_west_1"]["module"]["resources"]
    references = {each["address"]: each["expressions"] for each in configured}
    assert references["aws_lambda_function.intake"] == {"environment": {"references": ["aws_sqs_queue.incoming"]}}
