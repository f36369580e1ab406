"""docs/api.md from the OpenAPI document: what a template needs of it, references resolved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

METHODS = ("get", "post", "put", "delete", "patch")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a form."""

    name: str
    place: str
    required: bool
    form: str
    about: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of an operation."""

    status: str
    forms: str
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A call."""

    method: str
    path: str
    summary: str
    about: str
    scopes: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: str
    body_about: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A named schema."""

    name: str
    about: str
    fields: tuple[Field, ...]


def api_reference(document: Path) -> str:
    """The reference as Markdown."""
    api: dict[str, Any] = json.loads(document.read_text())
    # Markdown for a repository, from a document of our own: nothing to escape.
    pages = Environment(loader=PackageLoader("simulations.docs"), undefined=StrictUndefined, autoescape=False)
    page = pages.get_template("api.md.j2")
    forms = [_form(api, name, schema) for name, schema in api["components"]["schemas"].items()]
    return page.render(info=api["info"], operations=_operations(api), forms=forms) + "\n"


def _operations(api: Mapping[str, Any]) -> list[Operation]:
    return [
        _operation(api, path, method, item[method])
        for path, item in api["paths"].items()
        for method in METHODS
        if method in item
    ]


def _operation(api: Mapping[str, Any], path: str, method: str, given: Mapping[str, Any]) -> Operation:
    body = given.get("requestBody", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=str(given["summary"]),
        about=_line(given),
        scopes=tuple(scope for need in given.get("security", []) for scopes in need.values() for scope in scopes),
        parameters=tuple(
            _field(
                api, each["name"], each["in"], each["schema"], required=bool(each.get("required")), about=_line(each)
            )
            for each in given.get("parameters", [])
        ),
        body=", ".join(f"`{kind}`" for kind in body.get("content", {})),
        body_about=_line(body),
        answers=tuple(_answer(status, answer) for status, answer in given["responses"].items()),
    )


def _answer(status: str, given: Mapping[str, Any]) -> Answer:
    forms = [f"`{kind}` {_describe(media['schema'])}".strip() for kind, media in given.get("content", {}).items()]
    return Answer(status, ", ".join(forms), _line(given))


def _form(api: Mapping[str, Any], name: str, schema: Mapping[str, Any]) -> Form:
    required = frozenset(schema.get("required", []))
    fields = [
        _field(api, field, "", form, required=field in required, about=_line(form))
        for field, form in schema.get("properties", {}).items()
    ]
    about = " ".join(part for part in (_line(schema), _limits(schema)) if part)
    return Form(name, about, tuple(fields))


def _field(
    api: Mapping[str, Any], name: str, place: str, schema: Mapping[str, Any], *, required: bool, about: str
) -> Field:
    return Field(name, place, required, _describe(schema), about or _line(_resolved(api, schema)))


def _resolved(api: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    named: Mapping[str, Any] = api["components"]["schemas"][reference.rsplit("/", maxsplit=1)[-1]]
    return named


def _describe(schema: Mapping[str, Any]) -> str:
    """`[Reason](#reason)`, `array of ...`, or the plain type with its limits."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", maxsplit=1)[-1]
        return f"[{name}](#{name.lower()})"
    for combined in ("allOf", "oneOf", "anyOf"):
        if combined in schema:
            return " or ".join(_describe(each) for each in schema[combined])
    if schema.get("type") == "array":
        return f"array of {_describe(schema['items'])}"
    return " ".join(part for part in (str(schema.get("type", "object")), _limits(schema)) if part)


def _limits(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + "."
    return f"Pattern `{_cell(schema['pattern'])}`." if "pattern" in schema else ""


def _line(given: Mapping[str, Any]) -> str:
    return _cell(" ".join(str(given.get("description", "")).split()))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
