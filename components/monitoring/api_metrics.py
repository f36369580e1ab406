"""The metrics of the API that say how long a client waited, and whether in vain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "AWS/ApiGateway"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API: its name in the document, its method and its path."""

    name: str
    method: str
    path: str


AUTHORISING = (
    Operation("openTransaction", "POST", "/transactions"),
    Operation("sendMessage", "POST", "/messages"),
    Operation("readAnswer", "GET", "/messages"),
)
"""What a client calls, and waits for, to have a payment authorised. A test holds them to the API's document."""


def dimensions(api_name: str, stage: str, operation: Operation) -> Mapping[str, str]:
    """Of one operation: the stage has detailed metrics (API Gateway Developer Guide, "Dimensions for metrics")."""
    return {"ApiName": api_name, "Stage": stage, "Method": operation.method, "Resource": operation.path}
