"""Reading policy documents in tests."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

OF_A_NETWORK = frozenset({"AttachToNetwork", "NotByItsCode"})
POLICY_KEYS = ("policy", "assumeRolePolicy")
OF_ANOTHER_KIND = "aws:opensearch/"
"""What it calls a policy is no IAM document."""


def statements_of(resource: Recorded) -> list[dict[str, Any]]:
    """The statements of a resource's policy document."""
    text = next(resource.inputs[key] for key in POLICY_KEYS if key in resource.inputs)
    statements: list[dict[str, Any]] = json.loads(text)["Statement"]
    return statements


def with_policies(stack: RecordedStack) -> list[Recorded]:
    """Every resource of a stack that carries a policy document."""
    return [
        each
        for each in stack.resources
        if any(key in each.inputs for key in POLICY_KEYS) and not each.type.startswith(OF_ANOTHER_KIND)
    ]


def allowed(resource: Recorded) -> dict[str, set[str]]:
    """What a policy allows: resources by action; without what Lambda needs to put a function into a network."""
    granted: dict[str, set[str]] = defaultdict(set)
    for statement in statements_of(resource):
        if statement["Sid"] in OF_A_NETWORK:
            continue
        assert statement["Effect"] == "Allow"
        for action in statement["Action"]:
            granted[action] |= set(statement["Resource"])
    return dict(granted)
