"""Many at once: no account beyond its cap, nothing twice, whatever meets whatever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from psycopg import errors

from lambdas.adapters import ledger_connection
from lambdas.adapters.ledger_connection import LedgerDatabase
from lambdas.core.ledger.decisions import Decision
from lambdas.core.ledger.transfer import TransferState
from lambdas.service.ports import LedgerUnavailable
from tests.unit.ledger.conftest import Books, cancelling, order, returning

Given = TypeVar("Given")
CLIENTS = 8


def _at_once(work: Sequence[Callable[[], Given]]) -> list[Given]:
    """Runs each in a thread of its own; all begin together."""
    start = threading.Barrier(len(work))

    def begin(each: Callable[[], Given]) -> Given:
        start.wait(10)
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(begin, work))


def test_the_cap_holds_when_eight_clients_reserve_on_one_account(books: Books) -> None:
    def client(number: int) -> Callable[[], int]:
        ledger = books.ledger()

        def reserve() -> int:
            done = [ledger.reserve(f"T{number}-{index}", [order(70)]) for index in range(5)]
            return sum(1 for each in done if each is not None and each[0].refusal is None)

        return reserve

    reserved = sum(_at_once([client(number) for number in range(CLIENTS)]))
    assert reserved == 1_000 // 70
    assert books.account("TWRLGB2L").reserved_minor == 70 * reserved
    books.require_right()


def test_it_is_reserved_once_when_eight_deliveries_of_one_message_meet(books: Books) -> None:
    def delivery() -> Callable[[], tuple[Decision, ...] | None]:
        ledger = books.ledger()
        return lambda: ledger.reserve("T1", [order(100, identities=("A",))])

    assert set(_at_once([delivery() for _ in range(CLIENTS)])) == {(Decision(0, None),)}
    assert books.account("TWRLGB2L").reserved_minor == 100
    books.require_right()


def test_one_of_eight_payments_is_taken_when_all_bear_one_reference(books: Books) -> None:
    def message(number: int) -> Callable[[], tuple[Decision, ...] | None]:
        ledger = books.ledger()
        return lambda: ledger.reserve(f"T{number}", [order(10, identities=("A", f"own {number}"))])

    decisions = _at_once([message(number) for number in range(CLIENTS)])
    assert sum(1 for each in decisions if each is not None and each[0].refusal is None) == 1
    books.require_right()


@pytest.mark.parametrize("attempt", range(5))
def test_one_wins_when_posting_and_voiding_race(books: Books, attempt: int) -> None:
    del attempt
    ledgers = [books.ledger() for _ in range(CLIENTS)]
    ledgers[0].reserve("T1", [order(100)])
    racers = [
        (lambda ledger=ledger: ledger.post("T1")) if index % 2 else (lambda ledger=ledger: ledger.void("T1"))
        for index, ledger in enumerate(ledgers)
    ]
    said = set(_at_once(racers))
    assert len(said) == 1
    assert books.account("TWRLGB2L").balance_minor == (-100 if said == {TransferState.POSTED} else 0)
    books.require_right()


@pytest.mark.parametrize("attempt", range(5))
@pytest.mark.parametrize("ending", ["post", "void"])
def test_one_wins_when_cancelling_races_another_ending(books: Books, ending: str, attempt: int) -> None:
    del attempt
    ledgers = [books.ledger() for _ in range(CLIENTS)]
    ledgers[0].reserve("T1", [order(100, identities=("A",))])

    def cancel(number: int) -> TransferState:
        decisions = ledgers[number].cancel(f"C{number}", [cancelling("A")], ["T1"])
        assert decisions is not None
        return TransferState.CANCELLED if decisions[0].cancelled == "T1" else ledgers[number].void("T1")

    racers = [
        (lambda number=number: cancel(number)) if number % 2 else (lambda n=number: getattr(ledgers[n], ending)("T1"))
        for number in range(CLIENTS)
    ]
    said = set(_at_once(racers))
    assert len(said) == 1
    moved = 100 if said == {TransferState.POSTED} else 0
    account = books.account("TWRLGB2L")
    assert (account.balance_minor, account.reserved_minor) == (-moved, 0)
    books.require_right()


@pytest.mark.parametrize("attempt", range(5))
def test_one_request_cancels_when_eight_race(books: Books, attempt: int) -> None:
    del attempt
    books.ledger().reserve("T1", [order(100, identities=("A",))])

    def request(number: int) -> Callable[[], str | None]:
        ledger = books.ledger()

        def cancel() -> str | None:
            decisions = ledger.cancel(f"C{number}", [cancelling("A")], ["T1"])
            return None if decisions is None else decisions[0].cancelled

        return cancel

    said = _at_once([request(number) for number in range(CLIENTS)])
    assert sorted(said, key=str) == [None] * (CLIENTS - 1) + ["T1"]
    books.require_right()


@pytest.mark.parametrize("attempt", range(5))
def test_one_return_is_taken_when_eight_race(books: Books, attempt: int) -> None:
    del attempt
    books.ledger().reserve("T1", [order(100, identities=("A",))])
    books.ledger().post("T1")

    def returned(number: int) -> Callable[[], bool]:
        ledger = books.ledger()

        def reserve() -> bool:
            decisions = ledger.reserve_returns(f"R{number}", [returning("A")])
            ledger.post(f"R{number}")
            return decisions is not None and decisions[0].refusal is None

        return reserve

    assert sum(_at_once([returned(number) for number in range(CLIENTS)])) == 1
    assert books.account("TWRLGB2L").balance_minor == 0
    books.require_right()


def test_a_conflict_is_tried_again_until_it_is_through(books: Books) -> None:
    database, tries = LedgerDatabase(books.connect), [0]

    def conflicting(_: object) -> str:
        tries[0] += 1
        if tries[0] < 4:
            raise errors.SerializationFailure("could not serialize access")
        return "through"

    assert database.run(conflicting) == "through"
    assert tries == [4]


def test_it_gives_up_when_conflicts_do_not_end(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_connection, "CONFLICT_SECONDS", 0.05)
    tries = [0]

    def conflicting(_: object) -> None:
        tries[0] += 1
        raise errors.SerializationFailure("could not serialize access")

    with pytest.raises(LedgerUnavailable, match="SerializationFailure"):
        LedgerDatabase(books.connect).run(conflicting)
    assert tries[0] > 1


def test_the_second_writer_conflicts_when_two_transactions_change_one_account(books: Books) -> None:
    first, second = books.connect(), books.connect()
    change = "UPDATE ledger.accounts SET reserved_minor = reserved_minor + 1 WHERE participant = 'TWRLGB2L'"
    with second.transaction(force_rollback=True):
        second.execute("SELECT 1 FROM ledger.accounts")
        with first.transaction():
            first.execute(change.encode())
        with pytest.raises(errors.SerializationFailure):
            second.execute(change.encode())
