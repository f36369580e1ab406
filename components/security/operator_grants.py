"""What each of the operators' roles may do. Nothing here reads a payload, a vault's value or a client's secret."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi

from components.blocks.naming import arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Everything, Exactly, LogStreams, ObjectPrefix, hosts
from components.payment.message_path import (
    OPEN_INDEX,
    TICK_QUEUES,
    FunctionName,
    QueueName,
    dead_letter_queue_name,
    queue_name,
)
from components.security.audit_reach import HEADS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from components.blocks.naming import Names


class Operator(StrEnum):
    """The roles, of which each user has the one of the user's group.

    support sees how the hub is; audit, what is on record; approval decides whether someone may become an
    administrator, and can do nothing else; administration moves messages, leadership and traffic.
    """

    SUPPORT = "support"
    AUDIT = "audit"
    APPROVAL = "approval"
    ADMINISTRATION = "administration"


KEY_USERS = (Operator.SUPPORT, Operator.AUDIT, Operator.ADMINISTRATION)
"""Whose work goes through what is encrypted under the Regions' keys."""


@dataclass(frozen=True, slots=True)
class OperatorReach:
    """The hub as operators reach it; mappings are by Region. `switch_plan_arn`: None without a plan."""

    names: Names
    regions: tuple[str, ...]
    transactions_arns: Mapping[str, pulumi.Input[str]]
    leadership_arns: Mapping[str, pulumi.Input[str]]
    audit_arns: Mapping[str, pulumi.Input[str]]
    audit_key_arns: Mapping[str, pulumi.Input[str]]
    heads_arns: Mapping[str, pulumi.Input[str]]
    key_arns: Mapping[str, pulumi.Input[str]]
    switch_plan_arn: pulumi.Input[str] | None
    elevation: Mapping[str, Elevation]


@dataclass(frozen=True, slots=True)
class Elevation:
    """How someone becomes an administrator in a Region: the automation's definition, and the role that it runs by."""

    definition_arn: pulumi.Input[str]
    role_arn: pulumi.Input[str]


def grants(operator: Operator, reach: OperatorReach) -> tuple[Statement, ...]:
    """The statements of a role."""
    match operator:
        case Operator.SUPPORT:
            return (*_see(reach), *_ask(reach))
        case Operator.AUDIT:
            return tuple(_audit(reach))
        case Operator.APPROVAL:
            return tuple(_approve())
        case Operator.ADMINISTRATION:
            return (*_see(reach), *_administer(reach))


def _see(reach: OperatorReach) -> Iterator[Statement]:
    names = reach.names
    groups = tuple(
        LogStreams(arn("logs", region, names.account_id, f"log-group:{names.function_log_group(function)}"))
        for region in reach.regions
        for function in FunctionName
    )
    watched = Everything(reason="CloudWatch and Lambda know no resource for these calls")
    looks = (
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
        "cloudwatch:GetMetricStatistics",
        "lambda:ListEventSourceMappings",
        "ssm:DescribeAutomationExecutions",
    )
    indexes = tuple(Exactly(_index(each)) for each in reach.transactions_arns.values())
    yield Statement("SeeAlarms", "Allow", looks, (watched,))
    yield Statement("SeeLogs", "Allow", ("logs:FilterLogEvents", "logs:GetLogEvents"), groups)
    yield Statement("SeeQueues", "Allow", ("sqs:GetQueueAttributes",), _exactly(_queues(reach), _dead(reach)))
    yield Statement("SeeOpenTransactions", "Allow", ("dynamodb:Query",), indexes)
    yield Statement("SeeTransactions", "Allow", ("dynamodb:GetItem",), _exactly(reach.transactions_arns))
    yield Statement("SeeLeaders", "Allow", ("dynamodb:GetItem", "dynamodb:Scan"), _exactly(reach.leadership_arns))
    yield _through(reach, "SeeThroughKeys", ("kms:Decrypt",), "dynamodb")


def _ask(reach: OperatorReach) -> Iterator[Statement]:
    """Ask to be made an administrator: the automation waits for another person's word before it does anything."""
    definitions = tuple(Exactly(each.definition_arn) for each in reach.elevation.values())
    roles = tuple(Exactly(each.role_arn) for each in reach.elevation.values())
    by_automation = Condition("StringEquals", "iam:PassedToService", ("ssm.amazonaws.com",))
    executions = Everything(reason="executions have ids of their own, not known before they are there")
    yield Statement("Ask", "Allow", ("ssm:StartAutomationExecution",), definitions)
    yield Statement("EndIt", "Allow", ("ssm:StopAutomationExecution",), (executions,))
    yield Statement("LetItRun", "Allow", ("iam:PassRole",), roles, conditions=(by_automation,))


def _audit(reach: OperatorReach) -> Iterator[Statement]:
    heads = tuple(ObjectPrefix(each, HEADS) for each in reach.heads_arns.values())
    trail = Everything(reason="CloudTrail knows no resource for LookupEvents")
    yield Statement("ReadChains", "Allow", ("dynamodb:GetItem", "dynamodb:Query"), _exactly(reach.audit_arns))
    yield Statement("FindHeads", "Allow", ("s3:ListBucket", "s3:ListBucketVersions"), _exactly(reach.heads_arns))
    yield Statement("ReadHeads", "Allow", ("s3:GetObject", "s3:GetObjectVersion"), heads)
    yield Statement("PublicKeys", "Allow", ("kms:GetPublicKey",), _exactly(reach.audit_key_arns))
    yield Statement("Trail", "Allow", ("cloudtrail:LookupEvents",), (trail,))
    yield _through(reach, "ReadThroughKeys", ("kms:Decrypt",), "dynamodb", "s3")


def _approve() -> Iterator[Statement]:
    # An execution's id is not known before it is there; that of another document names other approvers.
    executions = Everything(reason="executions have ids of their own; a document says who may approve its own")
    calls = ("ssm:DescribeAutomationExecutions", "ssm:GetAutomationExecution", "ssm:SendAutomationSignal")
    yield Statement("Approve", "Allow", calls, (executions,))


def _administer(reach: OperatorReach) -> Iterator[Statement]:
    moves = ("sqs:CancelMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:StartMessageMoveTask")
    takes = ("sqs:DeleteMessage", "sqs:ReceiveMessage")
    yield Statement("MoveDeadLetters", "Allow", (*moves, *takes), _exactly(_dead(reach)))
    yield Statement("PutBack", "Allow", ("sqs:SendMessage",), _exactly(_queues(reach)))
    yield _through(reach, "MoveThroughKeys", ("kms:Decrypt", "kms:GenerateDataKey"), "sqs")
    yield Statement("FailBack", "Allow", ("dynamodb:UpdateItem",), _exactly(reach.leadership_arns))
    if reach.switch_plan_arn is not None:
        calls = ("ApprovePlanExecutionStep", "CancelPlanExecution", "GetPlanExecution", "StartPlanExecution")
        plan = (Exactly(reach.switch_plan_arn),)
        yield Statement("SwitchRegions", "Allow", tuple(f"arc-region-switch:{each}" for each in calls), plan)


def _queues(reach: OperatorReach) -> Mapping[str, str]:
    """Work queues and those of ticks: ARNs by ARN."""
    names = reach.names
    called = [queue_name(names, each) for each in QueueName]
    called += [names.standard_queue(each) for each in TICK_QUEUES.values()]
    return _queue_arns(reach, called)


def _dead(reach: OperatorReach) -> Mapping[str, str]:
    return _queue_arns(reach, [dead_letter_queue_name(reach.names, each) for each in QueueName])


def _queue_arns(reach: OperatorReach, called: list[str]) -> Mapping[str, str]:
    account = reach.names.account_id
    found = (arn("sqs", region, account, each) for region in reach.regions for each in called)
    return {each: each for each in found}


def _index(table_arn: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.concat(table_arn, "/index/", OPEN_INDEX)


def _exactly(*by_name: Mapping[str, pulumi.Input[str]]) -> tuple[Exactly, ...]:
    return tuple(Exactly(each) for mapping in by_name for each in mapping.values())


def _through(reach: OperatorReach, sid: str, actions: tuple[str, ...], *services: str) -> Statement:
    """Use the Regions' keys through services: what these keep is encrypted under them."""
    through = hosts(services, *reach.regions)
    condition = Condition("StringEquals", "kms:ViaService", through)
    return Statement(sid, "Allow", actions, _exactly(reach.key_arns), conditions=(condition,))
