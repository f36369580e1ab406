"""Every kind of edit, anywhere in any chain, is found and named; so is what only a head can show."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.audit.head import AuditHead
from lambdas.core.audit.record import AuditRecord, Place
from lambdas.core.audit.verify import Edit, Verdict, verify
from lambdas.core.documents import MalformedDocument
from tests.unit.audit.chains import (
    CHAIN,
    OTHER_CHAIN,
    START,
    chain_of,
    changed,
    event,
    head_at,
    rewritten,
    spelled_otherwise,
    texts,
)

LONGEST = 14
lengths = st.integers(2, LONGEST)


def found(records: list[AuditRecord] | list[str], heads: list[AuditHead] | None = None) -> tuple[Edit, int]:
    """The edit and the number of its first record."""
    kept = [each if isinstance(each, str) else each.text() for each in records]
    finding = verify(CHAIN, kept, heads or []).finding
    assert finding is not None
    return finding.edit, finding.sequence


@given(length=st.integers(0, LONGEST), data=st.data())
def test_a_chain_holds_when_nobody_touched_it(length: int, data: st.DataObject) -> None:
    records = chain_of(length)
    signed = data.draw(st.sets(st.integers(1, length))) if length else set()
    verdict = verify(CHAIN, texts(records), [head_at(records, each) for each in signed])
    assert verdict == Verdict(records[-1].place if records else Place())


@given(length=lengths, data=st.data())
def test_it_holds_from_a_head_on_when_only_what_is_new_is_read(length: int, data: st.DataObject) -> None:
    records = chain_of(length)
    start = data.draw(st.integers(1, length))
    verdict = verify(CHAIN, texts(records[start:]), [], records[start - 1].place)
    assert verdict == Verdict(records[-1].place)


@given(length=lengths, data=st.data())
def test_a_changed_record_is_named_when_another_follows_it(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    index = data.draw(st.integers(0, length - 2))
    records[index] = changed(records[index])
    assert found(records) == (Edit.CHANGED, index + 1)


@given(length=lengths)
def test_a_changed_record_is_named_when_it_is_the_last_and_was_signed(length: int) -> None:
    records = list(chain_of(length))
    heads = [head_at(records, length)]
    records[-1] = changed(records[-1])
    assert verify(CHAIN, texts(records), heads).finding is not None
    assert found(records, [*heads, head_at(records, length - 1)]) == (Edit.CHANGED, length)


@given(length=lengths, data=st.data())
def test_a_record_in_another_spelling_is_changed_when_its_fields_are_the_same(length: int, data: st.DataObject) -> None:
    records = chain_of(length)
    kept = texts(records)
    index = data.draw(st.integers(0, length - 1))
    kept[index] = spelled_otherwise(records[index])
    assert found(kept) == (Edit.CHANGED, index + 1)


@given(length=lengths, data=st.data())
def test_a_record_is_changed_when_its_number_is(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    index = data.draw(st.integers(0, length - 1))
    records[index] = replace(records[index], sequence=data.draw(st.integers(length + 1, 99)))
    assert found(records) == (Edit.CHANGED, index + 1)


@given(length=lengths, data=st.data())
def test_a_record_is_changed_when_what_it_names_before_it_is(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length + 1))
    index = data.draw(st.integers(0, length - 1))
    records[index] = replace(records[index], previous="f" * 64)
    assert found(records) == (Edit.CHANGED, index + 1)


@given(length=lengths, data=st.data())
def test_a_removed_record_is_named_when_another_follows_it(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    index = data.draw(st.integers(0, length - 2))
    del records[index]
    assert found(records) == (Edit.REMOVED, index + 1)


@given(length=st.integers(3, LONGEST), data=st.data())
def test_a_removed_record_is_named_when_those_behind_it_are_renumbered(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    index = data.draw(st.integers(0, length - 3))
    kept = records[:index] + [replace(each, sequence=each.sequence - 1) for each in records[index + 1 :]]
    assert found(kept) == (Edit.REMOVED, index + 1)


@given(length=lengths, data=st.data())
def test_an_inserted_record_is_named_when_those_behind_it_are_as_they_were(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    index = data.draw(st.integers(0, length - 1))
    place = records[index - 1].place if index else Place()
    records.insert(index, AuditRecord.after(place, CHAIN, "f" * 32, event(99)))
    assert found(records) == (Edit.INSERTED, index + 1)


@given(length=lengths, data=st.data())
def test_an_inserted_record_is_named_when_those_behind_it_are_renumbered(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    index = data.draw(st.integers(0, length - 2))
    place = records[index - 1].place if index else Place()
    planted = AuditRecord.after(place, CHAIN, "f" * 32, event(99))
    moved = [replace(each, sequence=each.sequence + 1) for each in records[index:]]
    assert found([*records[:index], planted, *moved]) == (Edit.INSERTED, index + 1)


@given(length=lengths, data=st.data())
def test_a_copied_record_is_inserted_when_it_stands_a_second_time(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    index = data.draw(st.integers(0, length - 1))
    records.insert(data.draw(st.integers(index + 1, length)), records[index])
    assert found(records) == (Edit.INSERTED, index + 1)


def test_a_record_of_the_other_chain_is_inserted_when_it_stands_in_this_one() -> None:
    records = list(chain_of(4))
    records[2] = replace(records[2], chain=OTHER_CHAIN)
    assert found(records) == (Edit.INSERTED, 3)


@given(length=lengths, data=st.data())
def test_reordered_records_are_named_when_two_have_changed_places(length: int, data: st.DataObject) -> None:
    records = list(chain_of(length))
    first, second = sorted(data.draw(st.sets(st.integers(0, length - 1), min_size=2, max_size=2)))
    records[first], records[second] = records[second], records[first]
    assert found(records) == (Edit.REORDERED, first + 1)


@given(length=st.integers(1, LONGEST), data=st.data())
def test_a_chain_is_cut_off_when_a_head_was_signed_for_a_later_record(length: int, data: st.DataObject) -> None:
    records = chain_of(length)
    kept = data.draw(st.integers(0, length - 1))
    signed = data.draw(st.integers(kept + 1, length))
    assert found(list(records[:kept]), [head_at(records, signed)]) == (Edit.CUT_OFF, kept + 1)


@given(length=lengths, data=st.data())
def test_a_chain_written_anew_is_found_between_two_heads_when_all_its_records_fit(
    length: int, data: st.DataObject
) -> None:
    records = chain_of(length)
    index = data.draw(st.integers(0, length - 1))
    signed = data.draw(st.sets(st.integers(1, length)))
    heads = [head_at(records, each) for each in {*signed, length}]
    before = max((each for each in signed if each <= index), default=0)
    after = min(each for each in {*signed, length} if each > index)
    finding = verify(CHAIN, texts(rewritten(records, index)), heads).finding
    assert finding is not None
    assert (finding.edit, finding.sequence, finding.last) == (Edit.CHANGED, before + 1, after)
    assert finding.sequence <= index + 1 <= finding.last


def test_two_heads_contradict_each_other_when_they_name_different_records_in_one_place() -> None:
    records = chain_of(3)
    other = AuditHead(CHAIN, Place(2, "f" * 64), START)
    assert found(list(records), [head_at(records, 2), other]) == (Edit.CHANGED, 2)


def test_a_head_of_the_other_chain_says_nothing_when_it_is_among_this_ones() -> None:
    records = chain_of(3)
    assert verify(CHAIN, texts(records), [head_at(chain_of(9, OTHER_CHAIN), 9)]).holds


@pytest.mark.parametrize(
    ("field", "value"),
    [("sequence", "1"), ("sequence", None), ("action", "nothing"), ("details", {"a": 1}), ("at", "yesterday")],
)
def test_a_record_is_refused_by_its_fields_name_when_a_field_is_not_of_its_form(field: str, value: object) -> None:
    document = json.loads(chain_of(1)[0].text())
    with pytest.raises(MalformedDocument, match=f"record.*{field}"):
        AuditRecord.parse(json.dumps({**document, field: value}, sort_keys=True, separators=(",", ":")))


def test_a_record_is_one_line_when_its_details_hold_line_breaks() -> None:
    record = changed(chain_of(1)[0], purpose='x\n{"sequence":2}\r\u2028\x1b[2K')
    assert record.text().isprintable()
    assert record.text().isascii()
    assert AuditRecord.parse(record.text()) == record
