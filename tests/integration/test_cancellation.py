"""Cancelling what is held in ACSP and returning what has settled, over HTTP in both Regions, and then in the books."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.core.ledger.audit import violations
from simulations.traffic.payments import cancellation_of, return_of
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import (
    await_truth,
    balances,
    books_of,
    ended,
    expire,
    item,
    sent,
    settle,
    statuses,
    stopped,
    tick,
)

Payment = Callable[[], bytes]
SOURCE = random.SystemRandom()


@pytest.fixture(params=["same", "other"])
def asking(request: pytest.FixtureRequest, region: str) -> str:
    """The Region that the request comes to: that of the payment, or the other."""
    return region if request.param == "same" else next(each for each in REGIONS if each != region)


def _cancellation(transfer: bytes) -> bytes:
    return cancellation_of(transfer, SOURCE, datetime.now(UTC))


def _return(transfer: bytes) -> bytes:
    return return_of(transfer, SOURCE, datetime.now(UTC))


def _held(hub: Hub, region: str, transfer: bytes) -> str:
    """A payment in ACSP, while releasing is stopped."""
    transaction_id = sent(hub, region, transfer)
    await_truth(lambda: hub.client(region).transaction(transaction_id)["status"] == "ACSP")
    return transaction_id


def _answer(hub: Hub, region: str, view: dict[str, Any], name: str = "participant-a") -> bytes:
    answer = hub.client(region, name).answer(view["transaction_id"])
    assert answer is not None
    return answer


def test_a_held_payment_ends_as_cancelled_and_no_money_moves_when_its_owner_asks(
    hub: Hub, region: str, asking: str, payment: Payment
) -> None:
    before, transfer, owner = balances(hub), payment(), hub.client(region)
    with stopped(hub, region, "releasing"):
        transaction_id = _held(hub, region, transfer)
        request = sent(hub, asking, _cancellation(transfer))
        view = ended(owner, transaction_id)
        answer = _answer(hub, region, view)
    assert statuses(view) == ["ACCP", "ACTC", "ACSP", "CANC"]
    assert view["history"][-1]["region"] == asking
    assert (view["owner_region"], view["reason"]["code"]) == (region, "DS02")
    assert [each["status"] for each in view["payments"]] == ["CANC"]
    assert b"<TxSts>CANC</TxSts>" in answer
    assert b"<GrpSts>" not in answer
    requested = ended(hub.client(asking), request)
    assert requested["status"] == "ACSC"
    resolution = _answer(hub, asking, requested)
    assert b"<Conf>CNCL</Conf>" in resolution
    assert b"<TxCxlSts>ACCR</TxCxlSts>" in resolution
    # The payment's own answer has been waiting all the while; another passes releasing behind it.
    settle(hub, region, payment().replace(b"TWRLDEFFXXX", b"TWRLGB2LXXX"))
    assert owner.transaction(transaction_id) == view
    assert _answer(hub, region, view) == answer
    assert balances(hub) == before
    assert violations(books_of(hub)) == ()


def test_the_owner_tells_of_it_when_the_other_region_cancelled(hub: Hub, region: str, payment: Payment) -> None:
    transfer, [asking] = payment(), [each for each in REGIONS if each != region]
    with stopped(hub, region, "releasing"):
        transaction_id = _held(hub, region, transfer)
        settle(hub, asking, _cancellation(transfer))
        assert "open_shard" in item(hub, region, transaction_id)
        expire(hub, region, transaction_id)
        tick(hub, region)
        await_truth(lambda: "open_shard" not in item(hub, region, transaction_id))
    assert statuses(hub.client(region).transaction(transaction_id))[-1] == "CANC"


def test_a_settled_payment_stays_settled_when_it_is_to_be_cancelled(
    hub: Hub, region: str, asking: str, payment: Payment
) -> None:
    transfer = payment()
    settled = settle(hub, region, transfer)
    before = balances(hub)
    view = settle(hub, asking, _cancellation(transfer))
    assert (view["status"], view["reason"]["code"]) == ("RJCT", "PTNA")
    assert b"<Conf>RJCR</Conf>" in _answer(hub, asking, view)
    assert b"<Cd>PTNA</Cd>" in _answer(hub, asking, view)
    assert hub.client(region).transaction(settled["transaction_id"]) == settled
    assert balances(hub) == before


def test_another_participant_is_told_the_same_as_of_an_unknown_payment_when_it_asks(
    hub: Hub, region: str, payment: Payment
) -> None:
    # From the other Region, whose releasing goes on: the requests end while the payment is still held.
    transfer, other, [asking] = payment(), "participant-b", [each for each in REGIONS if each != region]
    with stopped(hub, region, "releasing"):
        transaction_id = _held(hub, region, transfer)
        views = [settle(hub, asking, _cancellation(each), other) for each in (transfer, payment())]
        assert hub.client(region).transaction(transaction_id)["status"] == "ACSP"
    assert [(each["status"], each["reason"]["code"]) for each in views] == [("RJCT", "NOOR")] * 2
    assert views[0]["reason"] == views[1]["reason"]
    assert ended(hub.client(region), transaction_id)["status"] == "ACSC"


def test_the_money_is_back_and_goes_back_once_when_a_settled_payment_is_returned(
    hub: Hub, region: str, asking: str, payment: Payment
) -> None:
    before, transfer = balances(hub), payment()
    settle(hub, region, transfer)
    assert balances(hub) != before
    view = settle(hub, asking, _return(transfer), "participant-b")
    assert (view["status"], [each["status"] for each in view["payments"]]) == ("ACSC", ["ACSC"])
    assert b"<GrpSts>ACSC</GrpSts>" in _answer(hub, asking, view, "participant-b")
    assert balances(hub) == before
    for again in REGIONS:
        second = settle(hub, again, _return(transfer), "participant-b")
        assert (second["status"], second["reason"]["code"]) == ("RJCT", "AM05")
    late = settle(hub, region, _cancellation(transfer))
    assert late["reason"]["code"] == "ARDT"
    assert balances(hub) == before
    assert violations(books_of(hub)) == ()


def test_a_cancelled_payment_cannot_come_again_nor_be_returned_nor_cancelled_twice(
    hub: Hub, region: str, payment: Payment
) -> None:
    before, transfer = balances(hub), payment()
    with stopped(hub, region, "releasing"):
        transaction_id = _held(hub, region, transfer)
        sent(hub, region, _cancellation(transfer))
        assert ended(hub.client(region), transaction_id)["status"] == "CANC"
    outcomes = [settle(hub, region, body) for body in (transfer, _return(transfer), _cancellation(transfer))]
    assert [each["reason"]["code"] for each in outcomes] == ["AM05", "FF12", "NARR"]
    assert balances(hub) == before
