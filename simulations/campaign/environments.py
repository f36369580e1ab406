"""Execution environments from outside: processes of one function each, driven from effect to effect."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from typing import TYPE_CHECKING

from simulations.campaign.process import Died, Finished, Launch, Raised, Reached, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.process import BaseProcess

    from simulations.campaign.effects import Fault
    from simulations.campaign.process import Progress

END_SECONDS = 5.0


class ExecutionEnvironment:
    """One process. It runs one invocation at a time, as Lambda's do."""

    def __init__(self, launch: Launch) -> None:
        # A fork server imports the handlers once; it has no threads, which a fork would leave in an unknown state.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["simulations.campaign.preloaded"])
        self.launch = launch
        self._connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=serve, args=(theirs, launch), daemon=True)
        self._process.start()
        theirs.close()

    def begin(self, event: Mapping[str, object]) -> Progress:
        """Invoke the handler and run to its first effect, or its end."""
        return self._exchange(event)

    def proceed(self, fault: Fault | None) -> Progress:
        """Let the effect that was reached happen, or the fault befall it, and run to the next one, or the end."""
        return self._exchange(fault)

    def finish(self, progress: Progress) -> Finished | Raised | Died:
        """Run an invocation to its end without further faults."""
        while isinstance(progress, Reached):
            progress = self.proceed(None)
        return progress

    def end(self) -> None:
        """End the process, whatever it is at."""
        self._connection.close()
        self._process.kill()
        self._process.join(END_SECONDS)

    def _exchange(self, message: object) -> Progress:
        with suppress(EOFError, ConnectionError):
            self._connection.send(message)
            progress: Progress = self._connection.recv()
            return progress
        return Died()


class Fleet:
    """The execution environments of a hub: idle ones are used again, and a new one is started where none is."""

    def __init__(self, launch: Callable[[str, str], Launch]) -> None:
        self._launch = launch
        self._idle: dict[tuple[str, str], list[ExecutionEnvironment]] = {}
        self._all: set[ExecutionEnvironment] = set()

    def take(self, function: str, region: str) -> ExecutionEnvironment:
        """An environment that nothing else runs in."""
        idle = self._idle.setdefault((function, region), [])
        if idle:
            return idle.pop()
        taken = ExecutionEnvironment(self._launch(function, region))
        self._all.add(taken)
        return taken

    def give_back(self, environment: ExecutionEnvironment, ended: Finished | Raised | Died) -> None:
        """After an invocation; of one that died nothing is left to use."""
        if isinstance(ended, Died):
            self._all.discard(environment)
            environment.end()
            return
        self._idle.setdefault((environment.launch.function, environment.launch.region), []).append(environment)

    def end(self) -> None:
        """End them all."""
        for environment in self._all:
            environment.end()
        self._all.clear()
        self._idle.clear()
