"""I5 by the checker's own reading: what it says of chains that the hub's own rules made, and that were then edited."""

from __future__ import annotations

import pytest

from lambdas.core.audit.head import AuditHead, SignedHead
from simulations.checkers.chains import NOT_AS_SIGNED, NOT_LINKED, NOT_SIGNED, judge_chain
from simulations.operations.audit_key import AuditKey
from tests.unit.audit.chains import CHAIN, OTHER_CHAIN, START, chain_of, changed, rewritten, spelled_otherwise, texts
from tests.unit.audit.fakes import FakeKey

KEY = FakeKey()
DER = AuditKey(KEY.private.public_key()).der()
RECORDS = list(chain_of(5))


def head(number: int, chain: str = CHAIN, key: FakeKey = KEY) -> bytes:
    place = chain_of(5, chain)[number - 1].place
    return key.sign(AuditHead(chain, place, START)).to_json().encode()


def rules(records: list[str], heads: list[bytes]) -> set[str]:
    return {each.rule for each in judge_chain(CHAIN, records, heads, DER)}


def test_nothing_is_said_when_a_chain_holds() -> None:
    assert rules(texts(RECORDS), [head(2), head(5)]) == set()
    assert rules([], []) == set()


@pytest.mark.parametrize(
    "kept",
    [
        texts([*RECORDS[:2], changed(RECORDS[2]), *RECORDS[3:]]),
        texts([*RECORDS[:2], *RECORDS[3:]]),
        texts([RECORDS[0], RECORDS[2], RECORDS[1], *RECORDS[3:]]),
        texts([*RECORDS[:2], RECORDS[1], *RECORDS[2:]]),
        [*texts(RECORDS[:2]), spelled_otherwise(RECORDS[2]), *texts(RECORDS[3:])],
        [*texts(RECORDS[:2]), "no record", *texts(RECORDS[3:])],
    ],
    ids=["changed", "removed", "reordered", "inserted", "spelled otherwise", "no record"],
)
def test_it_is_not_linked_when_a_record_is_edited(kept: list[str]) -> None:
    assert rules(kept, []) == {NOT_LINKED}


def test_it_is_not_as_signed_when_it_is_cut_off_or_written_anew() -> None:
    assert rules(texts(RECORDS[:4]), [head(2), head(5)]) == {NOT_AS_SIGNED}
    assert rules(texts(rewritten(RECORDS, 2)), [head(5)]) == {NOT_AS_SIGNED}


@pytest.mark.parametrize(
    "planted",
    [
        head(3, OTHER_CHAIN),
        head(3, key=FakeKey()),
        head(3).replace(b'"sequence":3', b'"sequence":4'),
        SignedHead(AuditHead(CHAIN, RECORDS[2].place, START), b"").to_json().encode(),
        b"no head",
    ],
    ids=["other chain", "other key", "edited", "no signature", "no head"],
)
def test_it_is_not_signed_when_a_head_is_not_the_keys_for_this_chain(planted: bytes) -> None:
    assert rules(texts(RECORDS), [planted]) == {NOT_SIGNED}
