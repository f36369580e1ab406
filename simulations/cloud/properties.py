"""Properties between Pulumi's wire form and plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import pulumi
from pulumi.output import Unknown
from pulumi.runtime import rpc

from simulations.cloud.graph import UNKNOWN_VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from pathlib import Path

    from simulations.cloud.realisers.base import Archive, Inputs, JsonValue

Wire: TypeAlias = "MutableMapping[str, object]"
"""A protobuf Struct, which is a mapping that takes JSON values."""


def read_properties(wire: Wire, base: Path) -> tuple[Inputs, frozenset[str]]:
    """Plain values by name, and the names of those that are secret.

    Whole numbers come as int (protobuf knows floats only), unknown values as UNKNOWN_VALUE, archives and assets as
    Pulumi's own, with relative paths resolved against `base`: the CLI runs a program in its own directory.
    """
    properties: dict[str, object] = rpc.deserialize_properties(wire, keep_unknowns=True)
    secrets = frozenset(name for name, value in properties.items() if rpc.is_rpc_secret(value))
    return {name: _plain(rpc.unwrap_rpc_secret(value), base) for name, value in properties.items()}, secrets


def write_properties(wire: Wire, outputs: Mapping[str, JsonValue], secret_names: frozenset[str] = frozenset()) -> None:
    """Put outputs into a Struct, the secret ones marked as such."""
    for name, value in outputs.items():
        wire[name] = rpc.wrap_rpc_secret(value) if name in secret_names else value


def _plain(value: object, base: Path) -> JsonValue | Archive:
    if isinstance(value, Unknown):
        return UNKNOWN_VALUE
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [cast("JsonValue", _plain(item, base)) for item in value]
    if isinstance(value, dict):
        return {name: cast("JsonValue", _plain(item, base)) for name, item in value.items()}
    if isinstance(value, pulumi.FileArchive | pulumi.FileAsset):
        value = type(value)(str(base / value.path))
    return cast("JsonValue | Archive", value)
