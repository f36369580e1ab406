"""What is deployed: the resources of each stack as they were last given, and the stacks' exports.

The file `.twinrail/<environment>/state.json` (mode 0600, replaced whole) belongs to one emulator and is worth nothing
without it. It holds no secret: secret inputs, outputs and exports are kept in the emulator alone.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue as Json
from pydantic import TypeAdapter, ValidationError

from simulations.cloud.errors import StateError
from simulations.cloud.files import read_json, write_text
from simulations.cloud.processes import ProcessRecord


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A resource as it was last given. Archives stand in the inputs as their digest (see `archive_digest`)."""

    urn: str
    type: str
    name: str
    id: str
    region: str
    account_id: str
    parent: str | None
    provider: str
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    inputs: Mapping[str, Json]
    outputs: Mapping[str, Json]
    secret_names: frozenset[str]
    realised: bool
    protect: bool


@dataclass(slots=True)
class StackState:
    """A stack's resources by URN, and what it exports. `complete` once a deployment of it came to its end."""

    resources: dict[str, ResourceState] = field(default_factory=dict)
    exports: Mapping[str, Json] = field(default_factory=dict)
    secret_exports: frozenset[str] = frozenset()
    complete: bool = False


@dataclass(slots=True)
class DeploymentState:
    """The stacks of an environment in one emulator, by name, in the order of their deployment."""

    environment: str
    emulator: ProcessRecord
    stacks: dict[str, StackState] = field(default_factory=dict)


class Vault(Protocol):
    """Where secret values live: by resource (URN) or stack, then by the name of the input, output or export."""

    def put(self, owner: str, secrets: Mapping[str, Json]) -> None:
        """Keep these values, in place of the owner's earlier ones."""

    def get(self, owner: str) -> Mapping[str, Json]:
        """The owner's values."""


DOCUMENT: TypeAdapter[DeploymentState] = TypeAdapter(DeploymentState)
RESOURCE: TypeAdapter[ResourceState] = TypeAdapter(ResourceState)


class StateStore:
    """Reads and writes the state file. Writes may come from several threads."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self._path = path
        self._vault = vault
        self._lock = threading.Lock()
        # The file is written after every resource: each one is put into JSON once, not once for each write.
        self._written: dict[str, tuple[ResourceState, str]] = {}

    def load(self, environment: str, emulator: ProcessRecord) -> DeploymentState:
        """The state of this environment in this emulator; empty when there is none, or it was another emulator's.

        Raises StateError when the file is damaged.
        """
        state = read_state(self._path)
        if state is None or state.emulator != emulator:
            return DeploymentState(environment, emulator)
        for stack in state.stacks.values():
            stack.resources = {urn: self._reveal(resource) for urn, resource in stack.resources.items()}
        for name, stack in state.stacks.items():
            if stack.secret_exports:
                stack.exports = {**stack.exports, **self._vault.get(name)}
        return state

    def save(self, state: DeploymentState) -> None:
        """Replace the file. Secrets must have been kept before (`keep`)."""
        with self._lock:
            stacks = ",\n".join(f"{json.dumps(name)}: {self._stack(stack)}" for name, stack in state.stacks.items())
            head = f'"environment": {json.dumps(state.environment)}, "emulator": {json.dumps(asdict(state.emulator))}'
            write_text(self._path, f'{{{head}, "stacks": {{\n{stacks}\n}}}}\n')

    def keep(self, resource: ResourceState) -> None:
        """Put a resource's secrets into the vault, before the state that leaves them out is saved."""
        if resource.secret_names:
            secrets = {
                f"inputs.{name}": resource.inputs[name] for name in resource.secret_names & resource.inputs.keys()
            }
            secrets |= {
                f"outputs.{name}": resource.outputs[name] for name in resource.secret_names & resource.outputs.keys()
            }
            self._vault.put(resource.urn, secrets)

    def keep_exports(self, stack: str, state: StackState) -> None:
        """Put a stack's secret exports into the vault."""
        if state.secret_exports:
            self._vault.put(stack, {name: state.exports[name] for name in state.secret_exports})

    def _stack(self, stack: StackState) -> str:
        resources = ",\n".join(f"{json.dumps(urn)}: {self._resource(given)}" for urn, given in stack.resources.items())
        rest = {
            "exports": {name: value for name, value in stack.exports.items() if name not in stack.secret_exports},
            "secret_exports": sorted(stack.secret_exports),
            "complete": stack.complete,
        }
        return f'{{"resources": {{\n{resources}}},\n{json.dumps(rest)[1:]}'

    def _resource(self, resource: ResourceState) -> str:
        given, written = self._written.get(resource.urn, (None, ""))
        if given is not resource:
            written = RESOURCE.dump_json(_public(resource)).decode()
            self._written[resource.urn] = (resource, written)
        return written

    def _reveal(self, resource: ResourceState) -> ResourceState:
        if not resource.secret_names:
            return resource
        secrets = self._vault.get(resource.urn)
        return replace(
            resource,
            inputs={**resource.inputs, **_of("inputs.", secrets)},
            outputs={**resource.outputs, **_of("outputs.", secrets)},
        )


def read_state(path: Path) -> DeploymentState | None:
    """The state in a file, without its secrets; None when there is no file.

    Raises StateError when the file is damaged.
    """
    document = read_json(path)
    try:
        return None if document is None else DOCUMENT.validate_python(document)
    except ValidationError as error:
        raise StateError(f"{path} is damaged; run: twinrail down, then remove it") from error


def archive_digest(digest: str) -> str:
    """How an archive stands in recorded inputs: by what is in it, for its path says nothing about that."""
    return f"archive sha256 {digest}"


def _of(prefix: str, secrets: Mapping[str, Json]) -> dict[str, Json]:
    return {name.removeprefix(prefix): value for name, value in secrets.items() if name.startswith(prefix)}


def _public(resource: ResourceState) -> ResourceState:
    if not resource.secret_names:
        return resource
    return replace(
        resource,
        inputs={name: value for name, value in resource.inputs.items() if name not in resource.secret_names},
        outputs={name: value for name, value in resource.outputs.items() if name not in resource.secret_names},
    )
