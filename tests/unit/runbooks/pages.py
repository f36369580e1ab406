"""The runbooks as tests read them: blocks of commands, and commands of the AWS CLI as calls of its services."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.model import OperationModel, Shape
from botocore.validate import ParamValidator

RUNBOOKS = Path(__file__).resolve().parents[3] / "runbooks"
SERVICES = {"s3api": "s3"}
"""Where the command line names a service otherwise than its model does."""
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_GLOBAL = frozenset({"region", "query"})


class NoSuchCommand(Exception):
    """The AWS CLI would refuse it. Says what of it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a `console` block, and what it prints: `...` stands for anything, as in doctest."""

    command: str
    printed: str


@dataclass(frozen=True, slots=True)
class AwsCall:
    """What a command of the AWS CLI calls, with parameters as boto3 takes them."""

    service: str
    operation: str
    region: str
    parameters: Mapping[str, Any]


def pages() -> list[Path]:
    """Every runbook."""
    return sorted(RUNBOOKS.glob("*.md"))


def steps(page: Path) -> list[Step]:
    """The commands for the embedded cloud, in order."""
    return [
        Step(command, printed)
        for text in _blocks(page, "console")
        for command, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE)
    ]


def aws_commands(page: Path) -> list[str]:
    """The commands for AWS, in order."""
    return [line for text in _blocks(page, "sh") for line in text.splitlines() if line.startswith("aws ")]


def _blocks(page: Path, kind: str) -> Iterator[str]:
    return (found["text"] for found in _BLOCK.finditer(page.read_text(encoding="utf-8")) if found["kind"] == kind)


def read_aws(command: str) -> AwsCall:
    """A command by the models that the CLI itself is made of.

    Raises NoSuchCommand: no such service, operation or option, a value of another type, a required option missing.
    """
    _, service, operation, *rest = shlex.split(command)
    options = _options(rest)
    if "region" not in options:
        raise NoSuchCommand(f"{command}: no --region")
    model = _operation(SERVICES.get(service, service), operation)
    members = {xform_name(name, "-"): (name, shape) for name, shape in _input(model).members.items()}
    parameters = {}
    for option, values in options.items():
        if option in _GLOBAL:
            continue
        if option not in members:
            raise NoSuchCommand(f"{operation} has no --{option}")
        name, shape = members[option]
        parameters[name] = _value(shape, values)
    if problems := ParamValidator().validate(parameters, _input(model)).generate_report():
        raise NoSuchCommand(f"{command}: {problems}")
    return AwsCall(model.service_model.service_name, xform_name(model.name), options["region"][0], parameters)


def _operation(service: str, operation: str) -> OperationModel:
    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError as error:
        raise NoSuchCommand(f"no service {service}") from error
    found = [each for each in model.operation_names if xform_name(each, "-") == operation]
    if not found:
        raise NoSuchCommand(f"{service} has no {operation}")
    return model.operation_model(found[0])


def _input(model: OperationModel) -> Any:
    return model.input_shape


def _options(words: list[str]) -> dict[str, list[str]]:
    options: dict[str, list[str]] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word.removeprefix("--")
            options[name] = []
        else:
            options[name].append(word)
    return options


def _value(shape: Shape, values: list[str]) -> Any:
    if shape.type_name == "boolean":
        return True
    if shape.type_name in {"integer", "long"}:
        return int(values[0])
    if shape.type_name in {"structure", "map"}:
        return json.loads(values[0])
    if shape.type_name == "list":
        return [dict(pair.split("=", 1) for pair in each.split(",")) if "=" in each else each for each in values]
    return values[0]
