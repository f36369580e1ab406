"""What has to be done to a resource: decided from what is recorded of it and what the program asks for. No effects."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from simulations.cloud.graph import in_order
from simulations.cloud.realisers.archives import code_sha256
from simulations.cloud.state import archive_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import JsonValue as Json

    from simulations.cloud.realisers.base import Archive, Inputs, JsonValue
    from simulations.cloud.registrations import Registration
    from simulations.cloud.state import ResourceState


class Change(StrEnum):
    """What has to be done."""

    CREATE = "create"
    KEEP = "keep"
    UPDATE = "update"
    REPLACE = "replace"


def recorded_inputs(inputs: Inputs) -> dict[str, Json]:
    """Inputs as they are recorded: archives by the digest of what is in them.

    Raises PackageNotBuiltError where an archive is not there.
    """
    return {name: _recorded(value) for name, value in inputs.items()}


def _recorded(value: JsonValue | Archive) -> Json:
    if value is None or isinstance(value, str | bool | int | float | list | dict):
        return value
    return archive_digest(code_sha256(value))


def earlier_inputs(previous: Mapping[str, Json], recorded: Mapping[str, Json], inputs: Inputs) -> Inputs:
    """The earlier inputs for an update: an archive that has not changed is the very one that is given now."""
    return {
        name: inputs[name] if name in inputs and recorded[name] == value else value for name, value in previous.items()
    }


def required_change(
    previous: ResourceState | None, registration: Registration, recorded: Mapping[str, Json], replace_on: frozenset[str]
) -> Change:
    """How to come from what is recorded to what is asked for."""
    if previous is None:
        return Change.CREATE
    if (previous.region, previous.account_id) != (registration.region, registration.account_id):
        return Change.REPLACE
    changed = {
        name for name in previous.inputs.keys() | recorded.keys() if previous.inputs.get(name) != recorded.get(name)
    }
    if not changed:
        return Change.KEEP
    return Change.REPLACE if changed & replace_on else Change.UPDATE


def replaced_with(
    urn: str, stack: str, resources: Mapping[str, ResourceState], replace_on: Callable[[str], frozenset[str]]
) -> tuple[ResourceState, ...]:
    """A resource and all that must go with it, in the order of their deletion, when it is replaced.

    What took an output of a replaced resource for an input that it cannot change (such as the id of its parent) must be
    created anew too. `replace_on` gives those inputs' names by resource type.
    """
    doomed = {urn}
    found = True
    while found:
        found = False
        for resource in resources.values():
            fixed = replace_on(resource.type)
            carriers = [urns for name, urns in resource.property_dependencies.items() if name in fixed]
            if resource.urn not in doomed and any(doomed.intersection(urns) for urns in carriers):
                doomed.add(resource.urn)
                found = True
    return tuple(reversed(in_order(stack, [resources[name] for name in sorted(doomed)])))
