"""Message queues for systems on premises: a pair of brokers in each Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through
from components.blocks.naming import arn
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, LogStreams, Service, hosts
from components.integration.broker_configuration import DEAD_LETTERS, HUB, ON_PREMISES, broker_configuration
from components.integration.generated_secret import GeneratedSecret, GeneratedSecretArgs

if TYPE_CHECKING:
    from components.blocks.naming import Names

ENGINE, VERSION = "ActiveMQ", "5.19"
OPENWIRE_TLS, AMQP_TLS = 61617, 5671
INSTANCES = (1, 2)
MAINTENANCE_AT = "02:00"


@dataclass(frozen=True, slots=True)
class MessagingBrokersArgs:
    """`subnet_ids`: two, of different zones. `on_premises`: the ranges from which clients come.

    `maintenance_day`: none on which the other Region's are worked on.
    """

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], pulumi.Input[str]]
    instance_type: str
    on_premises: tuple[str, ...]
    maintenance_day: str
    secret_recovery_days: int
    protect: bool


class MessagingBrokers(pulumi.ComponentResource):
    """An active broker and a standby in another zone, with one store between them: no message is lost with a zone.

    Their users' passwords are made up by Secrets Manager. A Region's pair knows nothing of the other's (ADR 0041).
    """

    group: aws.ec2.SecurityGroup

    def __init__(self, name: str, args: MessagingBrokersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:MessagingBrokers", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._key = self._made_key()
        self.group = self._group()
        self.secrets = {user: self._secret(user) for user in (HUB, ON_PREMISES)}
        broker = self._broker()
        self._let_log(broker)
        for number in INSTANCES:
            self._alarm(broker, number)
        self.register_outputs({"brokerId": broker.id})

    def _made_key(self) -> RegionalKey:
        names, region = self._args.names, self._args.region
        services = hosts(("mq", "secretsmanager"), region)
        return RegionalKey(
            self._name,
            RegionalKeyArgs(
                alias=names.key_alias(self._name),
                description="Messages on the brokers, and their users' passwords",
                statements=(
                    administration(names.account_id),
                    use_by_account_through("Brokers", names.account_id, services),
                ),
                protect=self._args.protect,
            ),
            self._child,
        )

    def _group(self) -> aws.ec2.SecurityGroup:
        """Nothing goes out: a broker opens no connection of its own."""
        group = aws.ec2.SecurityGroup(
            self._name,
            name=self._args.names.regional(self._name),
            description="Brokers: systems on premises, over TLS",
            vpc_id=self._args.vpc_id,
            opts=self._child,
        )
        for number, cidr in enumerate(self._args.on_premises):
            for protocol, port in (("openwire", OPENWIRE_TLS), ("amqp", AMQP_TLS)):
                aws.vpc.SecurityGroupIngressRule(
                    f"{self._name}-{protocol}-{number}",
                    security_group_id=group.id,
                    cidr_ipv4=cidr,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    opts=self._child,
                )
        return group

    def _secret(self, user: str) -> GeneratedSecret:
        args = self._args
        return GeneratedSecret(
            f"{self._name}-{user}",
            GeneratedSecretArgs(
                secret_name=args.names.secret(self._name, user),
                description=f"The password of the brokers' user {user}",
                key_arn=self._key.arn,
                recovery_days=args.secret_recovery_days,
            ),
            self._child,
        )

    def _broker(self) -> aws.mq.Broker:
        configuration = aws.mq.Configuration(
            self._name,
            name=self._args.names.regional(self._name),
            description="Who may do what",
            engine_type=ENGINE,
            engine_version=VERSION,
            data=broker_configuration(),
            opts=self._child,
        )
        return aws.mq.Broker(
            self._name,
            broker_name=self._args.names.short(self._name, 50),
            engine_type=ENGINE,
            engine_version=VERSION,
            # Amazon MQ takes these versions with no other answer.
            auto_minor_version_upgrade=True,
            host_instance_type=self._args.instance_type,
            deployment_mode="ACTIVE_STANDBY_MULTI_AZ",
            storage_type="efs",
            publicly_accessible=False,
            subnet_ids=list(self._args.subnet_ids),
            security_groups=[self.group.id],
            authentication_strategy="simple",
            users=[
                aws.mq.BrokerUserArgs(username=user, password=secret.value, groups=[user], console_access=False)
                for user, secret in self.secrets.items()
            ],
            configuration=aws.mq.BrokerConfigurationArgs(id=configuration.id, revision=configuration.latest_revision),
            encryption_options=aws.mq.BrokerEncryptionOptionsArgs(kms_key_id=self._key.arn, use_aws_owned_key=False),
            logs=aws.mq.BrokerLogsArgs(audit=True, general=True),
            maintenance_window_start_time=aws.mq.BrokerMaintenanceWindowStartTimeArgs(
                day_of_week=self._args.maintenance_day, time_of_day=MAINTENANCE_AT, time_zone="UTC"
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        )

    def _let_log(self, broker: aws.mq.Broker) -> None:
        """Amazon MQ makes the groups itself, after the broker's id, under CloudWatch's key: they name no payment."""
        names, region = self._args.names, self._args.region
        groups = tuple(
            pulumi.Output.concat(
                arn("logs", region, names.account_id, "log-group:/aws/amazonmq/broker/"), broker.id, f"/{kind}"
            )
            for kind in ("audit", "general")
        )
        statement = Statement(
            "Brokers",
            "Allow",
            ("logs:CreateLogStream", "logs:PutLogEvents"),
            tuple(LogStreams(group) for group in groups),
            (Service("mq.amazonaws.com"),),
            (
                Condition("StringEquals", "aws:SourceAccount", (names.account_id,)),
                Condition("ArnEquals", "aws:SourceArn", (broker.arn,)),
            ),
        )
        aws.cloudwatch.LogResourcePolicy(
            self._name,
            policy_name=names.regional(self._name),
            policy_document=policy_document([statement]),
            opts=self._child,
        )

    def _alarm(self, broker: aws.mq.Broker, number: int) -> None:
        """Of each broker: which of the two is active is not known beforehand, and the other says nothing."""
        aws.cloudwatch.MetricAlarm(
            f"{self._name}-{number}-dead-letters",
            name=self._args.names.regional(f"{self._name}-{number}-dead-letters"),
            alarm_description="A broker gave up on a message. Look at it, mend the cause, put it back.",
            namespace="AWS/AmazonMQ",
            metric_name="QueueSize",
            dimensions={
                "Broker": pulumi.Output.concat(broker.broker_name, f"-{number}"),
                "Queue": DEAD_LETTERS,
            },
            statistic="Maximum",
            period=60,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            treat_missing_data="notBreaching",
            opts=self._child,
        )
