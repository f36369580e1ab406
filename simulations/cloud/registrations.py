"""The seam between the monitor, which hears what a program registers, and who answers: the planner or the deployer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Inputs, JsonValue


@dataclass(frozen=True, slots=True)
class Registration:
    """A resource that a program asks a cloud provider for. Inputs are resolved, camelCase, their secrets unwrapped."""

    urn: str
    type: str
    name: str
    parent: str | None
    provider: str
    region: str
    account_id: str
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    inputs: Inputs
    secret_names: frozenset[str]
    protect: bool


@dataclass(frozen=True, slots=True)
class Provided:
    """The answer to a registration: the provider's id and outputs, and whether the resource is really there."""

    id: str
    outputs: Mapping[str, JsonValue]
    realised: bool


class Provides(Protocol):
    """Answers registrations. Called from several threads at once."""

    def provide(self, registration: Registration) -> Provided:
        """Give the resource. What it raises ends the program's run."""
