"""Archived messages re-driven: each that became a transaction's is put on its Region's processing queue once more.

In the form in which the hub itself sends it, and through the hub's own functions, whose every effect happens once. So
nothing changes where nothing is amiss; what got lost on the way is made up for. A portion at a time, the next only when
the queues have worked off the last: that is what bounds memory, and the load on a hub that is at work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import psycopg
from botocore.exceptions import BotoCoreError, ClientError
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from lambdas.adapters.dynamodb import read_item
from lambdas.core.messages import ProcessingMessage
from simulations.checkers.sources import SourceUnreadable
from simulations.checkers.table import items
from simulations.operations.archive import archived
from simulations.operations.replay_copies import completed
from simulations.operations.replay_report import Changed, NotReplayed, ReplayReport, Unfinished
from simulations.operations.replay_selection import selected
from simulations.operations.traces import traces_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from lambdas.core.transaction import Transaction
    from simulations.checkers.sources import HubSources
    from simulations.operations.archive import Archived
    from simulations.operations.replay_queues import RegionQueues
    from simulations.operations.traces import Traces

PORTION = 100
LOOK_SECONDS = 0.2


def _silent(_line: str) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay acts on: the stores and queues of every Region, or of the one that it is restricted to.

    by: the AWS identity of whoever replays. patience_seconds: how long a portion may take to be worked off.
    """

    sources: HubSources
    queues: Mapping[str, RegionQueues]
    by: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    patience_seconds: float
    progress: Callable[[str], None] = field(default=_silent)

    def __call__(self, since: datetime) -> ReplayReport:
        """Replay what was archived since then. Raises SourceUnreadable, QueueUnreachable."""
        now = self.now()
        report = ReplayReport(self.by, since, tuple(sorted(self.sources.buckets)), now, now)
        try:
            for portion in _portions(archived(self.sources.buckets, since)):
                self._replay(portion, report)
                self.progress(f"{report.archived} archived messages seen, {report.replayed.total()} replayed")
                if report.stopped:
                    break
        except (ClientError, BotoCoreError, psycopg.Error) as error:
            raise SourceUnreadable(
                f"a store of the hub does not answer or refuses: {type(error).__name__}; "
                "--region works with the stores of one Region alone"
            ) from error
        report.ended_at = self.now()
        return report

    def _replay(self, portion: Sequence[Archived], report: ReplayReport) -> None:
        report.archived += sum(len(each.messages) for each in portion)
        before = traces_of(self.sources, [each.transaction_id for each in portion])
        chosen = selected(portion, before, self.queues, report)
        began = self.now()
        sent = self._sent(completed(self.sources, chosen, report), report)
        watch = _Watch(self.sources, self.queues, sent)
        watch.wait(self.patience_seconds)
        report.stopped = watch.busy
        self._compare(sent, before, report)
        self._name_failed(sent, began, report)

    def _sent(self, transactions: Sequence[Transaction], report: ReplayReport) -> list[Transaction]:
        """Those whose message their Region's queue took."""
        onward = {each.transaction_id: ProcessingMessage.of(each) for each in transactions}
        refused: dict[str, str] = {}
        for region, queues in self.queues.items():
            owned = [onward[each.transaction_id] for each in transactions if each.owner_region == region]
            refused |= queues.send([each for each in owned if each is not None], self.new_id)
        refused |= {each: "its history has no ACTC" for each, message in onward.items() if message is None}
        report.refused += [NotReplayed(each, why) for each, why in refused.items()]
        sent = [each for each in transactions if each.transaction_id not in refused]
        report.replayed.update(each.owner_region for each in sent)
        return sent

    def _compare(self, sent: Sequence[Transaction], before: Mapping[str, Traces], report: ReplayReport) -> None:
        later = traces_of(self.sources, [each.transaction_id for each in sent])
        for each in sent:
            there = later[each.transaction_id]
            transaction = read_item(there.record)
            differing = before[each.transaction_id].differences(there)
            if differing:
                report.changed.append(
                    Changed(each.transaction_id, transaction.owner_region, each.status, transaction.status, differing)
                )
            else:
                report.unchanged += 1
            if not transaction.ended:
                report.unfinished.append(Unfinished(each.transaction_id, transaction.owner_region, transaction.status))

    def _name_failed(self, sent: Sequence[Transaction], since: datetime, report: ReplayReport) -> None:
        for region, queues in self.queues.items():
            owned = {each.transaction_id for each in sent if each.owner_region == region}
            failed = queues.failed(owned, since) if owned else {}
            report.refused += [NotReplayed(each, f"a dead letter; {why}") for each, why in sorted(failed.items())]


class _Watch:
    """Whether what was sent is worked off: nothing on the queues that it went to, and every transaction ended."""

    def __init__(self, sources: HubSources, queues: Mapping[str, RegionQueues], sent: Sequence[Transaction]) -> None:
        self.busy: tuple[str, ...] = ()
        self._sources = sources
        self._queues = [queues[each] for each in sorted({each.owner_region for each in sent})]
        self._open = {each.transaction_id for each in sent}

    def wait(self, seconds: float) -> None:
        """Until it is, or for so long; `busy` then names the Regions whose queues were not empty at the last look."""
        Retrying(
            retry=retry_if_not_result(bool),
            wait=wait_fixed(LOOK_SECONDS),
            stop=stop_after_delay(seconds),
            retry_error_callback=lambda _state: False,
        )(self._over)

    def _over(self) -> bool:
        self.busy = tuple(each.region for each in self._queues if not each.empty())
        if self.busy:
            return False
        self._open = {each for each, item in items(self._sources, self._open).items() if not read_item(item).ended}
        return not self._open


def _portions(found: Iterable[Archived]) -> Iterator[tuple[Archived, ...]]:
    rest = iter(found)
    while portion := tuple(islice(rest, PORTION)):
        yield portion
