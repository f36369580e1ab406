"""Attempts on the audit chain by whoever may write its table, its heads or an export of them: each is found and named.

The records are held against heads that were signed before, by a key that the attacker has not. Whoever has that is
beyond these tests: the key policy names who signs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lambdas.adapters.audit_chain import DynamoDBAuditChain
from lambdas.core.audit.event import AuditAction, AuditEvent
from lambdas.core.audit.head import AuditHead, SignedHead
from lambdas.core.audit.record import AuditRecord, Place
from lambdas.core.audit.verify import Edit
from lambdas.service.ports import AuditUnavailable
from simulations.operations.audit_chains import ChainCopy, ChainReport, judged, read_export
from simulations.operations.audit_key import AuditKey
from simulations.operations.errors import UnusableKey
from tests.unit.audit.chains import CHAIN, OTHER_CHAIN, START, chain_of, changed, rewritten
from tests.unit.audit.fakes import FakeKey, FakeTable

LENGTH = 9
KEY = FakeKey()
PUBLIC = AuditKey(KEY.private.public_key())


def sign(record: AuditRecord, key: FakeKey = KEY) -> SignedHead:
    return key.sign(AuditHead(record.chain, record.place, record.event.at))


def copy_of(records: Sequence[AuditRecord], heads: Sequence[SignedHead], chain: str = CHAIN) -> ChainCopy:
    return ChainCopy(chain, tuple(each.text() for each in records), tuple(each.to_json() for each in heads))


def report(records: Sequence[AuditRecord], heads: Sequence[SignedHead] | None = None) -> ChainReport:
    """On records, held against heads that were signed of the chain as it was: after the third, sixth and last."""
    known = chain_of(LENGTH)
    return judged(
        copy_of(records, [sign(known[2]), sign(known[5]), sign(known[8])] if heads is None else heads), PUBLIC
    )


def named(records: Sequence[AuditRecord]) -> tuple[Edit, int]:
    # Nobody touched the chain itself: what is found is the edit.
    assert report(chain_of(LENGTH)).holds
    found = report(records)
    assert not found.holds
    assert found.finding is not None
    return found.finding.edit, found.finding.sequence


@pytest.mark.attack("change a record of a detokenisation", refused="audit verify: record named as changed")
def test_a_changed_record_is_named() -> None:
    records = list(chain_of(LENGTH))
    assert report(records).holds
    records[4] = changed(records[4], purpose="nothing to see")
    assert named(records) == (Edit.CHANGED, 5)


@pytest.mark.attack("take a record out of the chain", refused="audit verify: record named as removed")
def test_a_removed_record_is_named() -> None:
    records = list(chain_of(LENGTH))
    del records[4]
    assert named(records) == (Edit.REMOVED, 5)


@pytest.mark.attack("take a record out and renumber those behind it", refused="audit verify: record named as removed")
def test_a_removed_record_is_named_behind_new_numbers() -> None:
    records = list(chain_of(LENGTH))
    kept = records[:4] + [replace(each, sequence=each.sequence - 1) for each in records[5:]]
    assert named(kept) == (Edit.REMOVED, 5)


@pytest.mark.attack("slip a record in between two", refused="audit verify: record named as inserted")
def test_an_inserted_record_is_named() -> None:
    records = list(chain_of(LENGTH))
    event = AuditEvent(AuditAction.DETOKENISE, START, "participant-b", {"purpose": "planted"})
    records.insert(4, AuditRecord.after(records[3].place, CHAIN, "f" * 32, event))
    assert named(records) == (Edit.INSERTED, 5)


@pytest.mark.attack("swap two records", refused="audit verify: the first of them named as reordered")
def test_reordered_records_are_named() -> None:
    records = list(chain_of(LENGTH))
    records[4], records[6] = records[6], records[4]
    assert named(records) == (Edit.REORDERED, 5)


@pytest.mark.attack(
    "cut the last records off", refused="audit verify: by the head in the other Region, cut off the end"
)
def test_a_chain_cut_off_is_named() -> None:
    assert named(chain_of(LENGTH)[:7]) == (Edit.CUT_OFF, 8)


@pytest.mark.attack("empty the chain", refused="audit verify: by the head in the other Region, cut off from record 1")
def test_an_emptied_chain_is_named() -> None:
    assert named(()) == (Edit.CUT_OFF, 1)


@pytest.mark.attack(
    "change a record and write the whole rest of the chain anew",
    refused="audit verify: by the next head; named is the stretch between two heads in which it begins",
)
def test_a_chain_written_anew_is_found_at_the_next_head() -> None:
    found = report(rewritten(chain_of(LENGTH), 4)).finding
    assert found is not None
    assert (found.edit, found.sequence, found.last) == (Edit.CHANGED, 4, 6)


@pytest.mark.attack("sign a head for a chain written anew with another key", refused="audit verify: head not signed")
def test_a_forged_head_counts_for_nothing() -> None:
    records = rewritten(chain_of(LENGTH), 4)
    found = report(records, [sign(records[8], FakeKey())])
    assert not found.holds
    assert found.refused == ("head 1: not signed by the audit key",)


@pytest.mark.attack("raise the number in a signed head", refused="audit verify: head not signed")
def test_a_signed_head_cannot_be_edited() -> None:
    records = chain_of(LENGTH)
    head = sign(records[5])
    found = report(records, [replace(head, head=replace(head.head, place=Place(9, records[8].hash)))])
    assert found.refused == ("head 1: not signed by the audit key",)


@pytest.mark.attack("pass off the other Region's head as this chain's", refused="audit verify: head of another chain")
def test_a_head_of_the_other_chain_counts_for_nothing() -> None:
    other = chain_of(LENGTH, OTHER_CHAIN)
    found = report(chain_of(LENGTH), [sign(other[8])])
    assert found.refused == ("head 1: of another chain",)


@pytest.mark.attack("pass off the other Region's records as this chain's", refused="audit verify: inserted at record 1")
def test_records_of_the_other_chain_are_named() -> None:
    assert named(chain_of(LENGTH, OTHER_CHAIN)) == (Edit.INSERTED, 1)


@pytest.mark.attack(
    "cut the chain off at an old head and hide all later ones",
    refused="audit verify --within: no head since; the object lock keeps the later ones, and every version is read",
)
def test_an_old_head_is_too_old_when_it_is_the_last() -> None:
    records = chain_of(LENGTH)
    copy = copy_of(records[:3], [sign(records[2])])
    now = START + timedelta(hours=3)
    assert judged(copy, PUBLIC).holds
    found = judged(copy, PUBLIC, as_of=now - timedelta(hours=2))
    assert not found.holds
    assert "no head since 2026-11-03T11:15:30.000Z" in found.refused[0]


@pytest.mark.attack(
    "hand over another public key with the records", refused="audit verify: the key that was kept counts"
)
def test_a_key_that_comes_with_the_records_is_not_taken(tmp_path: Path) -> None:
    theirs = FakeKey()
    records = rewritten(chain_of(LENGTH), 4)
    copy_of(records, [sign(records[8], theirs)]).write(tmp_path)
    (tmp_path / "public-key.pem").write_bytes(AuditKey(theirs.private.public_key()).pem())
    [copy] = read_export(tmp_path)
    assert not judged(copy, PUBLIC).holds


@pytest.mark.attack("give a weaker kind of key for the audit key", refused="audit verify: another kind of key, exit 2")
def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    weak = ec.generate_private_key(ec.SECP192R1()).public_key()
    path = tmp_path / "key.pem"
    path.write_bytes(AuditKey(weak).pem())
    with pytest.raises(UnusableKey, match="another kind of key"):
        AuditKey.read(path)


@pytest.mark.attack(
    "put a line break and a record of one's own into a purpose (log injection)",
    refused="written as an escape: one record is one line, in the chain and in its export",
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\u2028", "\x85", "\x0b", "\x00"])
def test_details_cannot_add_a_record(tmp_path: Path, ending: str) -> None:
    table = FakeTable()
    trail = DynamoDBAuditChain(table.client(), "audit", CHAIN)
    planted = chain_of(2)[1].text()
    trail.append(AuditEvent(AuditAction.DETOKENISE, START, "participant-a", {"purpose": f"x{ending}{planted}"}))
    trail.append(AuditEvent(AuditAction.REDRIVE, START, "operator", {"queues": "incoming"}))
    ChainCopy(CHAIN, tuple(table.records(CHAIN)), ()).write(tmp_path)
    [copy] = read_export(tmp_path)
    assert len(copy.records) == 2
    assert judged(copy, PUBLIC).holds
    assert json.loads(copy.records[0])["details"] == {"purpose": f"x{ending}{planted}"}


@pytest.mark.attack("add a field to a record, or spell it otherwise", refused="audit verify: record named as changed")
@pytest.mark.parametrize("edit", [("{", '{"also":1,'), (":", ": "), ("eu-west-1", "eu\\u002dwest-1")])
def test_a_record_has_one_spelling(edit: tuple[str, str]) -> None:
    records = chain_of(LENGTH)
    copy = copy_of(records, [sign(records[8])])
    texts = list(copy.records)
    texts[4] = texts[4].replace(*edit, 1)
    found = judged(replace(copy, records=tuple(texts)), PUBLIC).finding
    assert found is not None
    assert (found.edit, found.sequence) == (Edit.CHANGED, 5)


@pytest.mark.attack(
    "write the next place of a chain first, to put one's own record in another's stead",
    refused="the put's condition: the other's record takes the place behind it; both are on the chain",
)
def test_a_place_is_taken_once() -> None:
    table = FakeTable()
    trail = DynamoDBAuditChain(table.client(), "audit", CHAIN)
    mine = AuditEvent(AuditAction.DETOKENISE, START, "participant-a", {"purpose": "mine"})
    table.before_put = [lambda: trail.append(replace(mine, details={"purpose": "theirs"}))]
    trail.append(mine)
    kept = [AuditRecord.parse(text).event.details["purpose"] for text in table.records(CHAIN)]
    assert kept == ["theirs", "mine"]


@pytest.mark.attack(
    "keep the chain from taking records, to act unrecorded", refused="AuditUnavailable: no act without one"
)
def test_nothing_passes_for_recorded_when_the_chain_takes_nothing() -> None:
    with pytest.raises(AuditUnavailable):
        DynamoDBAuditChain(FakeTable(broken=True).client(), "audit", CHAIN).append(
            AuditEvent(AuditAction.DETOKENISE, START, "participant-a", {})
        )
