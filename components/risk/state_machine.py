"""A state machine of the risk engine: sealed, traced, logged, and watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.risk.states_language import State

KEY_REUSE_SECONDS = 300
Kind = Literal["EXPRESS", "STANDARD"]


@dataclass(frozen=True, slots=True)
class StateMachineArgs:
    """`grants`: all that its role may do. `failing`: what the alarm says when an execution fails."""

    names: Names
    region: str
    kind: Kind
    definition: State
    grants: tuple[Statement, ...]
    key_arn: pulumi.Input[str]
    log_retention_days: int
    failing: str


def machine_log_group(names: Names, name: str) -> str:
    """Where executions are logged: under a prefix that does not fill the account's resource policy for logs."""
    return f"/aws/vendedlogs/states/{names.regional(name)}"


class StateMachine(pulumi.ComponentResource):
    """Its definition and what its executions hold are under the engine's key; its log says what failed, without data.

    An alarm sounds with the first execution that fails, or runs out of time.
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: StateMachineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:StateMachine", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                args.names.role(args.region, name),
                "states.amazonaws.com",
                "What a flow of the risk engine may do",
                for_account=args.names.account_id,
            ),
            child,
        )
        permitted = aws.iam.RolePolicy(
            name, name="grants", role=role.role_name, policy=policy_document(args.grants), opts=child
        )
        group = aws.cloudwatch.LogGroup(
            name,
            name=machine_log_group(args.names, name),
            retention_in_days=args.log_retention_days,
            kms_key_id=args.key_arn,
            opts=child,
        )
        made = aws.sfn.StateMachine(
            name,
            name=args.names.regional(name),
            type=args.kind,
            role_arn=role.arn,
            definition=pulumi.Output.json_dumps(args.definition, sort_keys=True),
            encryption_configuration=aws.sfn.StateMachineEncryptionConfigurationArgs(
                type="CUSTOMER_MANAGED_KMS_KEY",
                kms_key_id=args.key_arn,
                kms_data_key_reuse_period_seconds=KEY_REUSE_SECONDS,
            ),
            logging_configuration=aws.sfn.StateMachineLoggingConfigurationArgs(
                level="ERROR", include_execution_data=False, log_destination=pulumi.Output.concat(group.arn, ":*")
            ),
            tracing_configuration=aws.sfn.StateMachineTracingConfigurationArgs(enabled=True),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
        for metric in ("ExecutionsFailed", "ExecutionsTimedOut"):
            kind = metric.removeprefix("Executions").lower()
            aws.cloudwatch.MetricAlarm(
                f"{name}-{kind}",
                name=args.names.regional(f"{name}-{kind}"),
                alarm_description=args.failing,
                namespace="AWS/States",
                metric_name=metric,
                dimensions={"StateMachineArn": made.arn},
                statistic="Sum",
                period=60,
                evaluation_periods=1,
                comparison_operator="GreaterThanThreshold",
                threshold=0,
                treat_missing_data="notBreaching",
                opts=child,
            )
        self.arn = made.arn
        self.register_outputs({"arn": self.arn})
