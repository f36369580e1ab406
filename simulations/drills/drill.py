"""One drill under way: what the experiment's steps do, on one hub, under one load.

chaostoolkit calls functions (`actions`, `probes`); what they share is this. Each step that waits says for what, and
raises StepFailed when it waited in vain: the journal has it then, and the judgement.
"""

from __future__ import annotations

import os
import random
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tenacity import RetryError, Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from lambdas.core.recovery import Leadership
from simulations.cloud.faults import Fault, FaultKind
from simulations.drills.doors import ResolvedDoors
from simulations.drills.events import Events, compared, expected_events
from simulations.drills.load import Load, wishes
from simulations.drills.names import CLIENTS, ResolvedNames
from simulations.drills.timeline import Moment, Timeline
from simulations.drills.watching import Watcher
from simulations.operations.dead_letters import look, put_back
from simulations.operations.errors import NotToBeGivenBack
from simulations.operations.leadership import this_moment
from simulations.operations.reconciliation import reconcile
from simulations.traffic.client import open_http
from simulations.traffic.payments import credit_transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulations.drills.hub import DrilledHub
    from simulations.drills.participant import Dealing
    from simulations.drills.timeline import Sample
    from simulations.operations.dead_letters import DeadLetterQueue
    from simulations.operations.reconciliation import Reconciliation

CALL_SECONDS = 5.0
"""How long a client waits for an answer before it takes it that none comes."""
SETTLE_SECONDS = 2.0
POLL_SECONDS = 0.1
POLL_HEALTH_SECONDS = 1.0
"""Each look at a Region's health is five checks in it, and it answers ten looks a second."""
POLL_STREAMS_SECONDS = 2.0
"""A look at the streams reads them from their beginning."""
NO_EVENTS = Events(0, {}, {}, {})


Found = TypeVar("Found")


class StepFailed(Exception):
    """What a step waited for did not come about. One line: what, and for how long."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a drill. lose: the Region that it is about. within_seconds: how long recovering may take; None
    stands for what the environment's times allow. patience_seconds: how long a step waits at most. scan: whether
    parties' names, accounts and addresses are looked for in clear, when all is over. whole: whether everything that
    the hub keeps is held against each other in the end, or the drill's own transactions alone. after_others: whether
    the hub has had drills that were judged, so that its steady state is seen on the drill's own transactions.
    """

    experiment: str
    lose: str
    seconds: float
    rate: float
    seed: int
    within_seconds: float | None = None
    patience_seconds: float = 180.0
    scan: bool = False
    whole: bool = True
    after_others: bool = False


@dataclass(slots=True)
class Told:
    """Who is told what happens: of each look, and of each moment in one line."""

    look: Callable[[Sample, Sequence[Dealing]], None] = lambda _sample, _dealings: None
    line: Callable[[str], None] = lambda _line: None


@dataclass(slots=True)
class Drill:
    """State and deeds. Close it: nothing goes on after that, and no fault of its own is left."""

    hub: DrilledHub
    options: Options
    told: Told = field(default_factory=Told)
    timeline: Timeline = field(default_factory=Timeline)
    events: Events = NO_EVENTS
    _load: Load | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def dealings(self) -> Sequence[Dealing]:
        """Every payment of the load."""
        return () if self._load is None else self._load.dealings

    @property
    def lose(self) -> str:
        """The Region that the drill is about."""
        return self.options.lose

    @property
    def left(self) -> str:
        """The Region opposite."""
        return self.hub.other(self.lose)

    def begin(self, *, go_on: bool = False) -> None:
        """Payments begin, from clients in both Regions; with `go_on` until they are ended, however long that is."""
        http = self._stack.enter_context(open_http(timeout_seconds=CALL_SECONDS))
        names = ResolvedNames(self.hub)
        begin_at = time.time() + 1.0
        # The hub takes each payment once, and the same drill may be held on it again.
        randomness = random.Random(f"{self.options.seed} {begin_at}")
        wanted = wishes(
            self.hub.regions,
            per_second=self.options.rate,
            seconds=self.options.seconds + (self.options.patience_seconds if go_on else 0.0),
            begin_at=begin_at,
            seed=self.options.seed,
            body=lambda: credit_transfer(randomness, datetime.now(UTC)),
        )
        load = Load(list(wanted), ResolvedDoors(self.hub, names, http))
        self._load = load
        self._note(Moment.BEGUN, begin_at)
        self._stack.enter_context(load)
        watcher = Watcher(
            self.hub,
            names,
            self.timeline,
            self.lose,
            clients=CLIENTS,
            told=lambda sample: self.told.look(sample, self.dealings),
            note=self._note,
        )
        self._stack.enter_context(watcher)

    def let_pass(self, share: float) -> None:
        """Wait until this share of the load's time has passed."""
        until = self.timeline.moments[Moment.BEGUN] + share * self.options.seconds
        time.sleep(max(0.0, until - time.time()))

    def inject(self, fault: Fault, *, is_the_fault: bool = True) -> None:
        """Break something. is_the_fault: recovery is counted from here, and not what only prepares it."""
        at = time.time()
        self.hub.gate.inject(fault)
        if is_the_fault:
            self._note(Moment.BROKEN, at)
        else:
            self.told.line(f"prepared: {fault.kind} in {fault.region}")

    def heal(self, fault: Fault | None = None) -> None:
        """End one fault, or all of them."""
        self.hub.gate.heal(fault)
        if fault is None:
            self._note(Moment.BACK, time.time())

    def await_moment(self, moment: Moment) -> float:
        """Wait for what the watcher notes; the seconds since the fault."""
        self._await(lambda: moment in self.timeline.moments, f"{moment}: it did not come to that")
        return self.timeline.moments[moment] - self.timeline.moments[Moment.BROKEN]

    def await_old_ends(self) -> None:
        """Wait until clients have seen the end of every payment that was opened before the fault."""
        broken = self.timeline.moments[Moment.BROKEN]
        old = [each for each in self.dealings if each.opened_at is not None and each.opened_at < broken]
        self._await(lambda: all(each.over for each in old), "payments from before the fault have not ended")

    def await_heard(self, region: str) -> None:
        """Wait until a Region has said that it lives, and is well, since it was healed or since now."""
        since = self.timeline.moments.get(Moment.BACK, time.time())
        table = self.hub.leadership(region)

        def heard() -> bool:
            return any(
                each.region == region and each.beat.at.timestamp() > since and not each.beat.impaired
                for each in table.all()
            )

        self._await(heard, f"{region} was not heard of again")

    def kill_when_taking_over(self, function: str, times: int) -> int:
        """Kill a function of the Region left as soon as the lead is taken, and each time that it is there again."""
        killed: set[int] = set()
        self.await_lead()
        while len(killed) < times:
            found = self._await(
                partial(self._workers, function, frozenset(killed)), f"{function} was not started again"
            )
            for pid in found:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
        self.told.line(f"killed {function} in {self.left} {len(killed)} times")
        return len(killed)

    def await_lead(self) -> None:
        """Wait until the lead is taken, and tell it at once: the watcher looks but twice a second."""
        table = self.hub.leadership(self.left)
        self._await(
            lambda: any(each.led_by(self.left) for each in table.all()),
            f"{Moment.LEAD_TAKEN}: it did not come to that",
        )

    def give_back(self) -> None:
        """Once the books agree the Region leads itself again, as `twinrail failback` does it; if it was taken over."""
        table = self.hub.leadership(self.left)
        if not any(each.region == self.lose and each.state is Leadership.LOST for each in table.all()):
            return
        self.await_heard(self.lose)
        # What ended with one copy awaits the other, which is made within a minute, or now.
        self.hub.ask_for_copies()
        self._await(self._books_agree, "not all that the hub keeps agrees")

        def given() -> bool:
            try:
                table.give_back(self.lose, this_moment())
            except NotToBeGivenBack as refused:
                self.told.line(str(refused))
                return False
            return True

        self._await(given, f"{self.lose} could not be given its own back")
        self._note(Moment.GIVEN_BACK, time.time())

    def _books_agree(self) -> bool:
        found = self.reconcile().mismatches
        if found:
            self.told.line(f"{len(found)} mismatches yet: {found[0].rule}: {found[0].detail}")
        return not found

    def await_served(self) -> None:
        """Wait until a payment has been opened and ended in the Region again."""
        since = self.timeline.moments[Moment.GIVEN_BACK]

        def served() -> bool:
            return any(
                each.opened_in == self.lose and each.over and each.opened_at is not None and each.opened_at > since
                for each in self.dealings
            )

        self._await(served, f"no payment went through {self.lose} again")
        self._note(Moment.SERVED_AGAIN, time.time())

    def end(self) -> bool:
        """Let the load come to its end; whether all clients have seen the end of their payments."""
        if self._load is None:
            return True
        self.let_pass(1.0)
        self._load.begin_no_more()
        self._note(Moment.ENDED, time.time())
        return self._load.await_ends(self.options.patience_seconds)

    def await_events(self) -> Events:
        """Wait until both Regions' streams have the event of every payment's end."""
        expected = expected_events(self.dealings)

        def complete() -> bool:
            self.events = compared(self.hub.events(), expected)
            return not any(self.events.missing.values())

        self._await(complete, "events are missing in a stream", POLL_STREAMS_SECONDS)
        return self.events

    def judged(self) -> list[str] | None:
        """The transactions that this drill is judged by; None: all there are."""
        return None if self.options.whole else self._own()

    def _own(self) -> list[str]:
        return [each.transaction_id for each in self.dealings if each.transaction_id]

    def reconcile(self) -> Reconciliation:
        """What the hub keeps, held against each other."""
        only = self._own() if self.options.after_others else self.judged()
        with self.hub.sources() as sources:
            return reconcile(sources, only=only, pause=partial(time.sleep, SETTLE_SECONDS))

    def both_well(self) -> bool:
        """Whether both Regions are healthy and lead themselves; waited for, as one may be new, or just healed."""
        table = self.hub.leadership(self.left)
        with open_http(timeout_seconds=CALL_SECONDS) as http:

            def well() -> bool:
                leads = {each.region for each in table.all() if each.state is Leadership.ACTIVE}
                return leads >= set(self.hub.regions) and all(self.hub.healthy(each, http) for each in self.hub.regions)

            try:
                return self._await(well, "the Regions were not well", POLL_HEALTH_SECONDS)
            except StepFailed:
                return False

    def dead_letters(self) -> int:
        """How many messages have failed for good, in both Regions."""
        return sum(self._at_all_queues(lambda queue: len(look(queue))))

    def put_back(self) -> int:
        """Send what failed for good while a Region was away to the queues that it came from; how much that was."""
        done = sum(self._at_all_queues(lambda queue: put_back(queue, lambda: uuid.uuid4().hex)))
        self.told.line(f"{done} dead letters put back")
        return done

    def _at_all_queues(self, do: Callable[[DeadLetterQueue], int]) -> list[int]:
        """At once: each look at an empty queue waits a second for what may come."""
        queues = self.hub.dead_letter_queues()
        with ThreadPoolExecutor(len(queues)) as threads:
            return list(threads.map(do, queues))

    def close(self) -> None:
        """Stop what still goes on."""
        self._stack.close()

    def stopped(self, functions: Sequence[str], region: str) -> Fault:
        """The fault that functions of a Region get nothing to do."""
        return Fault(region, FaultKind.STOPPED, functions=frozenset(functions))

    def _workers(self, function: str, known: frozenset[int]) -> list[int]:
        name = self.hub.function_name(self.left, function)
        return [
            int(each["pid"])
            for each in self.hub.gate.processes()
            if each["region"] == self.left and each["function"] == name and int(each["pid"]) not in known
        ]

    def _note(self, moment: Moment, at: float) -> None:
        if self.timeline.note(moment, at):
            begun = self.timeline.moments.get(Moment.BEGUN, at)
            self.told.line(f"{at - begun:6.1f} s  {moment}")

    def _await(self, check: Callable[[], Found], failure: str, poll_seconds: float = POLL_SECONDS) -> Found:
        waiting = Retrying(
            retry=retry_if_not_result(bool),
            wait=wait_fixed(poll_seconds),
            stop=stop_after_delay(self.options.patience_seconds),
        )
        try:
            found: Found = waiting(check)
        except RetryError as error:
            raise StepFailed(f"{failure} within {self.options.patience_seconds:g} s") from error
        return found
