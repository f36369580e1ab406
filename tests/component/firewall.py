"""The web ACL's own rules on one request, as WAF documents them, for tests: what is not known here raises.

AWS's groups cannot be run; what they would label is given with the request.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class WebRequest:
    """A request. labels: those that AWS's groups put; seen: how many like it came in the window, by rule."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    seen: Mapping[str, int] = field(default_factory=dict)


def status_of(rules: Sequence[dict[str, Any]], request: WebRequest) -> int | None:
    """The status of the first rule that blocks, 403 where it names none; None where all let it pass."""
    for rule in sorted(rules, key=lambda each: int(each["priority"])):
        block = rule.get("action", {}).get("block")
        if block is not None and _matches(rule["name"], rule["statement"], request):
            return int(block.get("customResponse", {}).get("responseCode", 403))
    return None


def _matches(name: str, statement: dict[str, Any], request: WebRequest) -> bool:
    ((kind, asked),) = statement.items()
    match kind:
        case "rateBasedStatement":
            return request.seen.get(name, 0) > int(asked["limit"])
        case "regexMatchStatement":
            header = request.headers.get(asked["fieldToMatch"]["singleHeader"]["name"])
            return header is not None and re.search(asked["regexString"], header) is not None
        case "labelMatchStatement":
            return asked["key"] in request.labels
        case "byteMatchStatement":
            assert (asked["positionalConstraint"], set(asked["fieldToMatch"])) == ("ENDS_WITH", {"uriPath"})
            return request.path.endswith(asked["searchString"])
        case "andStatement" | "orStatement":
            met = [_matches(name, each, request) for each in asked["statements"]]
            return all(met) if kind == "andStatement" else any(met)
        case "notStatement":
            return not _matches(name, asked["statement"], request)
    raise AssertionError(f"no rule for {kind}")
