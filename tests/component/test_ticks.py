"""The function `timeout` is told to look: by a schedule in each Region, through a queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from lambdas.core.deadlines import Tick
from lambdas.service.sweep_overdue import TICK_SECONDS, TICKS_PER_FAN_OUT
from tests.component.policies import allowed, statements_of
from tests.component.recording import REGIONS

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ACCOUNT = "000000000000"


@pytest.mark.parametrize("region", REGIONS)
def test_the_schedule_sends_a_tick_that_fans_out_every_minute_when_it_is_deployed(
    dev: dict[str, RecordedStack], region: str
) -> None:
    stack = dev[f"dev-{region}"]
    schedule = stack.one("aws:scheduler/schedule:Schedule", "ticks").inputs
    assert schedule["scheduleExpression"] == "rate(1 minute)"
    assert schedule["flexibleTimeWindow"] == {"mode": "OFF"}
    assert schedule["target"]["arn"] == stack.one("aws:sqs/queue:Queue", "ticks").outputs["arn"]
    assert Tick.from_json(schedule["target"]["input"], region).fan_out is True


@pytest.mark.parametrize("region", REGIONS)
def test_the_schedule_may_send_to_its_queue_and_no_more_when_it_fires(
    dev: dict[str, RecordedStack], region: str
) -> None:
    stack = dev[f"dev-{region}"]
    role = stack.one("aws:iam/role:Role", "ticks-schedule")
    assert stack.one("aws:scheduler/schedule:Schedule", "ticks").inputs["target"]["roleArn"] == role.outputs["arn"]
    trust = json.loads(role.inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": ["scheduler.amazonaws.com"]}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": [ACCOUNT]}}
    granted = allowed(stack.one("aws:iam/rolePolicy:RolePolicy", "ticks-schedule"))
    assert granted == {"sqs:SendMessage": {f"arn:aws:sqs:{region}:{ACCOUNT}:twinrail-dev-ticks"}}


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_queue_delays_hides_and_forgets_ticks_in_time_when_it_is_made(
    environment: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    stack = stacks[f"{environment}-eu-west-1"]
    queue = stack.one("aws:sqs/queue:Queue", "ticks").inputs
    timeout_seconds = stack.one("aws:lambda/function:Function", "timeout").inputs["timeout"]
    assert "fifoQueue" not in queue
    assert queue["sqsManagedSseEnabled"] is True
    assert queue["visibilityTimeoutSeconds"] >= 6 * timeout_seconds
    assert queue["messageRetentionSeconds"] > TICK_SECONDS * TICKS_PER_FAN_OUT + queue["visibilityTimeoutSeconds"]
    (statement,) = statements_of(stack.one("aws:sqs/queuePolicy:QueuePolicy", "ticks"))
    assert statement["Effect"] == "Deny"


def test_each_tick_gets_an_invocation_of_its_own_when_the_function_is_fed(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    fed = stack.one("aws:lambda/eventSourceMapping:EventSourceMapping", "ticks").inputs
    assert fed["eventSourceArn"] == stack.one("aws:sqs/queue:Queue", "ticks").outputs["arn"]
    assert fed["batchSize"] == 1
    assert fed["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert ":twinrail-dev-timeout:" in fed["functionName"]
