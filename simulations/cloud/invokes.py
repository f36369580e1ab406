"""Answers to the provider functions that a program calls, as the real provider gives them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from simulations.cloud.realisers.documents import items, texts

if TYPE_CHECKING:
    from simulations.cloud.graph import ResourceNode
    from simulations.cloud.realisers.base import Inputs, JsonValue

MADE_UP = "modelled-and-not-a-secret"
ZONES = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Caller:
    """The Region and the account that a function is called for."""

    region: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Question:
    """A call: for whom, with what, and what the stack has made so far."""

    caller: Caller
    arguments: Inputs
    made: tuple[ResourceNode, ...] = ()


Answer: TypeAlias = Callable[[Question], "dict[str, JsonValue]"]


def _caller_identity(question: Question) -> dict[str, JsonValue]:
    caller = question.caller
    arn = f"arn:aws:iam::{caller.account_id}:root"
    return {"id": caller.account_id, "accountId": caller.account_id, "arn": arn, "userId": caller.account_id}


def _partition(_question: Question) -> dict[str, JsonValue]:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _region(question: Question) -> dict[str, JsonValue]:
    caller = question.caller
    endpoint = f"ec2.{caller.region}.amazonaws.com"
    return {"id": caller.region, "region": caller.region, "name": caller.region, "endpoint": endpoint}


def _availability_zones(question: Question) -> dict[str, JsonValue]:
    caller = question.caller
    return {"id": caller.region, "names": [f"{caller.region}{zone}" for zone in ZONES]}


def _region_switch_checks(question: Question) -> dict[str, JsonValue]:
    """The health checks that a Region switch plan has, for the plan that is modelled: one of each Region and record."""
    plan_arn = question.arguments.get("planArn")
    [plan] = [each for each in question.made if each.outputs.get("arn") == plan_arn]
    configured = items(items(items(plan.inputs, "workflows")[0], "steps")[0], "route53HealthCheckConfigs")[0]
    checks: list[JsonValue] = [
        {
            "healthCheckId": switch_check_id(str(plan_arn), region),
            "hostedZoneId": configured["hostedZoneId"],
            "recordName": configured["recordName"],
            "region": region,
            "status": "healthy",
        }
        for region in texts(plan.inputs, "regions")
    ]
    return {"id": question.caller.region, "planArn": str(plan_arn), "healthChecks": checks}


def _random_password(question: Question) -> dict[str, JsonValue]:
    """The same every time, and none that would open anything: what it is for is modelled."""
    return {"id": question.caller.region, "randomPassword": MADE_UP}


def switch_check_id(plan_arn: str, region: str) -> str:
    """The id of a check that the modelled plan holds: the same every time."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{plan_arn}/{region}"))


ANSWERS: Mapping[str, Answer] = {
    "aws:arcregionswitch/getRoute53HealthChecks:getRoute53HealthChecks": _region_switch_checks,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:secretsmanager/getRandomPassword:getRandomPassword": _random_password,
}


def answer(token: str, question: Question) -> dict[str, JsonValue]:
    """What the provider function of this token answers.

    Raises LookupError for a function that the embedded cloud does not answer.
    """
    if token not in ANSWERS:
        raise LookupError(f"the embedded cloud does not answer the function {token}; known: {', '.join(ANSWERS)}")
    return ANSWERS[token](question)
