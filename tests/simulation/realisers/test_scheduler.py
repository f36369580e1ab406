"""Schedules are there as they are asked for, change with their inputs, and send to queues with a delay of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud, JsonValue
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
SCHEDULE = "aws:scheduler/schedule:Schedule"


def schedule(name: str, cloud: Cloud, **target: JsonValue) -> dict[str, JsonValue]:
    return {
        "name": name,
        "description": "ticks",
        "scheduleExpression": "rate(1 minute)",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {
            "arn": f"arn:aws:sqs:{cloud.region}:{cloud.account_id}:{name}",
            "roleArn": f"arn:aws:iam::{cloud.account_id}:role/{name}",
            "input": "{}",
            "retryPolicy": {"maximumEventAgeInSeconds": 60.0, "maximumRetryAttempts": 5.0},
            **target,
        },
    }


def test_schedule_is_as_asked_for_when_it_is_created_adopted_and_updated(
    home: Cloud, create: Create, unique: str
) -> None:
    inputs = schedule(unique, home)
    made = create(SCHEDULE, inputs)
    there = home.call("scheduler", "get_schedule", Name=unique)
    assert (there["Arn"], there["ScheduleExpression"]) == (made.outputs["arn"], "rate(1 minute)")
    assert made.id == f"default/{unique}"
    assert REALISERS[SCHEDULE].create(home, inputs).id == made.id
    changed = schedule(unique, home, input='{"fan_out": true}')
    REALISERS[SCHEDULE].update(home, made.id, inputs, changed, made.outputs)
    target = home.call("scheduler", "get_schedule", Name=unique)["Target"]
    assert isinstance(target, dict)
    assert target["Input"] == '{"fan_out": true}'
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 5}


def test_schedule_is_gone_when_it_is_deleted_once_or_twice(home: Cloud, unique: str) -> None:
    made = REALISERS[SCHEDULE].create(home, schedule(unique, home))
    for _ in range(2):
        REALISERS[SCHEDULE].delete(home, made.id, made.outputs)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        home.call("scheduler", "get_schedule", Name=unique)
