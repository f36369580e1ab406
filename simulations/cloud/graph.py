"""The resource graph of a stack, as the program registered it. What policies, pictures, costs and deployments read."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Protocol, TypeVar

from simulations.cloud.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulations.cloud.realisers.base import Inputs, JsonValue

UNKNOWN_VALUE = "(known after deployment)"
"""Stands in a plan for a value that only a deployment can give."""


class Ordered(Protocol):
    """What can be put in the order of its dependencies."""

    @property
    def urn(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def provider(self) -> str | None: ...
    @property
    def dependencies(self) -> tuple[str, ...]: ...


OrderedType = TypeVar("OrderedType", bound=Ordered)


@dataclass(frozen=True, slots=True)
class ResourceNode:
    """A registered resource.

    `region` and `account_id` are its provider's, or its own `region` input; None for what has no Region.
    `dependencies` are URNs, those of `property_dependencies` (by the input that carries them) among them. Names of
    inputs and outputs are camelCase, archives stand as they are. `realised` is True for what is really there in the
    embedded cloud, False for what is modelled, None for components, providers and stack references. `secret_names` are
    the inputs and outputs that must not be shown.
    """

    urn: str
    type: str
    name: str
    parent: str | None
    provider: str | None
    region: str | None
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    inputs: Inputs
    outputs: Mapping[str, JsonValue]
    custom: bool
    realised: bool | None
    protect: bool = False
    id: str | None = None
    account_id: str | None = None
    secret_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StackGraph:
    """A stack's resources, each after what it depends on and otherwise by URN, and what the stack exports.

    `warnings` are what the program logged as such.
    """

    stack: str
    nodes: tuple[ResourceNode, ...]
    exports: Mapping[str, JsonValue]
    secret_exports: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()

    @property
    def resources(self) -> tuple[ResourceNode, ...]:
        """The nodes that a cloud provider makes: no components, providers and references to stacks."""
        return tuple(node for node in self.nodes if node.realised is not None)


def in_order(stack: str, resources: Iterable[OrderedType]) -> tuple[OrderedType, ...]:
    """Resources with each after its parent, its provider and its dependencies; ties by URN.

    Raises EngineError for a circle.
    """
    by_urn = {resource.urn: resource for resource in resources}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for resource in by_urn.values():
        before = (resource.parent, resource.provider, *resource.dependencies)
        sorter.add(resource.urn, *(urn for urn in before if urn in by_urn))
    try:
        sorter.prepare()
    except CycleError as error:
        raise EngineError(stack, f"resources depend on each other in a circle: {error.args[1]}") from error
    ordered: list[OrderedType] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += [by_urn[urn] for urn in ready]
        sorter.done(*ready)
    return tuple(ordered)
