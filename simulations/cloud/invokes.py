"""Answers to the provider functions that a program calls, as the real provider gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import JsonValue

ZONES = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Caller:
    """The Region and the account that a function is called for."""

    region: str
    account_id: str


Answer: TypeAlias = Callable[[Caller], "dict[str, JsonValue]"]


def _caller_identity(caller: Caller) -> dict[str, JsonValue]:
    arn = f"arn:aws:iam::{caller.account_id}:root"
    return {"id": caller.account_id, "accountId": caller.account_id, "arn": arn, "userId": caller.account_id}


def _partition(_caller: Caller) -> dict[str, JsonValue]:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _region(caller: Caller) -> dict[str, JsonValue]:
    endpoint = f"ec2.{caller.region}.amazonaws.com"
    return {"id": caller.region, "region": caller.region, "name": caller.region, "endpoint": endpoint}


def _availability_zones(caller: Caller) -> dict[str, JsonValue]:
    return {"id": caller.region, "names": [f"{caller.region}{zone}" for zone in ZONES]}


ANSWERS: Mapping[str, Answer] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
}


def answer(token: str, caller: Caller) -> dict[str, JsonValue]:
    """What the provider function of this token answers.

    Raises LookupError for a function that the embedded cloud does not answer.
    """
    if token not in ANSWERS:
        raise LookupError(f"the embedded cloud does not answer the function {token}; known: {', '.join(ANSWERS)}")
    return ANSWERS[token](caller)
