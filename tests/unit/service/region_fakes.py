"""The leadership table and what takes over, in memory, keeping the promises of their ports."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lambdas.core.deadlines import shard_of, taken_shard_of
from lambdas.core.health import CheckName, CheckResult, CheckState, RegionHealth
from lambdas.service.ports import Advanced, OverduePage, Refused
from tests.unit.service.fakes import FakeOverdue, Power

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lambdas.core.deadlines import Position
    from lambdas.core.recovery import Beat, RegionRecord, Watch
    from lambdas.core.transaction import Takeover, Transaction
    from tests.unit.service.fakes import FakeTransactions


@dataclass
class FakeRegions:
    """The leadership table. before_beat: what others do between a tick's look and its beat, once."""

    power: Power = field(default_factory=Power)
    records: dict[str, RegionRecord] = field(default_factory=dict)
    before_beat: list[Callable[[], object]] = field(default_factory=list)
    before_lead: list[Callable[[], object]] = field(default_factory=list)

    def find(self, region: str) -> RegionRecord | None:
        return self.records.get(region)

    def open(self, record: RegionRecord) -> None:
        self.records.setdefault(record.region, record)

    def beat(self, loaded: RegionRecord, beat: Beat, watch: Watch) -> RegionRecord | None:
        if self.before_beat:
            self.before_beat.pop()()
        self.power.before()
        current = self.records[loaded.region]
        if current.beat.at != loaded.beat.at:
            return None
        self.records[loaded.region] = replace(current, beat=beat, watch=watch)
        self.power.after()
        return self.records[loaded.region]

    def take_lead(self, loaded: RegionRecord, taken: RegionRecord) -> bool:
        if self.before_lead:
            self.before_lead.pop()()
        self.power.before()
        current = self.records[loaded.region]
        if (current.generation, current.beat.at) != (loaded.generation, loaded.beat.at):
            return False
        self.records[loaded.region] = replace(
            current, state=taken.state, leader=taken.leader, generation=taken.generation, since=taken.since
        )
        self.power.after()
        return True


@dataclass
class FakeTakeovers:
    """Takeovers over the fake table; `taken` are those on a list of what is taken over."""

    power: Power
    transactions: FakeTransactions
    taken: set[str] = field(default_factory=set)

    def take(self, loaded: Transaction, takeover: Takeover, deadline: datetime) -> Advanced | Refused:
        self.power.before()
        identity = loaded.transaction_id
        current = self.transactions.items[identity]
        if current.ended or (current.owner_region, current.epoch) != (takeover.from_region, loaded.epoch):
            return Refused(current)
        self.transactions.items[identity] = replace(
            current,
            owner_region=takeover.to_region,
            epoch=takeover.epoch,
            deadline=deadline,
            updated_at=takeover.at,
            takeovers=(*current.takeovers, takeover),
        )
        self.taken.add(identity)
        self.power.after()
        return Advanced(replace(self.transactions.items[identity], listed=True))

    def list_as_open(self, transaction: Transaction) -> None:
        self.power.before()
        if not self.transactions.items[transaction.transaction_id].ended:
            self.taken.discard(transaction.transaction_id)
        self.power.after()


@dataclass
class FakeLists:
    """The index: what is taken over is on a list of its own."""

    overdue: FakeOverdue
    takeovers: FakeTakeovers

    def page(self, shard: str, *, before: datetime, after: Position | None) -> OverduePage:
        transactions = self.takeovers.transactions
        apart = FakeOverdue(transactions.__class__(items={}), self.overdue.page_items)
        for identity, each in transactions.items.items():
            there = identity in self.takeovers.taken and identity not in transactions.unlisted
            if shard == (taken_shard_of if there else _open_list(identity))(each.owner_region):
                apart.transactions.items[identity] = each
        apart.transactions.unlisted = transactions.unlisted
        pages = [
            apart.page(listed, before=before, after=after)
            for listed in sorted({shard_of(each.owner_region, key) for key, each in apart.transactions.items.items()})
        ]
        return OverduePage(tuple(position for page in pages for position in page.positions), None)


def _open_list(identity: str) -> Callable[[str], str]:
    return lambda region: shard_of(region, identity)


@dataclass
class FakeHealth:
    """A Region's health; `ill` are the checks that fail."""

    region: str
    ill: set[CheckName] = field(default_factory=set)

    def __call__(self) -> RegionHealth:
        states = {name: CheckState.FAILED if name in self.ill else CheckState.OK for name in CheckName}
        return RegionHealth(self.region, {name: CheckResult(state, 1) for name, state in states.items()})
