"""Random orders of reserving, posting and voiding: the books stay right, and the ledger agrees with a simple model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.core.ledger.accounts import Account
from lambdas.core.ledger.audit import LedgerBooks, violations
from lambdas.core.ledger.decisions import Decision, allocate, decisions_text, read_decisions
from lambdas.core.ledger.orders import TransferOrder
from lambdas.core.ledger.transfer import TransferState
from simulations.cloud.postgres import EmbeddedPostgres
from tests.unit.ledger.conftest import Books, migrated, order

_RUNS = itertools.count()
BANKS = ("AAAAGB2L", "BBBBFRPP", "CCCCDEFF")
CAPS = {bank: {"EUR": 300, "JPY": 50} for bank in BANKS}
ORDERS = st.builds(
    order,
    st.integers(1, 250),
    debtor=st.sampled_from(BANKS),
    creditor=st.sampled_from(BANKS),
    currency=st.sampled_from(("EUR", "JPY")),
    identities=st.lists(st.sampled_from("abcdefgh"), max_size=2, unique=True).map(tuple),
)
STEPS = st.tuples(st.sampled_from(("reserve", "post", "void")), st.integers(0, 5), st.lists(ORDERS, max_size=3))


@pytest.fixture(scope="module")
def books(postgres: EmbeddedPostgres) -> Iterator[Books]:
    """One database for all examples: what earlier ones left is one more starting point."""
    opened = migrated(postgres, CAPS)
    yield opened
    opened.close()


@settings(max_examples=25, deadline=None, print_blob=True)
@given(steps=st.lists(STEPS, max_size=12))
def test_the_books_are_right_after_any_steps_in_any_order(
    books: Books, steps: list[tuple[str, int, list[TransferOrder]]]
) -> None:
    # Hypothesis tries an example again; the ledger never forgets one: each has ids of its own.
    run = next(_RUNS)
    ledger, ended = books.shared(), dict[str, TransferState]()
    decided: dict[str, tuple[Decision, ...] | None] = {}
    for step, number, orders in steps:
        transaction_id = f"{run}-{number}"
        placed = [replace(each, position=position) for position, each in enumerate(orders)]
        if step == "reserve":
            decisions = ledger.reserve(transaction_id, placed)
            voided = ended.get(transaction_id) is TransferState.VOIDED
            assert decisions == (None if voided else decided.setdefault(transaction_id, decisions))
        elif step == "void":
            assert ledger.void(transaction_id) is ended.setdefault(transaction_id, TransferState.VOIDED)
        elif transaction_id in decided or transaction_id in ended:
            assert ledger.post(transaction_id) is ended.setdefault(transaction_id, TransferState.POSTED)
        assert violations(ledger.books()) == ()


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
