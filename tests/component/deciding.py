"""IAM's decision on one request under one resource policy, for tests: what is not known here raises.

Allow needs a statement that allows, and none that refuses (IAM User Guide, "Policy evaluation logic").
"""

from __future__ import annotations

import fnmatch
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Request:
    """Who asks (an account's id) for what, on which resource, under which condition keys."""

    account_id: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)

    @property
    def service(self) -> str:
        """The service that is asked."""
        return self.action.partition(":")[0]


def decides(policy: str, request: Request) -> bool:
    """Whether the policy lets the request through."""
    effects = {each["Effect"] for each in json.loads(policy)["Statement"] if _applies(each, request)}
    return "Allow" in effects and "Deny" not in effects


def refuses(policy: str, request: Request) -> bool:
    """Whether the policy refuses the request, whatever others allow."""
    return any(each["Effect"] == "Deny" and _applies(each, request) for each in json.loads(policy)["Statement"])


def _applies(statement: dict[str, Any], request: Request) -> bool:
    return (
        any(fnmatch.fnmatchcase(request.action, each) for each in statement["Action"])
        and any(fnmatch.fnmatchcase(request.resource, each) for each in statement["Resource"])
        and _is_principal(statement["Principal"], request.account_id)
        and all(
            _holds(operator, key, values, {**request.context, "aws:PrincipalAccount": request.account_id})
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _is_principal(principal: str | dict[str, list[str]], account_id: str) -> bool:
    if principal == "*":
        return True
    assert isinstance(principal, dict)
    return f"arn:aws:iam::{account_id}:root" in principal.get("AWS", [])


def _holds(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool:
    value = context.get(key)
    match operator:
        case "StringEquals" | "ArnEquals" | "Bool":
            return value in values
        case "StringNotEquals":
            return value not in values
        case "Null":
            return values == [str(value is None).lower()]
    raise AssertionError(f"no rule for {operator}")
