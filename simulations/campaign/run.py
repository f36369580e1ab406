"""One experiment: a schedule played on the hub, step by step, until nothing is left to do.

One process at a time does one effect at a time, so that a schedule means one order of everything.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulations.campaign.effects import DEADLY
from simulations.campaign.events import failures_in, subjects_in, tick
from simulations.campaign.process import Died, Finished, Raised, Reached

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulations.campaign.effects import Effect, Fault
    from simulations.campaign.environments import ExecutionEnvironment, Fleet
    from simulations.campaign.hub import CampaignHub
    from simulations.campaign.process import Progress
    from simulations.campaign.queues import Queue
    from simulations.campaign.schedule import Schedule, Turn

    Ended = Finished | Raised | Died

AGAIN = 2
"""How many of the latest deliveries, and of the latest transactions, disorder may befall."""
TAKEOVERS = 2
PUT_BACK = 4
"""How often dead letters are put back: what fails for good again and again will do so for ever."""
STEPS = 2_000
"""More steps than any run takes to its end: what goes on for longer goes on for ever."""


class NeverEnds(Exception):
    """The hub did not come to rest although nothing went wrong any more."""


class DiedByItself(Exception):
    """A process ended that no fault befell: the experiment is broken, and says nothing of the hub."""


@dataclass
class Running:
    """An invocation under way."""

    environment: ExecutionEnvironment
    progress: Progress
    ended: Callable[[Ended], None]


@dataclass
class Traces:
    """What a run leaves behind.

    fenced: transaction to what it was at each takeover (steps so far, new owner). delivered: which message under which
    epoch a function got, as (function, transaction, epoch).
    """

    effects: list[Effect] = field(default_factory=list)
    faults: list[tuple[Effect, Fault]] = field(default_factory=list)
    transactions: list[str] = field(default_factory=list)
    expired: set[str] = field(default_factory=set)
    fenced: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    delivered: set[tuple[str, str, int]] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class Run:
    """Plays one schedule. What clients do is put into `todo` by whoever makes the run, as calls without arguments."""

    def __init__(self, hub: CampaignHub, fleet: Fleet, schedule: Schedule, *, steps: int = STEPS) -> None:
        self.hub = hub
        self._steps = steps
        self.traces = Traces()
        self.todo: deque[Callable[[], None]] = deque()
        self._fleet = fleet
        self._turns = deque(schedule.turns)
        self._strikes = dict(schedule.strikes)
        self._running: list[Running] = []
        self._filled: dict[Queue, None] = {}
        self._held: set[Queue] = set()
        self._graves: dict[Queue, None] = {}
        self._unburied = 0
        self._deliveries: deque[tuple[Queue, Mapping[str, Any]]] = deque(maxlen=AGAIN)

    def play(self) -> None:
        """The turns, then everything that is left. Raises NeverEnds."""
        while self._turns:
            turn = self._turns.popleft()
            options = self._orderly() if turn.choice >= 0 else self._disorderly()
            if options:
                options[turn.choice % len(options)](turn)
        self.settle()

    def settle(self) -> None:
        """Let everything run to its end, dead letters put back. Raises NeverEnds."""
        for _ in range(self._steps):
            options = self._orderly()
            if options:
                options[0](None)
            elif not self._let_go() and not self._unbury():
                return
        raise NeverEnds(f"{self._steps} steps; the last: {'; '.join(self.traces.lines[-5:])}")

    def start(
        self, function: str, region: str, event: Mapping[str, object], ended: Callable[[Ended], None] = lambda _: None
    ) -> None:
        """Begin an invocation; it goes on by turns. `ended` learns of its end."""
        environment = self._fleet.take(function, region)
        running = Running(environment, Died(), ended)
        self._running.append(running)
        progress = environment.begin(event)
        if isinstance(progress, Died):
            raise DiedByItself(f"the process of {function} is gone before its first effect")
        self._went_on(running, progress)

    def invoke(self, function: str, region: str, event: Mapping[str, object]) -> Ended:
        """Run an invocation to its end, with no faults and nothing in between."""
        environment = self._fleet.take(function, region)
        ended = environment.finish(environment.begin(event))
        self._fleet.give_back(environment, ended)
        return ended

    def deliver_next(self) -> bool:
        """Deliver a batch of the queue that has waited longest; False if none has messages."""
        queue = next(iter(self._deliverable()), None)
        if queue is None:
            return False
        self._deliver(queue)
        return True

    def hold(self, queue: Queue) -> None:
        """Deliver nothing of that queue until there is nothing else left to do."""
        self._held.add(queue)

    def expect(self, queue: Queue) -> None:
        """There may be messages on that queue."""
        self._filled[queue] = None

    def expire(self, transaction_id: str) -> str | None:
        """Let a deadline pass; the list that the transaction is on, None if it is not open."""
        shard = self.hub.expire(transaction_id)
        if shard is not None:
            self.note(f"the deadline of {transaction_id} passes")
            self.traces.expired.add(transaction_id)
        return shard

    def take_over(self, transaction_id: str) -> None:
        """Have the other Region own a transaction, if it is open."""
        taken = self.hub.take_over(transaction_id)
        if taken is not None:
            self.note(f"{transaction_id} is taken over by {taken[1]}")
            self.traces.fenced.setdefault(transaction_id, []).append(taken)

    def note(self, text: str) -> None:
        """A line of the run's trace."""
        self.traces.lines.append(text)

    # What can happen next: in order, and out of it

    def _orderly(self) -> list[Callable[[Turn | None], None]]:
        options: list[Callable[[Turn | None], None]] = [self._proceeding(running) for running in self._running]
        if self.todo:
            options.append(lambda _: self.todo.popleft()())
        options += [self._delivering(queue) for queue in self._deliverable()]
        return options

    def _deliverable(self) -> list[Queue]:
        return [queue for queue in self._filled if queue not in self._held]

    def _let_go(self) -> bool:
        held = any(queue in self._held for queue in self._filled)
        self._held.clear()
        return held

    def _disorderly(self) -> list[Callable[[Turn | None], None]]:
        options = [self._repeating(queue, event) for queue, event in self._deliveries]
        latest = self.traces.transactions[-AGAIN:]
        options += [self._timing_out(each) for each in latest]
        if sum(map(len, self.traces.fenced.values())) < TAKEOVERS:
            options += [self._taking_over(each) for each in latest]
        return options

    def _delivering(self, queue: Queue) -> Callable[[Turn | None], None]:
        return lambda _: self._deliver(queue)

    def _proceeding(self, running: Running) -> Callable[[Turn | None], None]:
        def proceed(turn: Turn | None) -> None:
            reached = running.progress
            if not isinstance(reached, Reached):
                raise TypeError("an invocation that has ended cannot go on")
            region, effect = running.environment.launch.region, reached.effect
            fault = self._fault(effect, turn)
            self.note(f"{region} {effect.function}: {effect.name} {fault or ''}")
            progress = running.environment.proceed(fault)
            if isinstance(progress, Died) and fault not in DEADLY:
                raise DiedByItself(f"the process of {effect.function} is gone after {effect.name} {fault or ''}")
            self._learn(effect, region)
            self._went_on(running, progress)

        return proceed

    def _fault(self, effect: Effect, turn: Turn | None) -> Fault | None:
        struck = self._strikes.get(len(self.traces.effects))
        self.traces.effects.append(effect)
        fault = struck if struck is not None or turn is None else turn.fault
        if fault is None or fault not in effect.faults:
            return None
        self.traces.faults.append((effect, fault))
        return fault

    def _repeating(self, queue: Queue, event: Mapping[str, Any]) -> Callable[[Turn | None], None]:
        def repeat(_: Turn | None) -> None:
            self.note(f"{queue.region} {queue.function} gets the same messages again")
            self.start(queue.function, queue.region, event, lambda _: self._shown(queue, event["Records"]))

        return repeat

    def _timing_out(self, transaction_id: str) -> Callable[[Turn | None], None]:
        def time_out(_: Turn | None) -> None:
            shard = self.expire(transaction_id)
            if shard is not None:
                self.start("timeout", shard.partition("#")[0], tick(shard))

        return time_out

    def _taking_over(self, transaction_id: str) -> Callable[[Turn | None], None]:
        return lambda _: self.take_over(transaction_id)

    # Deliveries and invocations

    def _deliver(self, queue: Queue) -> None:
        del self._filled[queue]
        records = self.hub.queues.receive(queue)
        if not records:
            return
        event = {"Records": records}
        self.traces.delivered.update((queue.function, *subject) for subject in subjects_in(records))
        self._deliveries.append((queue, event))
        self.note(f"{queue.region} {queue.function} gets {len(records)} messages")
        self.start(queue.function, queue.region, event, lambda ended: self._delivered(queue, records, ended))

    def _delivered(self, queue: Queue, records: Sequence[Mapping[str, Any]], ended: Ended) -> None:
        everything = frozenset(str(record["messageId"]) for record in records)
        returned = failures_in(ended.response) if isinstance(ended, Finished) else everything
        self.hub.queues.settle(queue, records, returned)
        # A batch holds ten messages at most: there may be more.
        self.expect(queue)

    def _shown(self, queue: Queue, records: Sequence[Mapping[str, Any]]) -> None:
        """What was delivered once more may have asked for a wait, for which nobody waits here."""
        self.hub.queues.show(queue, records)
        self.expect(queue)

    def _went_on(self, running: Running, progress: Progress) -> None:
        running.progress = progress
        if isinstance(progress, Reached):
            return
        if isinstance(progress, Raised):
            self.traces.complaints.append(f"{running.environment.launch.function} raised {progress.error}")
        self._running.remove(running)
        self._fleet.give_back(running.environment, progress)
        running.ended(progress)

    def _learn(self, effect: Effect, region: str) -> None:
        """Where there may be messages now, and which transactions there are: what failed may have happened."""
        if (effect.function, effect.operation) == ("transaction", "PutItem"):
            self.traces.transactions.append(effect.subject)
        if effect.service != "sqs":
            return
        queues = self.hub.queues
        queue, grave = queues.named(effect.subject, region), queues.grave_named(effect.subject, region)
        if queue is not None:
            self.expect(queue)
        if grave is not None:
            self._graves[grave] = None

    def _unbury(self) -> bool:
        graves, self._graves = self._graves, {}
        self._unburied += bool(graves)
        if self._unburied > PUT_BACK:
            raise NeverEnds(f"dead letters were put back {PUT_BACK} times and are there again")
        found = [queue for queue in graves if self._put_back(queue)]
        return bool(found)

    def _put_back(self, queue: Queue) -> bool:
        if not self.hub.queues.unbury(queue):
            return False
        self.note(f"{queue.region}: dead letters of {queue.function} are put back")
        self.expect(queue)
        return True
