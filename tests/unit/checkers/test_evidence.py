"""All stores read and put together; looked at twice where a first look finds something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from simulations.checkers.evidence import Orphans, gather
from simulations.checkers.sources import SourceUnreadable
from simulations.checkers.statuses import Reserved
from simulations.operations.reconciliation import Reconciliation, reconcile
from tests.unit.checkers.stores import FakeBucket, FakeHub, FakeTable, Pages
from tests.unit.ledger.conftest import CREDITOR, DEBTOR, Books, order

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
UETR = "00000000-0000-4000-8000-000000000000"
SECRET = "Erika Mustermann"
MESSAGE = (
    f'<Document xmlns="{NAMESPACE}pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr><MsgId>M1</MsgId></GrpHdr><CdtTrfTxInf>'
    f"<PmtId><EndToEndId>E1</EndToEndId><UETR>{UETR}</UETR></PmtId><IntrBkSttlmAmt Ccy='EUR'>1.00</IntrBkSttlmAmt>"
    f"<Dbtr><Nm>{SECRET}</Nm></Dbtr><DbtrAgt><FinInstnId><BICFI>{DEBTOR}</BICFI></FinInstnId></DbtrAgt>"
    f"<CdtrAgt><FinInstnId><BICFI>{CREDITOR}</BICFI></FinInstnId></CdtrAgt></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>"
).encode()
ANSWER = (
    f'<Document xmlns="{NAMESPACE}pacs.002.001.10"><FIToFIPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId>'
    "<GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts><TxInfAndSts><OrgnlEndToEndId>E1</OrgnlEndToEndId>"
    f"<OrgnlUETR>{UETR}</OrgnlUETR><TxSts>ACSC</TxSts></TxInfAndSts></FIToFIPmtStsRpt></Document>"
).encode()


@pytest.fixture
def hub(books: Books) -> Iterator[FakeHub]:
    """Two settled transactions."""
    with psycopg.connect(make_conninfo("", **books.parameters), autocommit=True) as connection:
        made = FakeHub(connection)
        for transaction_id in ("T1", "T2"):
            books.ledger().reserve(transaction_id, [order(100, identities=(transaction_id,))])
            books.ledger().post(transaction_id)
            made.table.items[transaction_id] = _item(made, transaction_id)
        yield made


def _item(hub: FakeHub, transaction_id: str) -> dict[str, Any]:
    steps = [
        {"M": {"status": {"S": each}, "at": {"S": "2026-11-03T10:15:30Z"}}} for each in ["ACCP", "ACTC", "ACSP", "ACSC"]
    ]
    payment = {"end_to_end_id": {"S": "E1"}, "uetr": {"S": UETR}, "status": {"S": "ACSC"}}
    return {
        "transaction_id": {"S": transaction_id},
        "status": {"S": "ACSC"},
        "history": {"L": steps},
        "payments": {"L": [{"M": payment}]},
        "message": {"M": hub.store("incoming", transaction_id, MESSAGE) | {"definition": {"S": "pacs.008.001.08"}}},
        "answer": {"M": hub.store("outgoing", transaction_id, ANSWER) | {"definition": {"S": "pacs.002.001.10"}}},
    }


def found(hub: FakeHub, meanwhile: Callable[[], None] = lambda: None) -> Reconciliation:
    return reconcile(hub.sources(), pause=meanwhile)


def rules(reconciliation: Reconciliation) -> set[str]:
    return {each.rule for each in reconciliation.mismatches}


def test_a_case_has_what_every_store_says_when_all_are_read(hub: FakeHub) -> None:
    one, other = gather(hub.sources()).cases
    assert (one.transaction_id, other.transaction_id) == ("T1", "T2")
    assert one.ledger is not None
    assert one.ledger.state is Reserved.POSTED
    assert one.asked is not None
    assert one.asked.payments[0].amount == Decimal("1.00")
    assert one.told is not None
    assert one.told.whole.status == "ACSC"


def test_only_these_are_read_when_some_are_asked_for(hub: FakeHub) -> None:
    hub.buckets["eu-west-1"].objects["incoming/T1/other"] = b""
    evidence = gather(hub.sources(), only=["T2", "unknown"])
    assert [each.transaction_id for each in evidence.cases] == ["T2"]
    assert hub.table.asked_for == ["T2", "unknown"]
    assert evidence.orphans == Orphans()


def test_everything_is_counted_and_nothing_found_when_the_hub_is_right(hub: FakeHub) -> None:
    reconciliation = found(hub)
    assert reconciliation.document() == {
        "counts": {"transactions": 2, "payments": 2, "ledger_transactions": 2, "answers": 2, "payloads": 2},
        "orphans": {"incoming": 0, "outgoing": 0, "refused": 0},
        "mismatches": [],
        "mismatches_per_10000_transactions": 0.0,
    }


def test_an_object_is_an_orphan_and_no_mismatch_when_no_transaction_names_it(hub: FakeHub) -> None:
    for key in ("incoming/T1/other", "outgoing/T3/other", "refused/T1/other", "refused/T9/other"):
        hub.buckets["eu-west-2"].objects[key] = b""
    reconciliation = found(hub)
    assert (reconciliation.orphans, reconciliation.mismatches) == (Orphans(1, 1, 2), ())


def test_an_object_is_no_orphan_when_it_comes_while_the_stores_are_read(hub: FakeHub) -> None:
    @dataclass
    class Busy(FakeTable):
        def get_paginator(self, operation: str) -> Pages:
            hub.store("incoming", "T3", MESSAGE)
            return super().get_paginator(operation)

    hub.table = Busy(hub.table.items)
    assert found(hub).orphans == Orphans()
    assert found(hub).orphans == Orphans(incoming=1)


def test_it_is_found_when_one_region_has_lost_a_message(hub: FakeHub) -> None:
    key = hub.table.items["T1"]["message"]["M"]["key"]["S"]
    del hub.buckets["eu-west-2"].objects[key]
    [mismatch] = found(hub).mismatches
    assert (mismatch.invariant, mismatch.transaction_id) == ("I1", "T1")
    assert mismatch.detail == "eu-west-2 has no message under its key"
    assert found(hub).per_ten_thousand == 5_000


def test_it_is_found_when_an_answer_is_another_one_in_one_region(hub: FakeHub) -> None:
    key = hub.table.items["T2"]["answer"]["M"]["key"]["S"]
    hub.buckets["eu-west-2"].objects[key] = ANSWER.replace(b"ACSC", b"RJCT")
    assert rules(found(hub)) == {"an answer is stored as it is on record"}


def test_no_content_is_told_when_everything_is_wrong(hub: FakeHub) -> None:
    for bucket in hub.buckets.values():
        bucket.objects = dict.fromkeys(bucket.objects, SECRET.encode())
    hub.table.items["T1"]["status"]["S"] = SECRET
    hub.table.items["T2"]["payments"] = {"L": []}
    text = str(found(hub).document())
    assert "T1" in text
    assert not any(secret in text for secret in (SECRET, "E1", UETR, "M1"))


def test_the_whole_ledger_is_named_when_its_books_are_wrong(hub: FakeHub) -> None:
    hub.connection.execute(
        "UPDATE ledger.accounts SET balance_minor = balance_minor + 1 WHERE participant = 'RAILFRPP'"
    )
    [mismatch] = found(hub).mismatches
    assert (mismatch.invariant, mismatch.transaction_id) == ("I2", None)


def test_nothing_is_found_when_what_a_first_look_found_is_right_at_the_second(hub: FakeHub) -> None:
    late = hub.table.items.pop("T2")
    reconciliation = found(hub, lambda: hub.table.items.update(T2=late))
    assert reconciliation.mismatches == ()
    assert hub.table.asked_for == ["T2"]


def test_only_what_both_looks_find_counts_when_they_find_different_things(hub: FakeHub) -> None:
    late = hub.table.items.pop("T2")

    def arrive_wrong() -> None:
        hub.table.items["T2"] = late | {"reason": {"M": {}}}

    assert rules(found(hub, arrive_wrong)) == set()
    assert rules(found(hub)) == {"what is rejected has a reason, and what settled has none"}


def test_nobody_waits_when_a_first_look_finds_nothing(hub: FakeHub) -> None:
    found(hub, lambda: pytest.fail("it waited"))


@pytest.mark.parametrize("broken", [FakeBucket(error="AccessDenied"), FakeBucket(down=True)])
def test_it_is_an_error_and_no_mismatch_when_a_bucket_does_not_answer(hub: FakeHub, broken: FakeBucket) -> None:
    hub.buckets["eu-west-1"] = broken
    with pytest.raises(SourceUnreadable, match="bucket-eu-west-1"):
        found(hub)


def test_it_is_an_error_and_no_mismatch_when_the_ledger_does_not_answer(hub: FakeHub) -> None:
    hub.connection.close()
    with pytest.raises(SourceUnreadable):
        found(hub)
