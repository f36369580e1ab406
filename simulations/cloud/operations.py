"""The name of the AWS operation that a request asks for, such as `SendMessage`.

The JSON protocols name it in X-Amz-Target, the query protocol in the parameter Action; for the REST protocols the
service's own model, as botocore ships it, says which method and path belong to which operation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel

    from simulations.cloud.asgi import Request

FORM = "application/x-www-form-urlencoded"
PLACEHOLDER = re.compile(r"\\\{\w+(?P<greedy>\\\+)?\\\}")


@dataclass(frozen=True, slots=True)
class Route:
    """How one REST operation is addressed: everything named here must be in the request."""

    operation: str
    method: str
    path: re.Pattern[str]
    query: Mapping[str, str | None]
    headers: frozenset[str]

    def matches(self, request: Request) -> bool:
        return (
            request.method == self.method
            and self.path.fullmatch(request.path) is not None
            and self.headers <= request.headers.keys()
            and all(
                name in request.query and value in {None, request.query[name]} for name, value in self.query.items()
            )
        )

    @property
    def constraints(self) -> int:
        return len(self.query) + len(self.headers)


def operation_in_form(body: bytes) -> str | None:
    """The parameter Action of a query protocol's body, which botocore writes first."""
    name, _, value = body.partition(b"&")[0].partition(b"=")
    return value.decode("ascii", "replace") if name == b"Action" else None


def operation_of(request: Request, service: str) -> str | None:
    """The operation named by a request's head, or None when only its body can tell (or nothing can)."""
    target = request.headers.get("x-amz-target")
    if target:
        return target.rpartition(".")[2]
    if "Action" in request.query:
        return request.query["Action"]
    if request.headers.get("content-type", "").startswith(FORM):
        return None
    found = [route for route in _routes(service) if route.matches(request)]
    return max(found, key=lambda route: route.constraints).operation if found else None


@cache
def _routes(service: str) -> tuple[Route, ...]:
    try:
        document = Loader().load_service_model(service, "service-2")
    except UnknownServiceError:
        return ()
    model = ServiceModel(document, service)
    if not model.metadata["protocol"].startswith("rest"):
        return ()
    return tuple(_route(model.operation_model(name)) for name in model.operation_names)


def _route(operation: OperationModel) -> Route:
    path, _, literals = str(operation.http["requestUri"]).partition("?")
    query: dict[str, str | None] = {name: value or None for name, value in parse_qsl(literals, keep_blank_values=True)}
    headers = set()
    shape = operation.input_shape
    required = [shape.members[name] for name in shape.required_members] if shape is not None else []
    for member in required:
        serialization = member.serialization
        if serialization.get("location") == "querystring":
            query[serialization["name"]] = None
        elif serialization.get("location") == "header":
            headers.add(serialization["name"].lower())
    return Route(operation.name, str(operation.http["method"]), _pattern(path), query, frozenset(headers))


def _pattern(path: str) -> re.Pattern[str]:
    def segment(found: re.Match[str]) -> str:
        return ".+" if found["greedy"] else "[^/]+"

    return re.compile(PLACEHOLDER.sub(segment, re.escape(path.rstrip("/"))) + "/?")
