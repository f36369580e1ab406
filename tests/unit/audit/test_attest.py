"""A chain is signed where it holds, and nothing is signed where it does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from lambdas.core.audit.head import AuditHead, SignedHead
from lambdas.core.audit.record import Place
from lambdas.core.audit.verify import Edit, Finding
from lambdas.core.deadlines import Tick
from lambdas.core.documents import MalformedDocument
from lambdas.service.attest_chain import IDLE, AttestChain
from tests.unit.audit.chains import CHAIN, OTHER_CHAIN, START, chain_of, changed, rewritten
from tests.unit.audit.fakes import FakeHeads, FakeKey, FakeRecords

TICK = Tick(())


@dataclass
class Clock:
    moment: datetime = START

    def now(self) -> datetime:
        return self.moment


@dataclass
class World:
    records: FakeRecords = field(default_factory=FakeRecords)
    heads: FakeHeads = field(default_factory=FakeHeads)
    key: FakeKey = field(default_factory=FakeKey)
    clock: Clock = field(default_factory=Clock)
    alarms: list[Finding] = field(default_factory=list)

    def attest(self, *, pages: int = 100) -> int:
        left = iter([True] * (pages - 1))
        attest = AttestChain(self.records, self.heads, self.key, self.clock, self.alarms.append, CHAIN)
        return attest(TICK, lambda: next(left, False)).transactions

    @property
    def signed(self) -> list[int]:
        return [each.head.place.sequence for each in self.heads.kept]


def attested(count: int) -> World:
    """A world whose chain is signed up to its last record."""
    world = World(FakeRecords(list(chain_of(count))))
    world.attest()
    assert world.signed == [count]
    return world


def test_the_place_is_signed_when_records_are_new() -> None:
    world = attested(5)
    head = world.heads.kept[0]
    assert head.head == AuditHead(CHAIN, world.records.kept[-1].place, START)
    assert world.key.verifies(head)
    world.records.kept = list(chain_of(8))
    assert world.attest() == 3
    assert world.signed == [5, 8]
    assert world.alarms == []


def test_nothing_is_signed_again_when_nothing_is_new() -> None:
    world = attested(3)
    assert world.attest() == 0
    assert world.signed == [3]


@pytest.mark.parametrize("count", [0, 3])
def test_a_head_says_that_nothing_was_added_when_a_chain_is_idle_for_long(count: int) -> None:
    world = attested(count)
    world.clock.moment += IDLE
    world.attest()
    assert world.signed == [count, count]
    assert world.heads.kept[-1].head.at == START + IDLE


def test_a_long_chain_is_signed_part_by_part_when_time_is_short() -> None:
    world = World(FakeRecords(list(chain_of(7))))
    world.attest(pages=1)
    assert world.signed == [2]
    for _ in range(9):
        world.attest(pages=1)
    assert world.signed[-1] == 7
    assert world.alarms == []


def test_nothing_is_signed_when_what_is_new_does_not_hold() -> None:
    world = attested(2)
    records = list(chain_of(6))
    records[3] = changed(records[3])
    world.records.kept = records
    assert world.attest() == 0
    assert [each.sequence for each in world.alarms] in ([4], [5])
    assert world.signed == [2]


def test_nothing_is_signed_when_the_signed_record_is_another() -> None:
    world = attested(4)
    world.records.kept = rewritten(chain_of(6), 1)
    world.attest()
    assert [each.edit for each in world.alarms] == [Edit.CHANGED]
    assert world.signed == [4]


@pytest.mark.parametrize("kept", [0, 3])
def test_nothing_is_signed_when_the_chain_ends_before_its_last_head(kept: int) -> None:
    world = attested(4)
    world.records.kept = world.records.kept[:kept]
    world.attest()
    assert [(each.edit, each.sequence) for each in world.alarms] == [(Edit.CUT_OFF, 4)]
    assert world.signed == [4]


@pytest.mark.parametrize("chain", [CHAIN, OTHER_CHAIN])
def test_nothing_is_signed_when_the_last_head_is_not_the_keys_or_not_this_chains(chain: str) -> None:
    world = attested(4)
    forged = AuditHead(chain, replace(world.records.kept[-1].place, sequence=9), START)
    signed = world.key.sign(forged) if chain != CHAIN else SignedHead(forged, b"signature")
    world.heads.kept.append(signed)
    world.attest()
    assert [each.sequence for each in world.alarms] == [9]
    assert world.signed == [4, 9]


def test_nothing_is_signed_when_a_head_was_forged_for_a_chain_written_anew() -> None:
    world = attested(4)
    anew = rewritten(chain_of(7), 1)
    world.heads.kept.append(SignedHead(AuditHead(CHAIN, anew[5].place, START), b"signature"))
    world.records.kept = anew
    world.attest()
    assert [each.because for each in world.alarms] == ["the last head was not signed for this chain"]
    assert world.signed == [4, 6]


def test_it_is_told_when_the_last_head_cannot_be_read() -> None:
    class Planted(FakeHeads):
        def latest(self) -> SignedHead | None:
            raise MalformedDocument("head: not JSON")

    world = World(FakeRecords(list(chain_of(2))), Planted())
    world.attest()
    assert "not JSON" in world.alarms[0].because
    assert world.signed == []


def test_a_head_is_read_as_it_was_written_when_it_is_kept() -> None:
    signed = FakeKey().sign(AuditHead(CHAIN, Place(7, "a" * 64), START + timedelta(milliseconds=5)))
    assert SignedHead.parse(signed.to_json()) == signed
    with pytest.raises(MalformedDocument, match=r"head\.signature"):
        SignedHead.parse(signed.to_json().replace('"signature":"', '"signature":"!'))
