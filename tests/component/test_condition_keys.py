"""Every condition of a function's role or a key's policy is one that is evaluated where IAM is enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulations.cloud.iam_keys import is_known
from tests.component.policies import statements_of

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

HELD = frozenset({"aws:iam/rolePolicy:RolePolicy", "aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"})


def test_no_condition_is_passed_over_when_iam_is_enforced(dev: dict[str, RecordedStack]) -> None:
    asked = {
        (resource.name, key)
        for stack in dev.values()
        for resource in stack.resources
        if resource.type in HELD
        for statement in statements_of(resource)
        for conditions in statement.get("Condition", {}).values()
        for key in conditions
    }
    assert asked
    # What is not known is not evaluated: give it its true value in simulations/cloud/iam_evaluation.py, or say there
    # why it is never present.
    assert not {(name, key) for name, key in asked if not is_known(key)}


@pytest.mark.parametrize("key", ["dynamodb:LeadingKeys", "kms:CallerAccount", "s3:prefix"])
def test_a_key_is_unknown_when_nothing_gives_it_a_value(key: str) -> None:
    assert not is_known(key)
