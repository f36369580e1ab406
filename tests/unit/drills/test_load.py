"""The load's bookkeeping, against a hub that fails when it is told to."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

from simulations.drills.load import Load, take_step, wishes
from simulations.drills.participant import Dealing
from simulations.traffic.client import ApiError, HubUnreachable, OpenedTransaction
from tests.unit.drills.dealings import HERE, THERE, view, wish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulations.drills.load import Doors, Hub


@dataclass
class FakeHub:
    """A hub that ends each transaction once it has its message; calls fail as often as `failures` says."""

    region: str
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    chosen: list[tuple[str | None, str | None]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    owners: dict[str, str] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=count)
    _with_message: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def open_transaction(self, on_failover: str | None = None) -> OpenedTransaction:
        self._meet("open")
        self.chosen.append((on_failover, None))
        return OpenedTransaction(f"{self.region}-{next(self._ids)}", "ACCP", self.region, "")

    def submit(self, transaction_id: str, body: bytes, *, content_type: str, consistency: str | None = None) -> None:
        self._meet("submit")
        self.chosen.append((None, consistency))
        self._with_message.add(transaction_id)

    def transaction(self, transaction_id: str) -> dict[str, Any]:
        self._meet("look")
        ended = transaction_id in self._with_message
        return view("ACSC" if ended else "ACCP", self.owners.get(transaction_id, self.region), time.time())

    def _meet(self, call: str) -> None:
        with self._lock:
            self.calls[call] += 1
            if self.failures.get(call):
                raise self.failures[call].pop()


@dataclass
class FakeDoors:
    """The name leads to the first of the hubs."""

    hubs: tuple[FakeHub, ...]

    def by_name(self, home: str, client: int) -> tuple[str, Hub]:
        return self.hubs[0].region, self.hubs[0]

    def own(self, region: str) -> Hub:
        return next(each for each in self.hubs if each.region == region)


def _doors(*hubs: FakeHub) -> Doors:
    return FakeDoors(hubs)


IMPAIRED = ApiError(503, "IMPAIRED", "")


@pytest.mark.parametrize("trouble", [HubUnreachable("gone"), IMPAIRED, ApiError(429, "TOO_MANY", "")])
@pytest.mark.parametrize("call", ["open", "submit", "look"])
def test_a_call_is_made_again_when_the_hub_did_not_answer_it(call: str, trouble: Exception) -> None:
    hub = FakeHub(HERE, {call: [trouble]})
    dealing = Dealing.of(wish())
    for _ in range(4):
        take_step(dealing, _doors(hub), lambda: dealing.due_at)
    assert dealing.status == "ACSC"
    assert hub.calls == Counter({"open": 1, "submit": 1, "look": 1}) + Counter({call: 1})
    assert len(dealing.unanswered) == 1


def test_a_message_goes_to_the_owner_by_its_own_name_when_the_name_leads_elsewhere() -> None:
    owner, elsewhere = FakeHub(HERE, {"submit": [HubUnreachable("gone")]}), FakeHub(THERE)
    dealing = Dealing.of(wish())
    take_step(dealing, _doors(owner), lambda: 100.0)
    # Another Region shows whose it is.
    elsewhere.owners[str(dealing.transaction_id)] = HERE
    for _ in range(4):
        take_step(dealing, _doors(elsewhere, owner), lambda: dealing.due_at)
    assert (owner.calls["submit"], elsewhere.calls) == (2, Counter({"look": 2}))
    assert dealing.sent.keys() == {HERE}
    assert dealing.unanswered == []


def test_a_payment_is_given_up_when_the_hub_refuses_it() -> None:
    hub = FakeHub(HERE, {"submit": [ApiError(400, "MALFORMED", "")]})
    dealing = Dealing.of(wish())
    for _ in range(2):
        take_step(dealing, _doors(hub), lambda: 100.0)
    assert dealing.refusal == "HTTP 400 MALFORMED"
    assert dealing.unanswered == []


def test_every_choice_comes_from_both_regions_when_a_load_is_made() -> None:
    made = list(wishes((HERE, THERE), per_second=4, seconds=4, begin_at=50.0, seed=1, body=lambda: b""))
    assert [each.due_at for each in made[:3]] == [50.0, 50.25, 50.5]
    assert len({(each.home, each.on_failover, each.consistency) for each in made}) == 8
    again = list(wishes((HERE, THERE), per_second=4, seconds=4, begin_at=50.0, seed=1, body=lambda: b""))
    assert made == again


def test_all_payments_end_when_the_hub_works() -> None:
    hub = FakeHub(HERE, {"open": [HubUnreachable("gone")] * 3})
    made = list(wishes((HERE,), per_second=100, seconds=0.2, begin_at=time.time(), seed=1, body=lambda: b""))
    with Load(made, _doors(hub)) as load:
        assert load.await_ends(20)
    assert {each.status for each in load.dealings} == {"ACSC"}
    assert sum(len(each.unanswered) for each in load.dealings) == 3
    assert len({each.transaction_id for each in load.dealings}) == 20


def test_only_what_has_begun_goes_on_when_no_more_begin() -> None:
    now = time.time()
    made = [
        *wishes((HERE,), per_second=100, seconds=0.1, begin_at=now, seed=1, body=lambda: b""),
        wish(due_at=now + 99),
    ]
    with Load(made, _doors(FakeHub(HERE, {"look": [IMPAIRED]}))) as load:
        assert not load.await_ends(0.5)
        load.begin_no_more()
        assert load.await_ends(20)
    assert len(load.dealings) == 10
    assert all(each.over for each in load.dealings)


def test_it_is_said_when_payments_have_not_ended_in_time() -> None:
    hub = FakeHub(HERE, {"submit": [IMPAIRED] * 100})
    with Load([wish(due_at=time.time())], _doors(hub)) as load:
        assert not load.await_ends(0.2)


def test_what_broke_the_load_is_raised_when_it_is_no_answer_of_the_hub() -> None:
    hub = FakeHub(HERE, {"open": [ZeroDivisionError()]})
    with Load([wish(due_at=time.time())], _doors(hub)) as load, pytest.raises(ZeroDivisionError):
        load.await_ends(20)
