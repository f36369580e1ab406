"""Every log line of the account's Region, and those that other accounts send, on their way to where they are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.firehose import firehose_log_group
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through, use_by_logs
from components.blocks.naming import arn
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Account, Exactly, hosts, through
from components.monitoring.log_pipeline import LogPipeline, LogPipelineArgs

if TYPE_CHECKING:
    from components.blocks.bucket import LockMode
    from components.blocks.naming import Names

OWN, OTHERS = "logs", "other-logs"
LOGS = "logs.amazonaws.com"


@dataclass(frozen=True, slots=True)
class LogCollectionArgs:
    """`accounts`: who else may send logs here. `left_out`: log groups that are not collected.

    `retention_days`, `lock_mode`, `lock_days`: of what is collected. `log_days`: of the log groups themselves.
    """

    names: Names
    region: str
    accounts: tuple[str, ...]
    left_out: tuple[str, ...]
    retention_days: int
    lock_mode: LockMode
    lock_days: int
    log_days: int
    protect: bool


class LogCollection(pulumi.ComponentResource):
    """One policy subscribes every log group that there is or will be; other accounts, if any, send to a destination.

    Own lines and those of others never meet: each have a stream and a bucket of their own.
    """

    def __init__(self, name: str, args: LogCollectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:LogCollection", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._errors = tuple(firehose_log_group(args.names, each) for each in (OWN, OTHERS))
        self._key_arn = self._key(name)
        own = self._pipeline(OWN, unpacked=True)
        self._collect_own(own)
        if args.accounts:
            self._take_in(self._pipeline(OTHERS, unpacked=False))
        self.register_outputs({"streamArn": own.stream_arn})

    def _key(self, name: str) -> pulumi.Output[str]:
        names, region = self._args.names, self._args.region
        groups = [arn("logs", region, names.account_id, f"log-group:{each}") for each in self._errors]
        services = hosts(("kinesis", "s3"), region)
        statements = (
            administration(names.account_id),
            use_by_account_through("Collection", names.account_id, services),
            use_by_logs(region, groups),
        )
        args = RegionalKeyArgs(names.key_alias(name), "Collected log lines", statements, self._args.protect)
        return RegionalKey(name, args, self._child).arn

    def _pipeline(self, name: str, *, unpacked: bool) -> LogPipeline:
        args = self._args
        return LogPipeline(
            name,
            LogPipelineArgs(
                names=args.names,
                region=args.region,
                key_arn=self._key_arn,
                unpacked=unpacked,
                retention_days=args.retention_days,
                lock_mode=args.lock_mode,
                lock_days=args.lock_days,
                log_days=args.log_days,
                protect=args.protect,
            ),
            self._child,
        )

    def _collect_own(self, pipeline: LogPipeline) -> None:
        """Without Firehose's own log groups: a line about a failed delivery would be delivered, and so on."""
        role, permitted = self._sender(OWN, pipeline, ())
        left_out = sorted((*self._errors, *self._args.left_out))
        aws.cloudwatch.LogAccountPolicy(
            OWN,
            policy_name=self._args.names.regional(OWN),
            policy_type="SUBSCRIPTION_FILTER_POLICY",
            policy_document=pulumi.Output.json_dumps(
                {
                    "DestinationArn": pipeline.stream_arn,
                    "RoleArn": role.arn,
                    "FilterPattern": "",
                    "Distribution": "Random",
                },
                sort_keys=True,
            ),
            scope="ALL",
            selection_criteria=f"LogGroupName NOT IN {json.dumps(left_out)}",
            # CloudWatch Logs tries whether it may write.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )

    def _take_in(self, pipeline: LogPipeline) -> None:
        """CloudWatch Logs User Guide, "Cross-account log data sharing using Kinesis Data Streams"."""
        names, name = self._args.names, self._args.names.regional(OTHERS)
        role, permitted = self._sender(OTHERS, pipeline, self._args.accounts)
        destination = aws.cloudwatch.LogDestination(
            OTHERS,
            name=name,
            target_arn=pipeline.stream_arn,
            role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
        itself = Exactly(arn("logs", self._args.region, names.account_id, f"destination:{name}"))
        subscribing = ("logs:PutAccountPolicy", "logs:PutSubscriptionFilter")
        senders = tuple(Account(each) for each in self._args.accounts)
        aws.cloudwatch.LogDestinationPolicy(
            OTHERS,
            destination_name=destination.name,
            access_policy=policy_document([Statement("Subscribe", "Allow", subscribing, (itself,), senders)]),
            opts=self._child,
        )

    def _sender(
        self, name: str, pipeline: LogPipeline, accounts: tuple[str, ...]
    ) -> tuple[ExecutionRole, aws.iam.RolePolicy]:
        """Whom CloudWatch Logs writes as; `accounts`: for whose log groups, beside the own."""
        args = self._args
        role = ExecutionRole(
            f"{name}-sender",
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, f"{name}-sender"),
                service=LOGS,
                description="Puts log lines into their stream",
                for_account=args.names.account_id,
                for_others=accounts,
            ),
            self._child,
        )
        grants = [
            Statement("Send", "Allow", ("kinesis:PutRecord", "kinesis:PutRecords"), (Exactly(pipeline.stream_arn),)),
            Statement(
                "Seal",
                "Allow",
                ("kms:GenerateDataKey",),
                (Exactly(self._key_arn),),
                conditions=(through(args.region, "kinesis"),),
            ),
        ]
        permitted = aws.iam.RolePolicy(
            f"{name}-sender", name="grants", role=role.role_name, policy=policy_document(grants), opts=self._child
        )
        return role, permitted
