"""Counts of the calls that passed the gate: by function, Region, service and operation. No body, no token."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple, TypedDict

TAG = re.compile(r"\btwinrail/(?P<name>[a-z0-9_-]+)")
# What the SDK makes of the variable AWS_SDK_UA_APP_ID, which the emulator sets to a function's Region.
APPLICATION = re.compile(r"\bapp/(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\b")


class Call(NamedTuple):
    """One kind of call. `function` is the caller's tag in its user agent (`twinrail/<function>`); empty without one."""

    function: str
    region: str
    service: str
    operation: str


class CountedCall(TypedDict):
    """A kind of call and how often it came, as the gate reports it."""

    function: str
    region: str
    service: str
    operation: str
    count: int


class CallCounter:
    """Counts calls since the last reset."""

    def __init__(self) -> None:
        self._counts: Counter[Call] = Counter()

    def record(self, call: Call) -> None:
        self._counts[call] += 1

    def reset(self) -> None:
        self._counts.clear()

    def counted(self) -> list[CountedCall]:
        """Every kind of call seen, in a stable order."""
        return [
            CountedCall(
                function=call.function,
                region=call.region,
                service=call.service,
                operation=call.operation,
                count=count,
            )
            for call, count in sorted(self._counts.items())
        ]


def caller_tag(user_agent: str) -> str:
    """The function's name in a user agent that carries `twinrail/<function>`, else an empty text."""
    found = TAG.search(user_agent)
    return found["name"] if found else ""


def caller_region(user_agent: str) -> str:
    """The Region of the function that calls, else an empty text: it comes from outside."""
    found = APPLICATION.search(user_agent)
    return found["region"] if found else ""
