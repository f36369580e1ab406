"""However many append to a chain at a time: one chain, no gap, no fork, and each event in it once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lambdas.adapters.audit_chain import PLACES, DynamoDBAuditChain
from lambdas.core.audit.record import AuditRecord, Place
from lambdas.core.audit.verify import verify
from lambdas.service.ports import AuditUnavailable
from tests.unit.audit.chains import CHAIN, OTHER_CHAIN, event
from tests.unit.audit.fakes import FakeTable


def chain(table: FakeTable, name: str = CHAIN) -> DynamoDBAuditChain:
    return DynamoDBAuditChain(table.client(), "audit", name)


def purposes(table: FakeTable, name: str = CHAIN) -> list[str]:
    return [AuditRecord.parse(text).event.details["purpose"] for text in table.records(name)]


def test_events_follow_each_other_when_one_writer_appends() -> None:
    table = FakeTable()
    for number in range(5):
        chain(table).append(event(number))
    assert purposes(table) == [f"case {number}" for number in range(5)]
    assert verify(CHAIN, table.records(CHAIN), ()).holds
    assert chain(table).last().sequence == 5


def test_both_are_on_the_chain_when_another_writer_is_faster() -> None:
    table = FakeTable()
    chain(table).append(event(0))
    table.before_put = [lambda: chain(table).append(event(1))]
    chain(table).append(event(2))
    assert purposes(table) == ["case 0", "case 1", "case 2"]
    assert verify(CHAIN, table.records(CHAIN), ()).holds


@pytest.mark.parametrize("writers", [2, 24])
def test_a_chain_never_forks_when_many_append_at_once(writers: int) -> None:
    table, each = FakeTable(), 8
    with ThreadPoolExecutor(writers) as threads:
        done = [threads.submit(chain(table).append, event(number)) for number in range(writers * each)]
    assert [task.exception() for task in done] == [None] * len(done)
    verdict = verify(CHAIN, table.records(CHAIN), ())
    assert verdict.holds
    assert verdict.place.sequence == writers * each
    assert sorted(purposes(table)) == sorted(f"case {number}" for number in range(writers * each))


def test_chains_do_not_touch_when_they_are_in_one_table() -> None:
    table = FakeTable()
    chain(table).append(event(1))
    chain(table, OTHER_CHAIN).append(event(2))
    assert (purposes(table), purposes(table, OTHER_CHAIN)) == (["case 1"], ["case 2"])
    assert verify(OTHER_CHAIN, table.records(OTHER_CHAIN), ()).holds


def test_an_event_is_there_once_when_the_acknowledgement_is_lost() -> None:
    table = FakeTable(lost=1)
    chain(table).append(event(1))
    assert purposes(table) == ["case 1"]


def test_events_that_are_alike_are_both_there_when_two_write_them_at_once() -> None:
    table = FakeTable()
    table.before_put = [lambda: chain(table).append(event(1))]
    chain(table).append(event(1))
    assert purposes(table) == ["case 1", "case 1"]


def test_it_says_so_when_the_table_takes_nothing() -> None:
    table = FakeTable(broken=True)
    with pytest.raises(AuditUnavailable, match="took no record"):
        chain(table).append(event(1))
    assert table.items == {}


def test_it_says_so_when_the_last_record_is_none() -> None:
    table = FakeTable(items={(CHAIN, 1): {"record": {"S": "{}"}}})
    with pytest.raises(AuditUnavailable, match="last record"):
        chain(table).append(event(1))


def test_it_gives_up_when_every_place_is_taken() -> None:
    class Outrun(FakeTable):
        def put_item(self, **asked: object) -> dict[str, object]:
            record = AuditRecord.after(chain(self).last(), CHAIN, "f" * 32, event(0))
            self.items[(CHAIN, record.sequence)] = {"record": {"S": record.text()}}
            return super().put_item(**asked)

    outran = Outrun()
    with pytest.raises(AuditUnavailable, match=f"{PLACES} places"):
        chain(outran).append(event(1))
    assert len(outran.items) == PLACES


def test_records_are_read_from_a_place_on_when_they_are_many() -> None:
    table = FakeTable()
    for number in range(8):
        chain(table).append(event(number))
    pages = list(chain(table).from_sequence(3))
    assert [text for page in pages for text in page] == table.records(CHAIN)[2:]
    assert chain(table, OTHER_CHAIN).last() == Place()
