"""Deploying a stack: each registered resource is brought from what is recorded of it to what the program asks for."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulations.cloud.changes import Change, earlier_inputs, recorded_inputs, replaced_with, required_change
from simulations.cloud.errors import DeployError, EngineError
from simulations.cloud.graph import in_order
from simulations.cloud.hints import Failure, ProtectedError, explain
from simulations.cloud.progress import Action
from simulations.cloud.realisers.base import Clients, Cloud, Realised
from simulations.cloud.realisers.modelled import modelled
from simulations.cloud.registrations import Provided
from simulations.cloud.state import ResourceState, StackState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue as Json

    from simulations.cloud.graph import StackGraph
    from simulations.cloud.progress import Tally
    from simulations.cloud.realisers.base import Realiser
    from simulations.cloud.registrations import Registration
    from simulations.cloud.state import DeploymentState, StateStore

TOLD = {
    Change.CREATE: Action.CREATED,
    Change.KEEP: Action.UNCHANGED,
    Change.UPDATE: Action.UPDATED,
    Change.REPLACE: Action.REPLACED,
}


class DeploymentHaltedError(EngineError):
    """A resource is not deployed because another one failed before."""


@dataclass(slots=True)
class Clouds:
    """The emulator as each account and Region sees it."""

    endpoint: str
    _clients: Clients = field(default_factory=Clients)

    def of(self, account_id: str, region: str) -> Cloud:
        # The emulator tells accounts by the access key: twelve digits are the account itself.
        return Cloud(self.endpoint, account_id, region, access_key_id=account_id, clients=self._clients)


class StackDeployer:
    """Answers the registrations of one stack by deploying them. The state is saved after each resource.

    After a failure it deploys nothing more; `failure` says what it was.
    """

    def __init__(
        self,
        stack: str,
        state: DeploymentState,
        *,
        store: StateStore,
        clouds: Clouds,
        realisers: Mapping[str, Realiser],
        tally: Tally,
    ) -> None:
        self.failure: DeployError | None = None
        self._stack = stack
        self._state = state
        self._recorded = state.stacks.setdefault(stack, StackState())
        self._store = store
        self._clouds = clouds
        self._realisers = realisers
        self._tally = tally
        self._registered: set[str] = set()
        self._replaced: set[str] = set()
        self._lock = threading.Lock()

    def provide(self, registration: Registration) -> Provided:
        """Create, update or replace the resource, or leave it as it is.

        Raises DeployError when that fails, DeploymentHaltedError when another one failed before.
        """
        if self.failure is not None:
            raise DeploymentHaltedError(self._stack, f"{registration.urn} is not deployed: another resource failed")
        change = Change.CREATE
        try:
            with self._lock:
                self._registered.add(registration.urn)
                previous = self._recorded.resources.get(registration.urn)
            recorded = recorded_inputs(registration.inputs)
            change = required_change(previous, registration, recorded, self._replace_on(registration.type))
            given = self._bring(change, registration, previous, recorded)
        except Exception as error:
            raise self._failed(registration, change.value, explain(error)) from error
        return Provided(given.id, given.outputs, given.realised)

    def finish(self, graph: StackGraph) -> None:
        """Delete what the program no longer asks for, and record the stack as complete.

        Raises DeployError when something cannot be deleted.
        """
        gone = [resource for urn, resource in self._recorded.resources.items() if urn not in self._registered]
        for resource in reversed(in_order(self._stack, gone)):
            try:
                self._delete(resource)
            except Exception as error:
                raise self._failed(resource, "delete", explain(error)) from error
            self._tally.tell(Action.DELETED, self._stack, resource)
        self._recorded.exports = graph.exports
        self._recorded.secret_exports = graph.secret_exports
        self._recorded.complete = True
        self._store.keep_exports(self._stack, self._recorded)
        self._store.save(self._state)

    def _replace_on(self, type_: str) -> frozenset[str]:
        realiser = self._realisers.get(type_)
        return realiser.replace_on if realiser is not None else frozenset()

    def _bring(
        self,
        change: Change,
        registration: Registration,
        previous: ResourceState | None,
        recorded: dict[str, Json],
    ) -> ResourceState:
        if previous is not None and change is Change.KEEP:
            self._tally.tell(Action.UNCHANGED, self._stack, registration)
            return previous
        self._tally.tell(Action.STARTED, self._stack, registration)
        if change is Change.REPLACE:
            self._clear_way(registration)
        realiser = self._realisers.get(registration.type)
        cloud = self._clouds.of(registration.account_id, registration.region)
        if realiser is None:
            realised = modelled(
                registration.type, registration.name, registration.inputs, registration.region, registration.account_id
            )
        elif previous is not None and change is Change.UPDATE:
            old = earlier_inputs(previous.inputs, recorded, registration.inputs)
            realised = realiser.update(cloud, previous.id, old, registration.inputs, previous.outputs)
        else:
            realised = realiser.create(cloud, registration.inputs)
        given = _state_of(registration, recorded, realised, realised_here=realiser is not None)
        self._remember(given)
        again = change is Change.CREATE and registration.urn in self._replaced
        self._tally.tell(Action.REPLACED if again else TOLD[change], self._stack, registration)
        return given

    def _clear_way(self, registration: Registration) -> None:
        """Delete what is replaced, and before it what cannot stay without it; that is created anew in its turn."""
        with self._lock:
            doomed = replaced_with(registration.urn, self._stack, self._recorded.resources, self._replace_on)
        for resource in doomed:
            self._delete(resource)
            self._replaced.add(resource.urn)

    def _delete(self, resource: ResourceState) -> None:
        if resource.protect:
            raise ProtectedError("it would have to be deleted")
        realiser = self._realisers.get(resource.type)
        if realiser is not None and resource.realised:
            realiser.delete(self._clouds.of(resource.account_id, resource.region), resource.id, resource.outputs)
        with self._lock:
            del self._recorded.resources[resource.urn]
            self._store.save(self._state)

    def _remember(self, given: ResourceState) -> None:
        self._store.keep(given)
        with self._lock:
            self._recorded.resources[given.urn] = given
            self._recorded.complete = False
            self._store.save(self._state)

    def _failed(self, resource: Registration | ResourceState, action: str, failure: Failure) -> DeployError:
        error = DeployError(
            self._stack,
            urn=resource.urn,
            action=action,
            code=failure.code,
            message=failure.message,
            hint=failure.hint,
        )
        with self._lock:
            self.failure = self.failure or error
        self._tally.tell(Action.FAILED, self._stack, resource)
        return error


def _state_of(
    registration: Registration, recorded: dict[str, Json], realised: Realised, *, realised_here: bool
) -> ResourceState:
    return ResourceState(
        urn=registration.urn,
        type=registration.type,
        name=registration.name,
        id=realised.id,
        region=registration.region,
        account_id=registration.account_id,
        parent=registration.parent,
        provider=registration.provider,
        dependencies=registration.dependencies,
        property_dependencies=registration.property_dependencies,
        inputs=recorded,
        outputs=realised.outputs,
        secret_names=registration.secret_names,
        realised=realised_here,
        protect=registration.protect,
    )
