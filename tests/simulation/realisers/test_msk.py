"""Clusters have a broker behind them, topics are there for clients, and what is cut off comes back as it was."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from simulations.cloud.faults import Fault, FaultKind
from simulations.cloud.gate_client import GateClient
from simulations.cloud.realisers import REALISERS

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
CLUSTER, TOPIC = "aws:msk/cluster:Cluster", "aws:msk/topic:Topic"
CONFIGURATION = "aws:msk/configuration:Configuration"
ANSWER_MS = 2_000


def _cluster(name: str) -> dict[str, JsonValue]:
    group: dict[str, JsonValue] = {
        "clientSubnets": ["subnet-1", "subnet-2", "subnet-3"],
        "instanceType": "kafka.t3.small",
        "securityGroups": ["sg-1"],
    }
    return {
        "clusterName": name,
        "kafkaVersion": "3.8.x",
        "numberOfBrokerNodes": 3.0,
        "brokerNodeGroupInfo": group,
        "tags": {"a": "1"},
    }


def _topic(cluster_arn: str, name: str) -> Inputs:
    return {"clusterArn": cluster_arn, "name": name, "partitionCount": 3.0, "replicationFactor": 3.0}


def _send(servers: str, topic: str, value: bytes) -> None:
    producer = KafkaProducer(
        bootstrap_servers=servers,
        max_block_ms=ANSWER_MS,
        bootstrap_timeout_ms=ANSWER_MS,
        request_timeout_ms=ANSWER_MS,
        delivery_timeout_ms=ANSWER_MS,
    )
    try:
        producer.send(topic, value, partition=0).get(ANSWER_MS / 1000)
    finally:
        producer.close(timeout=0)


def _hangs_up(servers: str) -> bool:
    host, _, port = servers.partition(":")
    with socket.create_connection((host, int(port)), timeout=ANSWER_MS / 1000) as connection:
        try:
            return connection.recv(1) == b""
        except ConnectionResetError:
            return True


def _held(servers: str, topic: str) -> int:
    consumer = KafkaConsumer(bootstrap_servers=servers)
    try:
        return sum(consumer.end_offsets([TopicPartition(topic, number) for number in range(3)]).values())
    finally:
        consumer.close()


def test_each_region_has_a_stream_of_its_own_when_clusters_are_made(
    home: Cloud, away: Cloud, create: Create, unique: str
) -> None:
    here, there = create(CLUSTER, _cluster(unique)), create(CLUSTER, _cluster(unique), away)
    create(TOPIC, _topic(here.id, unique))
    topic = create(TOPIC, _topic(there.id, unique), away)
    servers = [str(each.outputs["bootstrapBrokers"]) for each in (here, there)]
    _send(servers[0], unique, b"1")
    assert [_held(each, unique) for each in servers] == [1, 0]
    assert topic.outputs["arn"] == f"{there.id.replace(':cluster/', ':topic/')}/{unique}"
    # Again, as after a run that broke off.
    assert REALISERS[CLUSTER].create(home, _cluster(unique)) == here
    REALISERS[TOPIC].create(away, _topic(there.id, unique))


def test_what_is_in_a_stream_stays_when_it_is_cut_off_and_restored(home: Cloud, create: Create, unique: str) -> None:
    cluster, gate = create(CLUSTER, _cluster(unique)), GateClient(home.endpoint)
    down = Fault(home.region, FaultKind.STREAM)
    create(TOPIC, _topic(cluster.id, unique))
    servers = str(cluster.outputs["bootstrapBrokers"])
    _send(servers, unique, b"1")
    gate.inject(down)
    assert _hangs_up(servers)
    gate.heal(down)
    _send(servers, unique, b"2")
    assert _held(servers, unique) == 2


def test_cluster_is_brought_to_its_tags_when_they_change(home: Cloud, create: Create, unique: str) -> None:
    old = _cluster(unique)
    cluster, realiser = create(CLUSTER, old), REALISERS[CLUSTER]
    realiser.update(home, cluster.id, old, {**old, "tags": {"a": "2"}}, cluster.outputs)
    assert home.call("kafka", "list_tags_for_resource", ResourceArn=cluster.id)["Tags"] == {"a": "2"}


def test_configuration_is_on_record_when_it_is_made(home: Cloud, create: Create, unique: str) -> None:
    made = create(CONFIGURATION, {"name": unique, "kafkaVersions": ["3.8.x"], "serverProperties": "a=b\n"})
    described = home.call("kafka", "describe_configuration", Arn=made.id)
    assert (described["Name"], made.outputs["latestRevision"]) == (unique, 1)


def test_page_says_what_was_expected_when_it_is_told_no_region(home: Cloud) -> None:
    for method in ("POST", "DELETE"):
        answer = httpx.request(method, f"{home.endpoint}/_twinrail/streams", json={"region": 7}, trust_env=False)
        assert (answer.status_code, answer.json()["error"]) == (400, "region: expected text")
