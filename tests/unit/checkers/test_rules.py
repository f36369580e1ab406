"""A right hub has no mismatch; and each rule is broken by something that breaks it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from simulations.checkers.books import Violation
from simulations.checkers.case import Case
from simulations.checkers.evidence import Evidence
from simulations.checkers.hub import INVARIANTS, Mismatch, check_hub
from simulations.checkers.ledger import Cancellation, Money, Posting, Return
from simulations.checkers.objects import Stored
from simulations.checkers.records import PaymentLine, Record
from simulations.checkers.statuses import Reserved, Status
from tests.unit.checkers import cases
from tests.unit.checkers.cases import ACCP, ACSC, ACSP, ACTC, CANC, REGIONS, RJCT, SHA256, with_ledger, with_record

ENDED = (
    cases.settled, cases.in_part, cases.rejected, cases.overdue, cases.never_came, cases.refused_request, cases.request,
    cases.cancelled, cases.returned,
)  # fmt: skip
OPEN = (cases.accepted, cases.reserved, cases.decided)


def history(of: Case, *statuses: Status) -> Case:
    """With a history of these, its status as it was."""
    first = record_of(of).history[0]
    return with_record(
        of,
        history=tuple(
            replace(first, status=each, at=first.at + timedelta(seconds=place)) for place, each in enumerate(statuses)
        ),
    )


def backwards(of: Case) -> Case:
    """Each step long before the one that it follows."""
    steps = enumerate(record_of(of).history)
    return with_record(
        of, history=tuple(replace(each, at=cases.START - place * timedelta(minutes=1)) for place, each in steps)
    )


def record_of(of: Case) -> Record:
    assert of.record is not None
    return of.record


def money_of(of: Case) -> Money:
    assert of.ledger is not None
    return of.ledger.transfers[0]


def postings_of(of: Case, **changes: Any) -> frozenset[Posting]:
    assert of.ledger is not None
    return frozenset(replace(each, **changes) for each in of.ledger.postings)


def told(of: Case, **changes: Any) -> Case:
    """With another answer than it has, as the stored bytes would have it."""
    assert of.told is not None
    return replace(of, answer=cases.stored(replace(of.told, **changes)))


def whole(of: Case, **changes: Any) -> Case:
    assert of.told is not None
    return told(of, whole=replace(of.told.whole, **changes))


def first_told(of: Case, **changes: Any) -> Case:
    """With something else said of the first payment; numbers, which may be left out, are."""
    assert of.told is not None
    first, *others = of.told.payments
    return whole(of, payments=(replace(first, **changes), *others), counts={})


def part(of: Case, **changes: Any) -> Case:
    assert of.told is not None
    return told(of, parts=(replace(of.told.parts[0], **changes),))


def in_message(of: Case, **changes: Any) -> Case:
    assert of.asked is not None
    return replace(of, message=cases.stored(replace(of.asked, **changes)))


def in_payment(of: Case, **changes: Any) -> Case:
    assert of.asked is not None
    return in_message(of, payments=(replace(of.asked.payments[0], **changes),))


def answer_copies(of: Case, *sha256s: str | None) -> Case:
    assert of.answer is not None
    return replace(of, answer=replace(of.answer, copies=dict(zip(REGIONS, sha256s, strict=True))))


def message_copies(of: Case, *sha256s: str | None) -> Case:
    assert of.message is not None
    return replace(of, message=replace(of.message, copies=dict(zip(REGIONS, sha256s, strict=True))))


def moved(of: Case, **changes: Any) -> Case:
    """With the money of position 0 changed, its postings with it."""
    assert of.ledger is not None
    other = cases.entry(of.ledger.state, (0,), replace(money_of(of), **changes))
    return with_ledger(of, transfers=other.transfers, postings=other.postings)


def original(of: Case, money: Money | None, state: Reserved | None) -> Case:
    return with_ledger(of, returns=(Return(0, money, state),))


def lined(of: Case, *statuses: Status) -> Case:
    """With payments of these statuses on record, and an answer that agrees."""
    lines = tuple(PaymentLine(f"E{place}", cases.uetr(place), each) for place, each in enumerate(statuses))
    family = of.family or ""
    changed = with_record(of, payments=lines)
    return replace(changed, answer=None if of.answer is None else cases.stored(cases.told(family, lines, taken=True)))


def unread(unreadable: str) -> Stored[Any]:
    return replace(cases.stored(None), unreadable=unreadable)


OTHER = "cd" * 32
BREAKS: dict[str, list[Case]] = {
    "an item can be read": [Case("x", None, "history: expected a list")],
    "a history takes the steps that there are": [
        history(cases.settled(), ACCP, ACTC, ACSC),
        history(cases.settled(), ACTC, ACSP, ACSC),
        history(cases.rejected(), ACCP, ACTC, ACTC, RJCT),
    ],
    "a history's times do not decrease": [backwards(cases.settled())],
    "nothing follows an end": [
        history(cases.settled(), ACCP, ACTC, ACSP, ACSC, ACSC),
        history(cases.settled(), ACCP, ACTC, RJCT, ACSP, ACSC),
    ],
    "a status is the last of its history": [
        history(cases.settled(), ACCP, ACTC, ACSP),
        history(cases.rejected(), ACCP, ACTC, CANC),
    ],
    "what has ended has an answer, and nothing else has": [
        replace(with_record(cases.settled(), answer=None), answer=None),
        with_record(cases.reserved(), answer=cases.on_record("outgoing", "reserved", "pacs.002.001.10")),
    ],
    "a message is on record from ACTC on": [
        replace(with_record(cases.reserved(), message=None), message=None),
        with_record(cases.accepted(), message=cases.on_record("incoming", "accepted", "pacs.008.001.08")),
    ],
    "what is open is listed": [with_record(cases.accepted(), listed=False)],
    "a message is stored in every Region": [
        message_copies(cases.settled(), SHA256, None),
        message_copies(cases.settled(), OTHER, SHA256),
        with_record(cases.settled(), message=cases.on_record("incoming", "other", "pacs.008.001.08")),
    ],
    "what is in the ledger has a transaction": [
        replace(cases.settled(), record=None, message=None, answer=None),
    ],
    "what settled is posted": [
        with_ledger(cases.request(), state=Reserved.VOIDED),
        replace(cases.settled(), ledger=None),
    ],
    "what did not settle is not posted": [with_ledger(cases.rejected(), state=Reserved.POSTED)],
    "no reservation outlives its transaction": [with_ledger(cases.rejected(), state=Reserved.RESERVED)],
    "each settled payment has one transfer": [
        replace(cases.in_part(), ledger=cases.entry(Reserved.POSTED, (0, 1))),
        replace(cases.in_part(), ledger=cases.entry(Reserved.POSTED, (0,))),
        with_ledger(
            cases.request(),
            transfers=cases.entry(Reserved.POSTED, (0,)).transfers,
            postings=cases.entry(Reserved.POSTED, (0,)).postings,
        ),
    ],
    "a transfer is what its payment asked for": [
        moved(cases.settled(), amount_minor=1_001),
        moved(cases.settled(), currency="USD"),
        moved(cases.settled(), creditor="RAILFRPP"),
        moved(cases.settled(), debtor="RAILFRPP"),
        moved(cases.returned(), amount_minor=999),
        in_payment(cases.settled(), amount=None),
        in_payment(cases.settled(), currency="JPY"),
        replace(cases.settled(), message=unread("not JSON in UTF-8")),
        replace(cases.in_part(), message=cases.stored(cases.asked("pain.001", 1))),
    ],
    "postings are those of their transfers": [
        with_ledger(cases.settled(), postings=frozenset[Posting]()),
        with_ledger(cases.settled(), postings=postings_of(cases.settled(), participant="RAILFRPP")),
        with_ledger(cases.overdue(), postings=postings_of(cases.settled())),
    ],
    "a payment's references are taken for as long as it counts": [
        with_ledger(cases.settled(), taken=frozenset[str]()),
        with_ledger(cases.overdue(), taken=frozenset({"uetr 0"})),
        with_ledger(cases.cancelled(), taken=frozenset[str]()),
    ],
    "what is cancelled is CANC in both": [
        with_ledger(cases.cancelled(), cancellation=None, taken=frozenset[str]()),
        with_ledger(cases.never_came(), cancellation=Cancellation("request", Reserved.POSTED, 0)),
        replace(cases.cancelled(), ledger=None),
    ],
    "a cancellation has its request": [
        with_ledger(cases.cancelled(), cancellation=Cancellation("request", None, 0)),
        with_ledger(cases.cancelled(), cancellation=Cancellation("request", Reserved.VOIDED, 0)),
        with_ledger(cases.cancelled(), cancellation=Cancellation("request", Reserved.POSTED, 1)),
        with_ledger(cases.reserved(), cancellation=Cancellation("request", Reserved.POSTED, 0)),
    ],
    "an accepted request to cancel has cancelled, and no other has": [
        with_ledger(cases.request(), cancelled=()),
        with_ledger(cases.refused_request(), cancelled=("cancelled",)),
    ],
    "a return names what it returns": [
        with_ledger(cases.returned(), returns=()),
        with_ledger(cases.settled(), returns=(Return(0, money_of(cases.settled()).reversed, Reserved.POSTED),)),
    ],
    "a return gives back what was moved, to whom it came from": [
        original(cases.returned(), None, None),
        original(cases.returned(), money_of(cases.returned()).reversed, Reserved.VOIDED),
        original(cases.returned(), money_of(cases.returned()), Reserved.POSTED),
        original(cases.returned(), replace(money_of(cases.returned()).reversed, currency="USD"), Reserved.POSTED),
        original(cases.returned(), replace(money_of(cases.returned()).reversed, amount_minor=999), Reserved.POSTED),
    ],
    "an answer is stored as it is on record": [
        answer_copies(cases.settled(), None, None),
        answer_copies(cases.settled(), SHA256, OTHER),
        with_record(cases.settled(), answer=cases.on_record("outgoing", "other", "pacs.002.001.10")),
    ],
    "an answer can be read": [replace(cases.settled(), answer=unread("not well-formed XML"))],
    "an answer is the one to its message": [
        told(cases.settled(), definition="pacs.002.001.11"),
        told(
            with_record(cases.settled(), answer=cases.on_record("outgoing", "settled", "pain.002.001.10")),
            definition="pain.002.001.10",
        ),
    ],
    "a message is what the record says": [
        in_message(cases.settled(), definition="pacs.008.001.09"),
        in_message(cases.settled(), family="pacs.009", definition=None),
    ],
    "payments have statuses that fit their transaction's": [
        with_record(cases.reserved(), payments=record_of(cases.settled()).payments),
        lined(cases.refused_request(), ACSC),
        lined(cases.request(), RJCT),
        lined(cases.cancelled(), RJCT),
    ],
    "what is rejected has a reason, and what settled has none": [
        with_record(cases.rejected(), with_reason=False),
        with_record(cases.settled(), with_reason=True),
    ],
    "an answer's group status is that of its payments": [
        whole(cases.settled(), status="PART"),
        whole(cases.in_part(), status="ACSC"),
        whole(cases.rejected(), status=None),
        whole(cases.request(), status="RJCR"),
        whole(cases.cancelled(), status="ACSC"),
    ],
    "an answer's payments are those on record": [
        whole(cases.rejected(), payments=(), counts={}),
        first_told(cases.cancelled(), status="RJCT"),
        first_told(cases.settled(), uetr=None),
        first_told(cases.settled(), end_to_end_id="E1"),
        first_told(cases.request(), status="RJCR"),
    ],
    "an answer's numbers are those of its payments": [
        whole(cases.in_part(), counts={"ACSC": 3}),
        part(cases.in_part(), counts={"ACSC": 2, "RJCT": 2}),
    ],
    "a group of an answer has the status of its payments": [part(cases.in_part(), status="ACSC")],
    "an answer names the message that it answers": [
        told(cases.settled(), message_id="M2"),
        told(cases.settled(), message_id="NOTPROVIDED"),
        told(cases.never_came(), message_id="M1"),
    ],
    "payments on record are those of the message": [
        in_payment(cases.settled(), uetr=None),
        in_payment(cases.settled(), end_to_end_id="E1"),
        in_message(cases.rejected(), payments=()),
    ],
    "as many payments are told settled as were posted": [
        replace(cases.settled(), ledger=cases.entry(Reserved.POSTED, (0, 1))),
    ],
}
NEVER_ALONE = {"as many payments are told settled as were posted"}
"""It follows from others; it is what a client cares for, and is held by itself."""


def rules_found(*judged: Case, all_ended: bool = False) -> set[str]:
    return {each.rule for each in check_hub(Evidence(judged), all_ended=all_ended)}


@pytest.mark.parametrize("make", [*ENDED, *OPEN], ids=lambda make: make.__name__)
def test_nothing_is_found_when_a_transaction_is_as_a_right_hub_leaves_it(make: Callable[[], Case]) -> None:
    assert check_hub(Evidence((make(),)), all_ended=False) == ()


@pytest.mark.parametrize("make", [*ENDED, *OPEN], ids=lambda make: make.__name__)
def test_nothing_is_found_when_the_ledger_knows_no_cancellations_yet(make: Callable[[], Case]) -> None:
    made = make()
    before = made if made.ledger is None else with_ledger(made, cancelled=None, returns=None)
    assert rules_found(before) == set()


def test_nothing_is_found_when_everything_has_ended() -> None:
    assert rules_found(*(make() for make in ENDED), all_ended=True) == set()


@pytest.mark.parametrize("make", OPEN, ids=lambda make: make.__name__)
def test_it_is_found_when_something_is_open_though_all_should_have_ended(make: Callable[[], Case]) -> None:
    assert rules_found(make(), all_ended=True) == {"everything has ended"}


def test_what_is_listed_though_it_has_ended_is_found_only_when_all_should_be_at_rest() -> None:
    untold = with_record(cases.cancelled(), listed=True)
    assert rules_found(untold) == set()
    assert rules_found(untold, all_ended=True) == {"what has ended is listed no more"}


@pytest.mark.parametrize("rule", BREAKS)
def test_a_rule_is_named_when_it_is_broken(rule: str) -> None:
    named = [rules_found(broken) for broken in BREAKS[rule]]
    assert all(rule in each for each in named), named
    assert rule in NEVER_ALONE or any(each == {rule} for each in named), named


def test_every_rule_is_broken_by_a_test() -> None:
    assert set(BREAKS) == {rule for rules in INVARIANTS.values() for rule in rules}
    assert sum(len(rules) for rules in INVARIANTS.values()) == len(BREAKS), "a rule's name stands for two"


def test_the_whole_ledgers_rules_are_those_of_the_books_when_they_are_broken() -> None:
    evidence = Evidence((cases.settled(),), (Violation("postings of a currency sum to zero", 2),))
    assert check_hub(evidence, all_ended=True) == (
        Mismatch("I2", "postings of a currency sum to zero", None, "2 rows break it"),
    )


def test_no_reference_amount_or_institution_is_told_when_a_rule_is_broken() -> None:
    found = check_hub(Evidence(tuple(each for broken in BREAKS.values() for each in broken)), all_ended=True)
    secrets = ("E0", "E1", "M1", "M2", cases.uetr(0), cases.DEBTOR, cases.CREDITOR, "RAILFRPP", "1001", "1000", "10.00")
    assert not [each for each in found if any(secret in each.detail for secret in secrets)]


def test_a_currency_is_reckoned_in_its_own_minor_units_when_it_has_not_two_decimals() -> None:
    for currency, amount_minor in (("EUR", 1_000), ("JPY", 10), ("KWD", 10_000), ("CLF", 100_000)):
        one = in_payment(cases.settled(), currency=currency)
        assert rules_found(moved(one, currency=currency, amount_minor=amount_minor)) == set()
        assert rules_found(moved(one, currency=currency, amount_minor=amount_minor * 10)) != set()


@pytest.mark.parametrize("state", [Reserved.VOIDED, None])
def test_what_was_given_up_needs_no_request_when_its_region_was_lost(state: Reserved | None) -> None:
    given_up = cases.case("given-up", "pacs.008", (ACCP, ACTC, CANC), (CANC,), state=state)
    assert given_up.record is not None
    taken_over = replace(given_up, record=replace(given_up.record, taken_over=True))
    rule = INVARIANTS["I2"]["what is cancelled is CANC in both"]
    assert rule(taken_over) is None
    assert rule(given_up) is not None
