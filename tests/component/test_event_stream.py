"""A Region's event stream survives a broker, is private, and is reached by the publishing function alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.component.policies import statements_of
from tests.component.recording import REGIONS

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

CLUSTER = "aws:msk/cluster:Cluster"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
PUBLISHING = "publishing"


def _group(stack: RecordedStack, name: str) -> str:
    return f"{stack.one(GROUP, name).name}-id"


@pytest.mark.parametrize("region", REGIONS)
def test_events_survive_a_broker_when_they_are_acknowledged(dev: dict[str, RecordedStack], region: str) -> None:
    stack = dev[f"dev-{region}"]
    cluster, topic = stack.one(CLUSTER, "events"), stack.one("aws:msk/topic:Topic", "payment-events")
    configuration = stack.one("aws:msk/configuration:Configuration", "events").inputs["serverProperties"]
    assert cluster.inputs["numberOfBrokerNodes"] == 3
    assert len(cluster.inputs["brokerNodeGroupInfo"]["clientSubnets"]) == 3
    assert topic.inputs["replicationFactor"] == 3
    assert json.loads(topic.inputs["configs"])["min.insync.replicas"] == "2"
    assert {"unclean.leader.election.enable=false", "auto.create.topics.enable=false"} <= set(configuration.split())
    key = dev["dev-foundation"].exports["payload_key_arns"][region]
    assert cluster.inputs["encryptionInfo"]["encryptionAtRestKmsKeyArn"] == key


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_brokers_let_in_the_publishing_function_alone_when_they_are_deployed(
    environment: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    stack, port = stacks[f"{environment}-eu-west-1"], {"dev": 9092, "prod": 9098}[environment]
    brokers, publisher = _group(stack, "brokers"), _group(stack, PUBLISHING)
    [rule] = [each.inputs for each in stack.of(INGRESS).values() if each.inputs["securityGroupId"] == brokers]
    assert (rule["referencedSecurityGroupId"], rule["fromPort"], rule["toPort"]) == (publisher, port, port)
    assert [each for each in stack.of(EGRESS).values() if each.inputs["securityGroupId"] == brokers] == []


def test_function_reaches_brokers_queue_and_table_and_nothing_else_when_it_is_in_the_network(
    dev: dict[str, RecordedStack],
) -> None:
    stack = dev["dev-eu-west-2"]
    endpoints = stack.of("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert {each.inputs["serviceName"].rpartition(".")[2] for each in endpoints.values()} >= {"sqs", "dynamodb"}
    reached = [
        each.inputs.get("referencedSecurityGroupId") or each.inputs["prefixListId"]
        for each in stack.of(EGRESS).values()
        if each.inputs["securityGroupId"] == _group(stack, PUBLISHING)
    ]
    assert sorted(reached) == sorted(
        [_group(stack, "brokers"), _group(stack, "endpoints"), endpoints["dynamodb"].outputs["prefixListId"]]
    )
    for function in stack.of("aws:lambda/function:Function").values():
        assert ("vpcConfig" in function.inputs) == (function.name == PUBLISHING)


def test_lambda_alone_may_touch_interfaces_when_a_function_is_in_the_network(dev: dict[str, RecordedStack]) -> None:
    by_sid = {each["Sid"]: each for each in statements_of(_role_policy(dev["dev-eu-west-1"]))}
    attach, refuse = by_sid["AttachToNetwork"], by_sid["NotByItsCode"]
    assert attach["Action"] == refuse["Action"]
    assert all(action.startswith("ec2:") for action in attach["Action"])
    assert refuse["Condition"] == {
        "ArnEquals": {
            "lambda:SourceFunctionArn": ["arn:aws:lambda:eu-west-1:000000000000:function:twinrail-dev-publishing"]
        }
    }


def test_production_signs_on_by_role_and_may_write_the_one_topic_when_it_is_deployed(
    prod: dict[str, RecordedStack],
) -> None:
    stack = prod["prod-eu-west-1"]
    cluster = stack.one(CLUSTER, "events")
    assert cluster.inputs["clientAuthentication"] == {"sasl": {"iam": True}, "unauthenticated": False}
    assert cluster.inputs["encryptionInfo"]["encryptionInTransit"] == {"clientBroker": "TLS", "inCluster": True}
    assert cluster.protect
    granted = {
        action: statement["Resource"]
        for statement in statements_of(_role_policy(stack))
        for action in statement["Action"]
        if action.startswith("kafka-cluster:")
    }
    cluster_arn = cluster.outputs["arn"]
    topic_arn = f"{cluster_arn.replace(':cluster/', ':topic/')}/payment-events"
    assert granted == {
        "kafka-cluster:Connect": [cluster_arn],
        "kafka-cluster:WriteDataIdempotently": [cluster_arn],
        "kafka-cluster:DescribeTopic": [topic_arn],
        "kafka-cluster:WriteData": [topic_arn],
    }


def test_published_events_go_by_themselves_when_they_cannot_come_again(dev: dict[str, RecordedStack]) -> None:
    table = dev["dev-eu-west-1"].one("aws:dynamodb/table:Table", "published-events")
    assert table.inputs["ttl"] == {"attributeName": "expires", "enabled": True}
    assert table.inputs["hashKey"] == "event_id"


def _role_policy(stack: RecordedStack) -> Recorded:
    return stack.one("aws:iam/rolePolicy:RolePolicy", PUBLISHING)
