"""The event stream of one Region: a Kafka cluster of its own, and what is known to be in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.blocks.expiring_table import ExpiringTable, ExpiringTableArgs
from components.blocks.function import FunctionNetwork
from components.payment.message_path import EVENT_TOPIC, FunctionName

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.network.private_network import PrivateNetwork

StreamSecurity = Literal["plaintext", "iam"]

PUBLISHED_EVENTS = "published-events"
"""The table of what is in the stream."""
BROKERS = 3
IN_SYNC = 2
"""An event is acknowledged once two of three brokers have it: one may be lost, and is replaced, without a pause."""
PORTS: dict[StreamSecurity, int] = {"plaintext": 9092, "iam": 9098}
"""Amazon MSK Developer Guide, "Port information"."""


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """`security`: who may connect: `iam` roles over TLS, or, `plaintext`, whoever is in the network."""

    security: StreamSecurity
    kafka_version: str
    instance_type: str
    storage_gib: int
    partitions: int
    retention_hours: int


@dataclass(frozen=True, slots=True)
class EventStreamArgs:
    """`key_arn` is the payload key of the Region: an event names transactions."""

    names: Names
    network: PrivateNetwork
    settings: StreamSettings
    key_arn: pulumi.Input[str]
    deletion_protection: bool


class EventStream(pulumi.ComponentResource):
    """Three brokers in three zones, one topic, and the table of published events.

    `function_network`: where a function must be to reach the brokers.
    """

    def __init__(self, name: str, args: EventStreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:EventStream", name, None, opts)
        self._args = args
        network, port = args.network, PORTS[args.settings.security]
        brokers = network.group("brokers", "Brokers of the event stream")
        publisher = network.group(FunctionName.PUBLISHING, "Publishes to the event stream")
        network.let_through(f"{FunctionName.PUBLISHING}-to-brokers", publisher, brokers, port)
        # What it calls beside the brokers: its queue, by an interface, and the table of published events.
        network.let_out(FunctionName.PUBLISHING, publisher, gateways=("dynamodb",))
        cluster = self._cluster(name, brokers)
        topic = self._topic(cluster)
        self.published = ExpiringTable(
            PUBLISHED_EVENTS,
            ExpiringTableArgs(
                table_name=args.names.regional(PUBLISHED_EVENTS),
                hash_key="event_id",
                expiry="expires",
                key_arn=args.key_arn,
                deletion_protection=args.deletion_protection,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.function_network = FunctionNetwork(tuple(network.subnet_ids), (publisher.id,))
        by_iam = args.settings.security == "iam"
        self.bootstrap_servers = cluster.bootstrap_brokers_sasl_iam if by_iam else cluster.bootstrap_brokers
        self.cluster_arn = cluster.arn
        self.topic_name = topic.name
        # As IAM names topics (Amazon MSK Developer Guide, "Resource types"): the cluster's own ARN, but for the kind.
        self.topic_arn = cluster.arn.apply(lambda arn: f"{arn.replace(':cluster/', ':topic/', 1)}/{EVENT_TOPIC}")
        self.register_outputs({"bootstrapServers": self.bootstrap_servers, "clusterArn": self.cluster_arn})

    def variables(self) -> dict[str, pulumi.Input[str]]:
        """What the publishing function is told."""
        return {
            "STREAM_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "STREAM_TOPIC": self.topic_name,
            "STREAM_SECURITY": self._args.settings.security,
            "PUBLISHED_EVENTS_TABLE": self.published.table_name,
        }

    def _cluster(self, name: str, brokers: aws.ec2.SecurityGroup) -> aws.msk.Cluster:
        args, by_iam = self._args, self._args.settings.security == "iam"
        configuration = aws.msk.Configuration(
            name,
            name=args.names.regional("events"),
            kafka_versions=[args.settings.kafka_version],
            # Nothing acknowledged may be lost with a broker, and no topic comes into being by a slip of the pen.
            server_properties=(
                f"auto.create.topics.enable=false\ndefault.replication.factor={BROKERS}\n"
                f"min.insync.replicas={IN_SYNC}\nunclean.leader.election.enable=false\n"
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return aws.msk.Cluster(
            name,
            cluster_name=args.names.regional("events"),
            kafka_version=args.settings.kafka_version,
            number_of_broker_nodes=BROKERS,
            broker_node_group_info=aws.msk.ClusterBrokerNodeGroupInfoArgs(
                client_subnets=args.network.subnet_ids,
                instance_type=args.settings.instance_type,
                security_groups=[brokers.id],
                storage_info=aws.msk.ClusterBrokerNodeGroupInfoStorageInfoArgs(
                    ebs_storage_info=aws.msk.ClusterBrokerNodeGroupInfoStorageInfoEbsStorageInfoArgs(
                        volume_size=args.settings.storage_gib
                    )
                ),
            ),
            client_authentication=aws.msk.ClusterClientAuthenticationArgs(
                sasl=aws.msk.ClusterClientAuthenticationSaslArgs(iam=by_iam), unauthenticated=not by_iam
            ),
            configuration_info=aws.msk.ClusterConfigurationInfoArgs(
                arn=configuration.arn, revision=configuration.latest_revision
            ),
            encryption_info=aws.msk.ClusterEncryptionInfoArgs(
                encryption_at_rest_kms_key_arn=args.key_arn,
                encryption_in_transit=aws.msk.ClusterEncryptionInfoEncryptionInTransitArgs(
                    client_broker="TLS" if by_iam else "PLAINTEXT", in_cluster=True
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.deletion_protection),
        )

    def _topic(self, cluster: aws.msk.Cluster) -> aws.msk.Topic:
        settings = self._args.settings
        configs = {"min.insync.replicas": str(IN_SYNC), "retention.ms": str(settings.retention_hours * 3_600_000)}
        return aws.msk.Topic(
            EVENT_TOPIC,
            name=EVENT_TOPIC,
            cluster_arn=cluster.arn,
            partition_count=settings.partitions,
            replication_factor=BROKERS,
            configs=json.dumps(configs, sort_keys=True),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.deletion_protection),
        )
