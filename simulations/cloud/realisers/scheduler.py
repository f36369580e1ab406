"""EventBridge Scheduler: schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.arns import arn
from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import mapping, optional_text, outputs_of, renamed, text
from simulations.cloud.realisers.errors import accepting, answer_unless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = "ResourceNotFoundException"
EXISTS = "ConflictException"
DEFAULT_GROUP = "default"


class Schedule:
    """`aws:scheduler/schedule:Schedule`; its id is `group/name`, and a schedule of this name is adopted."""

    type = "aws:scheduler/schedule:Schedule"
    replace_on = frozenset({"name", "namePrefix", "groupName"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Create the schedule, or bring the one of this name to the inputs."""
        if answer_unless(EXISTS, cloud, "scheduler", "create_schedule", **_schedule(inputs)) is None:
            cloud.call("scheduler", "update_schedule", **_schedule(inputs))
        group, name = _group(inputs), text(inputs, "name")
        own: dict[str, JsonValue] = {
            "arn": arn("scheduler", cloud.region, cloud.account_id, f"schedule/{group}/{name}"),
            "groupName": group,
        }
        return Realised(f"{group}/{name}", outputs_of(cloud, inputs, own))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Put the whole schedule anew, as the service has it: what is not given takes its default."""
        del identity, old, outputs
        return self.create(cloud, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the schedule."""
        del outputs
        group, _, name = identity.partition("/")
        with accepting(GONE):
            cloud.call("scheduler", "delete_schedule", GroupName=group, Name=name)


def _group(inputs: Inputs) -> str:
    return optional_text(inputs, "groupName") or DEFAULT_GROUP


def _schedule(inputs: Inputs) -> dict[str, object]:
    return {
        "Name": text(inputs, "name"),
        "GroupName": _group(inputs),
        "Description": optional_text(inputs, "description"),
        "ScheduleExpression": text(inputs, "scheduleExpression"),
        "ScheduleExpressionTimezone": optional_text(inputs, "scheduleExpressionTimezone"),
        "State": optional_text(inputs, "state"),
        "KmsKeyArn": optional_text(inputs, "kmsKeyArn"),
        "FlexibleTimeWindow": renamed(mapping(inputs, "flexibleTimeWindow"), {}),
        "Target": renamed(mapping(inputs, "target"), {}),
    }
