"""What is read of a transaction's item, and payments whose money moved twice."""

from typing import Any

from boto3.dynamodb.types import TypeSerializer

from simulations.checkers.case import Case
from simulations.checkers.ledger import LedgerEntry, Money
from simulations.checkers.messages import AskedMessage, AskedPayment
from simulations.checkers.objects import Stored
from simulations.checkers.statuses import Reserved, Status
from simulations.drills.fates import Entry, Takeover, doubled, read_fate
from tests.unit.drills.dealings import HERE, THERE

ITEM: dict[str, Any] = {
    "transaction_id": "t",
    "status": "ACSC",
    "on_failover": "cancel",
    "reason": None,
    "history": [
        {"status": "ACCP", "region": HERE, "at": "2026-11-25T00:00:00.000Z", "reason": None},
        {"status": "ACTC", "region": HERE, "at": "2026-11-25T00:00:01.500Z", "reason": None},
        {"status": "ACSC", "region": THERE, "at": "2026-11-25T00:01:00.000Z", "reason": None},
    ],
    "message": {"copies": {"regions": [HERE], "missing": [THERE]}},
    "takeovers": [{"from": HERE, "to": THERE, "epoch": 2, "at": "2026-11-25T00:00:30.000Z"}],
}


def _item(**changes: object) -> Any:
    return {name: TypeSerializer().serialize(value) for name, value in (ITEM | changes).items()}


def test_a_fate_is_read_when_an_item_has_all_of_it() -> None:
    fate = read_fate(_item())
    assert (fate.transaction_id, fate.status, fate.reason, fate.on_failover) == ("t", Status.ACSC, None, "cancel")
    [takeover] = fate.takeovers
    assert takeover == Takeover(HERE, THERE, 2, fate.opened_at + 30)
    assert fate.history[1] == Entry(Status.ACTC, HERE, fate.opened_at + 1.5)
    assert (fate.ended_at, fate.durable, fate.copies, fate.late_steps) == (fate.opened_at + 60, True, (HERE,), ())


def test_a_fate_is_read_when_nothing_has_come_yet() -> None:
    fate = read_fate(_item(status="ACCP", history=ITEM["history"][:1], message=None, takeovers=[]))
    assert (fate.ended_at, fate.durable, fate.copies, fate.takeovers) == (None, False, (), ())


def _case(transaction_id: str, uetr: str, state: Reserved = Reserved.POSTED) -> Case:
    asked = AskedMessage("pacs.008", None, None, (AskedPayment(None, uetr, None, None, None, None),))
    message = Stored(copies={}, content=asked)
    ledger = LedgerEntry(state, {0: Money("A", "B", "EUR", 1)})
    return Case(transaction_id, None, ledger=ledger, message=message)


def test_a_payment_is_doubled_when_two_transactions_moved_its_money() -> None:
    assert doubled([_case("a", "u"), _case("b", "u"), _case("c", "v")]) == ("a", "b")


def test_nothing_is_doubled_when_one_of_two_moved_no_money() -> None:
    assert doubled([_case("a", "u"), _case("b", "u", Reserved.VOIDED)]) == ()
