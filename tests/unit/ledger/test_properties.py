"""Random orders of reserving, returning, posting, voiding and cancelling: the books stay right, and the ledger agrees
with a simple model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.adapters.ledger import SqlLedger
from lambdas.core.ledger.accounts import Account
from lambdas.core.ledger.audit import LedgerBooks, violations
from lambdas.core.ledger.cancellations import cancelled_transactions
from lambdas.core.ledger.decisions import Decision, allocate, decisions_text, read_decisions
from lambdas.core.ledger.orders import ReturnOrder, TransferOrder
from lambdas.core.ledger.transfer import NOTHING_WILL_MOVE, TransferState
from simulations.cloud.postgres import EmbeddedPostgres
from tests.unit.ledger.conftest import Books, cancelling, migrated, order

_RUNS = itertools.count()
BANKS = ("AAAAGB2L", "BBBBFRPP", "CCCCDEFF")
CAPS = {bank: {"EUR": 300, "JPY": 50} for bank in BANKS}
ORDERS = st.builds(
    order,
    st.integers(1, 90),
    debtor=st.sampled_from(BANKS),
    creditor=st.sampled_from(BANKS),
    currency=st.sampled_from(("EUR", "JPY")),
    identities=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=2, unique=True).map(tuple),
)
STEPS = st.tuples(
    st.sampled_from(("reserve", "return", "post", "void", "cancel")),
    st.integers(0, 1),
    st.lists(ORDERS, min_size=1, max_size=3),
)
# What returns another payment says so among its references; of those that hold or moved money, each says another.
RETURNED_TWICE = """
SELECT t.identities FROM ledger.transfers AS t JOIN ledger.reservations AS r ON r.transaction_id = t.transaction_id
WHERE r.state <> 'voided' AND t.identities LIKE '%"return%' GROUP BY t.identities HAVING count(*) > 1
"""


@pytest.fixture(scope="module")
def books(postgres: EmbeddedPostgres) -> Iterator[Books]:
    """One database for all examples: what earlier ones left is one more starting point."""
    opened = migrated(postgres, CAPS)
    yield opened
    opened.close()


@dataclass
class Model:
    """What a simple reading of the ledger's promises makes of each step; `run` keeps the ids of examples apart."""

    ledger: SqlLedger
    run: int
    ended: dict[str, TransferState] = field(default_factory=dict)
    decided: dict[str, tuple[Decision, ...] | None] = field(default_factory=dict)
    placed: dict[str, list[TransferOrder]] = field(default_factory=dict)

    def take(self, step: str, transaction_id: str, orders: list[TransferOrder]) -> None:
        """A return is `<transaction>-back`, and ends as the transaction does; it and a cancellation are about what was
        reserved under the id, where anything was."""
        back = f"{transaction_id}-back"
        match step:
            case "reserve":
                self.hold(transaction_id, self.placed.setdefault(transaction_id, orders), returns=False)
            case "return":
                self.hold(back, self.placed.get(transaction_id, orders), returns=True)
            case "cancel":
                self.cancel(self.placed.get(transaction_id, []) + orders)
            case ending:
                for each in (transaction_id, back):
                    self.end(each, TransferState.VOIDED if ending == "void" else TransferState.POSTED)

    def hold(self, transaction_id: str, orders: list[TransferOrder], *, returns: bool) -> None:
        if returns:
            decisions = self.ledger.reserve_returns(transaction_id, [_returning(each) for each in orders])
        else:
            decisions = self.ledger.reserve(transaction_id, orders)
        gone = self.ended.get(transaction_id) in NOTHING_WILL_MOVE
        assert decisions == (None if gone else self.decided.setdefault(transaction_id, decisions))

    def end(self, transaction_id: str, ending: TransferState) -> None:
        if ending is TransferState.VOIDED:
            assert self.ledger.void(transaction_id) is self.ended.setdefault(transaction_id, ending)
        elif transaction_id in self.decided or transaction_id in self.ended:
            assert self.ledger.post(transaction_id) is self.ended.setdefault(transaction_id, ending)

    def cancel(self, orders: list[TransferOrder]) -> None:
        request = f"{self.run}-cancel-{next(_RUNS)}"
        wanted = [cancelling(*each.identities, position=position) for position, each in enumerate(orders)]
        permitted = list(self.decided)
        decisions = self.ledger.cancel(request, wanted, permitted)
        assert decisions is not None
        assert self.ledger.cancel(request, wanted, permitted) == decisions
        for each in cancelled_transactions(decisions):
            assert each in self.decided
            assert self.ended.setdefault(each, TransferState.CANCELLED) is TransferState.CANCELLED


def _returning(given: TransferOrder) -> ReturnOrder:
    return ReturnOrder(given.position, given.identities, given.creditor_agent, given.currency, given.amount_minor)


@settings(max_examples=100, deadline=None, print_blob=True)
@given(steps=st.lists(STEPS, min_size=8, max_size=30))
def test_the_books_are_right_after_any_steps_in_any_order(
    books: Books, steps: list[tuple[str, int, list[TransferOrder]]]
) -> None:
    # Hypothesis tries an example again; the ledger never forgets one: each has ids of its own.
    run = next(_RUNS)
    model = Model(books.shared(), run)
    for step, number, orders in steps:
        placed = [
            replace(each, position=position, identities=tuple(f"{run}{identity}" for identity in each.identities))
            for position, each in enumerate(orders)
        ]
        model.take(step, f"{run}-{number}", placed)
        assert violations(model.ledger.books()) == ()
    for transaction_id in model.decided:
        # What is left would be in the way of later examples.
        model.end(transaction_id, TransferState.VOIDED)
    assert books.shared().database.run(lambda each: each.execute(RETURNED_TWICE).fetchall()) == []


def test_decisions_are_read_as_they_were_written() -> None:
    allocation = allocate([order(), order(position=1)], accounts={}, taken=())
    assert read_decisions(decisions_text(allocation.decisions)) == allocation.decisions


def test_every_broken_rule_is_named_when_books_are_wrong() -> None:
    accounts = [Account("AAAAGB2L", "EUR", 10, balance_minor=-20, reserved_minor=5)]
    posted = {("AAAAGB2L", "EUR"): -19, ("CCCCDEFF", "EUR"): 1}
    assert violations(LedgerBooks(accounts, posted, {})) == (
        "postings in EUR sum to -18, not 0",
        "CCCCDEFF EUR has entries and is no account",
        "AAAAGB2L EUR: the balance is -20, its postings sum to -19",
        "AAAAGB2L EUR: 5 is reserved, its open transfers sum to 0",
        "AAAAGB2L EUR: 15 beyond its net debit cap",
    )
