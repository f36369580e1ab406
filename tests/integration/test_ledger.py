"""Money in the deployed hub: over HTTP in both Regions, and then in the books."""

from __future__ import annotations

from collections.abc import Callable

from lambdas.core.ledger.audit import violations
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import balances, books_of, settle

FIRST, SECOND = REGIONS


def _amount_minor(body: bytes) -> int:
    return int(body.partition(b'Ccy="EUR">')[2].partition(b"<")[0].replace(b".", b""))


def test_the_money_is_in_the_books_when_a_payment_settled(hub: Hub, region: str, payment: Callable[[], bytes]) -> None:
    body = payment()
    before = balances(hub)
    assert settle(hub, region, body)["status"] == "ACSC"
    after, amount_minor = balances(hub), _amount_minor(body)
    assert after["TWRLGB2L"] == before["TWRLGB2L"] - amount_minor
    assert after["TWRLDEFF"] == before["TWRLDEFF"] + amount_minor
    assert violations(books_of(hub)) == ()


def test_the_second_is_refused_and_the_first_untouched_when_both_regions_get_one_uetr(
    hub: Hub, payment: Callable[[], bytes]
) -> None:
    body, other = payment(), payment()
    uetr, others = (each.partition(b"<UETR>")[2].partition(b"<")[0] for each in (body, other))
    first = settle(hub, FIRST, body)
    before = balances(hub)
    second = settle(hub, SECOND, other.replace(others, uetr))
    assert (first["status"], second["status"], second["reason"]["code"]) == ("ACSC", "RJCT", "AM05")
    assert hub.client(FIRST).transaction(first["transaction_id"]) == first
    assert balances(hub) == before


def test_the_second_is_refused_when_both_regions_get_one_message_under_two_transactions(
    hub: Hub, payment: Callable[[], bytes]
) -> None:
    body = payment()
    uetr = body.partition(b"<UETR>")[2].partition(b"<")[0]
    other = payment().partition(b"<UETR>")[2].partition(b"<")[0]
    assert settle(hub, FIRST, body)["status"] == "ACSC"
    assert settle(hub, SECOND, body.replace(uetr, other))["reason"]["code"] == "AM05"


def test_a_payment_is_refused_when_funds_are_lacking(hub: Hub, region: str, payment: Callable[[], bytes]) -> None:
    before = balances(hub)
    view = settle(hub, region, payment().replace(b"TWRLGB2LXXX", b"POORLULLXXX"))
    assert (view["status"], view["reason"]["code"]) == ("RJCT", "AM04")
    assert balances(hub) == before


def test_a_payment_is_refused_when_an_agent_is_no_participant(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    assert settle(hub, region, payment().replace(b"TWRLGB2LXXX", b"NOBOGB2LXXX"))["reason"]["code"] == "RC03"
    assert settle(hub, region, payment().replace(b"TWRLDEFFXXX", b"NOBODEFFXXX"))["reason"]["code"] == "RC04"
