"""The API's own document, made into what API Gateway imports.

The document in the project names a function for each operation (`x-twinrail-function`) and the authorizer by its scheme
(`cognito`). What only a deployment knows is added here: the functions' ARNs, the user pool's, the name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

FUNCTION = "x-twinrail-function"
OWN_EXTENSION = "x-twinrail-"
LARGEST_BODY = "x-twinrail-max-body-bytes"
AUTHORIZER = "cognito"
_AUTHORIZER_EXTENSION = "x-amazon-apigateway-authorizer"
_BINARY_MEDIA_TYPES = "x-amazon-apigateway-binary-media-types"
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})


class ApiDocumentError(ValueError):
    """The document lacks what the deployment of the API needs. Says where and what."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its method in upper case, its path as documented, and the function that serves it.

    One that is `open` asks nobody who he is.
    """

    method: str
    path: str
    function: str
    open: bool

    @property
    def name(self) -> str:
        """A name for what belongs to the operation: `get-transactions-id`."""
        parts = [self.method.lower(), *self.path.strip("/").split("/")]
        return "-".join(part.strip("{}").replace("_", "-") for part in parts)

    @property
    def settings_path(self) -> str:
        """Path and method as method settings name them: `transactions/{id}/GET`."""
        return f"{self.path.strip('/')}/{self.method}"

    @property
    def execution_path(self) -> str:
        """Method and path as in execute-api ARNs, in which a parameter is a `*`."""
        parts = ["*" if part.startswith("{") else part for part in self.path.split("/")]
        return self.method + "/".join(parts)


@dataclass(frozen=True, slots=True)
class ApiDocument:
    """A document that was read, its operations in their order, and what must pass through byte for byte."""

    content: dict[str, Json]
    operations: tuple[Operation, ...]
    binary_media_types: tuple[str, ...]

    @property
    def largest_body_bytes(self) -> int:
        """The largest body that any operation takes.

        Raises:
            ApiDocumentError: none says how large a body may be.

        """
        bodies = [
            _section(self.content, "paths", each.path, each.method.lower()).get("requestBody")
            for each in self.operations
        ]
        sizes = [body[LARGEST_BODY] for body in bodies if isinstance(body, dict) and LARGEST_BODY in body]
        largest = max((size for size in sizes if isinstance(size, int)), default=None)
        if largest is None:
            raise ApiDocumentError(f"paths: no requestBody has {LARGEST_BODY}; expected at least one")
        return largest

    def render(self, title: str, invoke_arns: Mapping[str, str], user_pool_arn: str) -> str:
        """The JSON to import: every operation integrated with its function, the authorizer bound to the user pool."""
        body = _without_own_extensions(self.content)
        _section(body, "info")["title"] = title
        authorizer = _section(_section(body, "components", "securitySchemes", AUTHORIZER), _AUTHORIZER_EXTENSION)
        authorizer["providerARNs"] = [user_pool_arn]
        for operation in self.operations:
            described = _section(body, "paths", operation.path, operation.method.lower())
            described["x-amazon-apigateway-integration"] = {
                "type": "aws_proxy",
                "httpMethod": "POST",
                "uri": invoke_arns[operation.function],
                "passthroughBehavior": "when_no_match",
            }
        return json.dumps(body, sort_keys=True)


def read_api_document(path: Path, functions: frozenset[str]) -> ApiDocument:
    """Read the API's document from a JSON file; `functions` are those that may serve it.

    Raises:
        ApiDocumentError: no operation, one that names no known function or does not say who may call it, or no
            `cognito` authorizer.

    """
    content: dict[str, Json] = json.loads(path.read_text(encoding="utf-8"))
    scheme = _section(content, "components", "securitySchemes", AUTHORIZER)
    scheme.setdefault(_AUTHORIZER_EXTENSION, {"type": "cognito_user_pools"})
    operations = tuple(
        _operation(method, name, _section(described, method), functions)
        for name in _section(content, "paths")
        for described in [_section(content, "paths", name)]
        for method in described
        if method in _METHODS
    )
    if not operations:
        raise ApiDocumentError(f"{path.name}: paths: no operation; expected at least one")
    return ApiDocument(content, operations, _binary_media_types(content))


def _operation(method: str, path: str, described: dict[str, Json], functions: frozenset[str]) -> Operation:
    function = described.get(FUNCTION)
    if not isinstance(function, str) or function not in functions:
        expected = ", ".join(sorted(functions))
        raise ApiDocumentError(f"{method.upper()} {path}: {FUNCTION} is {function!r}; expected one of {expected}")
    security = described.get("security")
    if not isinstance(security, list):
        # Without it API Gateway lets anyone in: that is to be said, with an empty list.
        raise ApiDocumentError(f"{method.upper()} {path}: security: not there; expected a list, empty for everyone")
    return Operation(method.upper(), path, function, open=not security)


def _binary_media_types(content: dict[str, Json]) -> tuple[str, ...]:
    listed = content.get(_BINARY_MEDIA_TYPES, [])
    if not isinstance(listed, list):
        raise ApiDocumentError(f"{_BINARY_MEDIA_TYPES}: {listed!r}; expected a list of media types")
    return tuple(str(each) for each in listed)


def _without_own_extensions(content: dict[str, Json]) -> dict[str, Json]:
    """A copy without what is written for this project alone: API Gateway is given nothing that it does not know."""

    def copied(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: copied(item) for key, item in value.items() if not key.startswith(OWN_EXTENSION)}
        return [copied(item) for item in value] if isinstance(value, list) else value

    return {key: copied(item) for key, item in content.items() if not key.startswith(OWN_EXTENSION)}


def _section(within: dict[str, Json], *keys: str) -> dict[str, Json]:
    section = within
    for depth, key in enumerate(keys):
        found = section.get(key)
        if not isinstance(found, dict):
            raise ApiDocumentError(f"{'.'.join(keys[: depth + 1])}: not there; expected an object")
        section = found
    return section
