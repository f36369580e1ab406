"""What the flow that decides may do: what its states call, and what Step Functions does for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Everything, Exactly, through
from components.risk.key_statements import OF_A_STATE_MACHINE

if TYPE_CHECKING:
    import pulumi

    from components.data.reach import ProfilesReach

LOG_DELIVERY = (
    "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
)  # fmt: skip
"""Step Functions Developer Guide, "Using CloudWatch Logs to log execution history": none of them has a resource."""
TRACES = (
    "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FlowReach:
    """By ARN what the flow reaches; `profiles` and `endpoint_arn` are None where there are none."""

    region: str
    key_arn: pulumi.Input[str]
    machine_arn: str
    watched_arn: pulumi.Input[str]
    decisions_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    profiles: ProfilesReach | None
    endpoint_arn: pulumi.Input[str] | None


def watching(key_arn: pulumi.Input[str], machine_arn: str) -> list[Statement]:
    """What every state machine here needs: its log, its traces, its own executions under the key."""
    own = Condition("StringEquals", OF_A_STATE_MACHINE, (machine_arn,))
    return [
        Statement("DeliverLogs", "Allow", LOG_DELIVERY, (Everything(reason="deliveries of logs have no resource"),)),
        Statement("Trace", "Allow", TRACES, (Everything(reason="X-Ray has no resource for traces"),)),
        Statement(
            "OpenExecutions", "Allow", ("kms:Decrypt", "kms:GenerateDataKey"), (Exactly(key_arn),), conditions=(own,)
        ),
    ]


def flow_grants(reach: FlowReach) -> list[Statement]:
    """The statements of the flow's role."""
    key, region = Exactly(reach.key_arn), reach.region
    decide = ("dynamodb:GetItem", "dynamodb:PutItem")
    seal = ("kms:Decrypt", "kms:GenerateDataKey")
    grants = [
        *watching(reach.key_arn, reach.machine_arn),
        Statement("LookForWatched", "Allow", ("dynamodb:BatchGetItem",), (Exactly(reach.watched_arn),)),
        Statement("Record", "Allow", decide, (Exactly(reach.decisions_arn),)),
        Statement("OpenTables", "Allow", ("kms:Decrypt",), (key,), conditions=(through(region, "dynamodb"),)),
        Statement("Tell", "Allow", ("sns:Publish",), (Exactly(reach.topic_arn),)),
        Statement("SealAlerts", "Allow", seal, (key,), conditions=(through(region, "sns"),)),
    ]
    if reach.profiles is not None:
        profiles = reach.profiles
        opening = Exactly(profiles.key_arn)
        grants += [
            Statement("LookForProfiles", "Allow", ("dynamodb:BatchGetItem",), (Exactly(profiles.table_arn),)),
            Statement("OpenProfiles", "Allow", ("kms:Decrypt",), (opening,), conditions=(through(region, "dynamodb"),)),
        ]
    if reach.endpoint_arn is not None:
        grants.append(Statement("AskModel", "Allow", ("sagemaker:InvokeEndpoint",), (Exactly(reach.endpoint_arn),)))
    return grants
