"""Amazon MSK: clusters, their configurations and topics.

MiniStack keeps the records of clusters and configurations, and nothing is behind them. The brokers of every cluster of
a Region are the embedded cloud's one broker there, which knows no sign-on and one replica of each topic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError

from simulations.cloud.gate_client import GateClient
from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import (
    changed,
    mapping,
    optional_integer,
    outputs_of,
    text,
    texts,
    texts_by_name,
)
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "NotFoundException"


class Configuration:
    """`aws:msk/configuration:Configuration`; its id is its ARN."""

    type = "aws:msk/configuration:Configuration"
    replace_on = frozenset({"name", "kafkaVersions", "serverProperties"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Record the configuration."""
        made = cloud.call(
            "kafka",
            "create_configuration",
            Name=text(inputs, "name"),
            KafkaVersions=texts(inputs, "kafkaVersions") or None,
            ServerProperties=text(inputs, "serverProperties").encode(),
        )
        return _configuration(cloud, text(made, "Arn"), inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Nothing that comes here is looked at by anything."""
        del old, outputs
        return _configuration(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """MiniStack has no call for it: the record stays, and is of no consequence."""
        del cloud, identity, outputs


class Cluster:
    """`aws:msk/cluster:Cluster`; its id is its ARN."""

    type = "aws:msk/cluster:Cluster"
    replace_on = frozenset({"clusterName", "brokerNodeGroupInfo", "encryptionInfo"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Record the cluster, or find the one of this name, and start the Region's broker."""
        name = text(inputs, "clusterName")
        found = cloud.call("kafka", "list_clusters", ClusterNameFilter=name).get("ClusterInfoList")
        known = (
            [text(each, "ClusterArn") for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        )
        if not known:
            group = mapping(inputs, "brokerNodeGroupInfo")
            made = cloud.call(
                "kafka",
                "create_cluster",
                ClusterName=name,
                KafkaVersion=text(inputs, "kafkaVersion"),
                NumberOfBrokerNodes=optional_integer(inputs, "numberOfBrokerNodes"),
                BrokerNodeGroupInfo={
                    "ClientSubnets": texts(group, "clientSubnets"),
                    "InstanceType": text(group, "instanceType"),
                    "SecurityGroups": texts(group, "securityGroups"),
                },
                Tags=texts_by_name(inputs, "tags") or None,
            )
            known = [text(made, "ClusterArn")]
        return _cluster(cloud, known[0], inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Bring the tags to the new inputs; the rest makes no difference to the broker."""
        del outputs
        if changed(old, new, ["tags"]) and (tags := texts_by_name(new, "tags")):
            cloud.call("kafka", "tag_resource", ResourceArn=identity, Tags=tags)
        return _cluster(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the record and end the broker, with all that is in it."""
        del outputs
        with accepting(GONE):
            cloud.call("kafka", "delete_cluster", ClusterArn=identity)
        GateClient(cloud.endpoint).close_stream(cloud.region)


class Topic:
    """`aws:msk/topic:Topic`; its id is the cluster's ARN and its own name."""

    type = "aws:msk/topic:Topic"
    replace_on = frozenset({"clusterArn", "name", "partitionCount", "replicationFactor"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the topic, of one replica: there is one broker. The one of this name is adopted."""
        name, partitions = text(inputs, "name"), optional_integer(inputs, "partitionCount") or 1
        admin = _admin(cloud)
        try:
            admin.create_topics([NewTopic(name, partitions, 1)])
        except TopicAlreadyExistsError:
            pass
        finally:
            admin.close()
        return self._realised(cloud, inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Retention and the like: the broker keeps everything, for as long as it runs."""
        del identity, old, outputs
        return self._realised(cloud, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the topic with its events."""
        del outputs
        admin = _admin(cloud)
        try:
            admin.delete_topics([identity.rpartition(",")[2]])
        except UnknownTopicOrPartitionError:
            pass
        finally:
            admin.close()

    def _realised(self, cloud: Cloud, inputs: Inputs) -> Realised:
        cluster_arn, name = text(inputs, "clusterArn"), text(inputs, "name")
        topic_arn = f"{cluster_arn.replace(':cluster/', ':topic/', 1)}/{name}"
        return Realised(f"{cluster_arn},{name}", outputs_of(cloud, inputs, {"arn": topic_arn}))


def _admin(cloud: Cloud) -> KafkaAdminClient:
    return KafkaAdminClient(bootstrap_servers=GateClient(cloud.endpoint).open_stream(cloud.region))


def _configuration(cloud: Cloud, identity: str, inputs: Inputs) -> Realised:
    return Realised(identity, outputs_of(cloud, inputs, {"arn": identity, "latestRevision": 1}))


def _cluster(cloud: Cloud, identity: str, inputs: Inputs) -> Realised:
    bootstrap_servers = GateClient(cloud.endpoint).open_stream(cloud.region)
    own: dict[str, JsonValue] = {
        "arn": identity,
        "bootstrapBrokers": bootstrap_servers,
        "bootstrapBrokersTls": bootstrap_servers,
        "bootstrapBrokersSaslIam": bootstrap_servers,
        "currentVersion": "1",
    }
    return Realised(identity, outputs_of(cloud, inputs, own))
