"""Deeds: what clients, time and operators do in a run, and what clients learn of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulations.campaign import events
from simulations.campaign.messages import CREDIT_TRANSFERS, message
from simulations.campaign.process import Finished
from simulations.campaign.queues import GARBAGE, Queue
from simulations.campaign.schedule import Act, Deed
from simulations.traffic.payments import cancellation_of, return_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from simulations.campaign.run import Ended, Run

CLIENT, INTRUDER = "participant-a", "participant-b"
PAYING = frozenset({Act.PAY, Act.PAY_AVAILABLE})
TRIES = 4
OK, ACCEPTED = 200, 202


@dataclass
class Dealing:
    """What a client knows of a deed: the transaction, its message, and whether that was acknowledged (202)."""

    deed: Deed
    region: str
    transaction_id: str | None = None
    body: bytes = b""
    acknowledged: bool = False

    @property
    def participant(self) -> str:
        """Who deals."""
        return INTRUDER if self.deed.act is Act.INTRUDE else CLIENT


class Clients:
    """Does the deeds of a run. `randomness` gives messages their ids, so that no two runs share any."""

    def __init__(self, run: Run, randomness: random.Random) -> None:
        self.dealings: list[Dealing] = []
        self._run = run
        self._randomness = randomness
        self._acts: dict[Act, Callable[[Dealing, Dealing], None]] = {
            Act.PAY: self._pay,
            Act.PAY_AVAILABLE: self._pay,
            Act.ASK_HEALTH: lambda own, _: self._run.start("health", own.region, events.ask_health()),
            Act.OPEN: lambda own, _: self._open(own, TRIES),
            Act.SEND_AGAIN: self._send_again,
            Act.SEND_SECOND: self._send_another,
            Act.INTRUDE: self._send_another,
            Act.PAY_TWICE: self._pay_twice,
            Act.CANCEL: lambda own, of: self._follow_up(own, of, cancellation_of),
            Act.RETURN: lambda own, of: self._follow_up(own, of, return_of),
            Act.READ: self._read,
            Act.EXPIRE: self._expire,
            Act.TICK: self._tick,
            Act.LOOK: lambda own, _: self._run.start("recover", own.region, events.tick()),
            Act.TAKE_OVER: self._take_over,
            Act.GARBAGE: self._litter,
            Act.HOLD: lambda own, _: self._run.hold(Queue(own.region, "releasing")),
            Act.DELIVER: lambda _own, _of: self._deliver(),
            Act.WAIT: lambda _own, _of: self._wait(),
        }

    def will(self, deed: Deed) -> Callable[[], None]:
        """The deed, to be done when its turn comes."""

        def do() -> None:
            regions = self._run.hub.regions
            own = Dealing(deed, regions[deed.region % len(regions)])
            of = self.dealings[deed.of % len(self.dealings)] if self.dealings else own
            self.dealings.append(own)
            self._run.note(str(deed))
            self._acts[deed.act](own, of)

        return do

    def will_pay(self, body: bytes, region: int) -> Callable[[], None]:
        """A payment with this message, to be made when its turn comes."""

        def do() -> None:
            regions = self._run.hub.regions
            own = Dealing(Deed(Act.PAY, region), regions[region % len(regions)], body=body)
            self.dealings.append(own)
            self._open(own, TRIES)

        return do

    def client_id(self, region: str, participant: str) -> str:
        """The participant's app client id in a Region."""
        return str(self._run.hub.exported(region)["clients"][participant]["client_id"])

    def _pay(self, own: Dealing, _: Dealing) -> None:
        own.body = message(own.deed.variety, self._randomness)
        self._open(own, TRIES)

    def _pay_twice(self, own: Dealing, of: Dealing) -> None:
        own.body = of.body
        self._open(own, TRIES)

    def _follow_up(self, own: Dealing, of: Dealing, made: Callable[[bytes, random.Random, datetime], bytes]) -> None:
        if of.deed.act in PAYING and of.deed.variety in CREDIT_TRANSFERS and of.body:
            own.body = made(of.body, self._randomness, datetime.now(UTC))
            self._open(own, TRIES)

    def _send_again(self, own: Dealing, of: Dealing) -> None:
        if of.transaction_id and of.body:
            own.transaction_id, own.body, own.region = of.transaction_id, of.body, of.region
            self._submit(own, TRIES)

    def _send_another(self, own: Dealing, of: Dealing) -> None:
        if of.transaction_id:
            own.transaction_id, own.body = of.transaction_id, message(own.deed.variety, self._randomness)
            self._submit(own, TRIES)

    def _open(self, own: Dealing, tries: int) -> None:
        def opened(ended: Ended) -> None:
            said = events.document_in(ended.response, OK) if isinstance(ended, Finished) else None
            if said is not None:
                own.transaction_id = str(said["transaction_id"])
                if own.body:
                    self._run.todo.appendleft(lambda: self._submit(own, TRIES))
            elif tries > 1:
                self._run.todo.appendleft(lambda: self._open(own, tries - 1))

        event = events.open_transaction(self.client_id(own.region, own.participant))
        self._run.start("transaction", own.region, event, opened)

    def _submit(self, own: Dealing, tries: int) -> None:
        def submitted(ended: Ended) -> None:
            if isinstance(ended, Finished) and events.document_in(ended.response, ACCEPTED) is not None:
                own.acknowledged = True
            elif tries > 1:
                self._run.todo.appendleft(lambda: self._submit(own, tries - 1))

        client_id = self.client_id(own.region, own.participant)
        consistency = "available" if own.deed.act is Act.PAY_AVAILABLE else "both"
        event = events.submit(client_id, str(own.transaction_id), own.body, consistency)
        self._run.start("intake", own.region, event, submitted)

    def _read(self, own: Dealing, of: Dealing) -> None:
        if of.transaction_id:
            client_id = self.client_id(own.region, of.participant)
            self._run.start("outgoing", own.region, events.read_answer(client_id, of.transaction_id))
            self._run.start("transaction", own.region, events.read_transaction(client_id, of.transaction_id))

    def _expire(self, _: Dealing, of: Dealing) -> None:
        shard = self._run.expire(of.transaction_id) if of.transaction_id else None
        if shard is not None:
            self._run.start("timeout", shard.partition("#")[0], events.tick(shard))

    def _tick(self, own: Dealing, of: Dealing) -> None:
        shard = self._run.expire(of.transaction_id) if of.transaction_id else None
        if shard is not None and shard.startswith(own.region):
            self._run.start("timeout", own.region, events.tick(shard, fan_out=True))

    def _take_over(self, _: Dealing, of: Dealing) -> None:
        if of.transaction_id:
            self._run.take_over(of.transaction_id)

    def _litter(self, own: Dealing, _: Dealing) -> None:
        for function in self._run.hub.exported(own.region)["queue_urls"]:
            queue = Queue(own.region, function)
            self._run.hub.queues.put(queue, GARBAGE, "garbage")
            self._run.expect(queue)

    def _deliver(self) -> None:
        self._run.deliver_next()

    def _wait(self) -> None:
        if self._run.deliver_next():
            self._run.todo.appendleft(self._wait)
