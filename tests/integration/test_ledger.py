"""Money in the deployed hub: over HTTP in both Regions, and then in the books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambdas.adapters.ledger import SqlLedger
from lambdas.adapters.ledger_connection import LedgerDatabase, open_connection
from lambdas.core.ledger.audit import LedgerBooks, violations
from simulations.cloud.postgres import ledger_parameters
from tests.integration.conftest import REGIONS, Hub

PATIENCE_SECONDS = 30
FIRST, SECOND = REGIONS


def _books(hub: Hub) -> LedgerBooks:
    database = LedgerDatabase(lambda: open_connection(**ledger_parameters(hub.ledger_port, "twinrail_ledger")))
    try:
        return SqlLedger(database).books()
    finally:
        database.close()


def _balances(hub: Hub) -> dict[str, int]:
    return {each.participant: each.balance_minor for each in _books(hub).accounts if each.currency == "EUR"}


def _settle(hub: Hub, region: str, body: bytes) -> dict[str, Any]:
    client = hub.client(region)
    transaction_id = client.open_transaction().transaction_id
    client.submit(transaction_id, body, content_type="application/xml")
    return client.await_end(transaction_id, patience_seconds=PATIENCE_SECONDS)


def _amount_minor(body: bytes) -> int:
    return int(body.partition(b'Ccy="EUR">')[2].partition(b"<")[0].replace(b".", b""))


def test_the_money_is_in_the_books_when_a_payment_settled(hub: Hub, region: str, payment: Callable[[], bytes]) -> None:
    body = payment()
    before = _balances(hub)
    assert _settle(hub, region, body)["status"] == "ACSC"
    after, amount_minor = _balances(hub), _amount_minor(body)
    assert after["TWRLGB2L"] == before["TWRLGB2L"] - amount_minor
    assert after["TWRLDEFF"] == before["TWRLDEFF"] + amount_minor
    assert violations(_books(hub)) == ()


def test_the_second_is_refused_and_the_first_untouched_when_both_regions_get_one_uetr(
    hub: Hub, payment: Callable[[], bytes]
) -> None:
    body, other = payment(), payment()
    uetr, others = (each.partition(b"<UETR>")[2].partition(b"<")[0] for each in (body, other))
    first = _settle(hub, FIRST, body)
    before = _balances(hub)
    second = _settle(hub, SECOND, other.replace(others, uetr))
    assert (first["status"], second["status"], second["reason"]["code"]) == ("ACSC", "RJCT", "AM05")
    assert hub.client(FIRST).transaction(first["transaction_id"]) == first
    assert _balances(hub) == before


def test_the_second_is_refused_when_both_regions_get_one_message_under_two_transactions(
    hub: Hub, payment: Callable[[], bytes]
) -> None:
    body = payment()
    uetr = body.partition(b"<UETR>")[2].partition(b"<")[0]
    other = payment().partition(b"<UETR>")[2].partition(b"<")[0]
    assert _settle(hub, FIRST, body)["status"] == "ACSC"
    assert _settle(hub, SECOND, body.replace(uetr, other))["reason"]["code"] == "AM05"


def test_a_payment_is_refused_when_funds_are_lacking(hub: Hub, region: str, payment: Callable[[], bytes]) -> None:
    before = _balances(hub)
    view = _settle(hub, region, payment().replace(b"TWRLGB2LXXX", b"POORLULLXXX"))
    assert (view["status"], view["reason"]["code"]) == ("RJCT", "AM04")
    assert _balances(hub) == before


def test_a_payment_is_refused_when_an_agent_is_no_participant(
    hub: Hub, region: str, payment: Callable[[], bytes]
) -> None:
    assert _settle(hub, region, payment().replace(b"TWRLGB2LXXX", b"NOBOGB2LXXX"))["reason"]["code"] == "RC03"
    assert _settle(hub, region, payment().replace(b"TWRLDEFFXXX", b"NOBODEFFXXX"))["reason"]["code"] == "RC04"
