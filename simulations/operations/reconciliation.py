"""Transactions, ledger, answers and archive held against each other, while the hub runs.

The stores are read one after the other, and the hub goes on meanwhile: what a first look finds is looked at again, just
those transactions, and counts only if the same rule still does not hold.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from simulations.checkers.evidence import gather
from simulations.checkers.hub import check_hub

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from simulations.checkers.evidence import Evidence, Orphans
    from simulations.checkers.hub import Mismatch
    from simulations.checkers.sources import HubSources

PER = 10_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was held against each other: payloads and answers are objects that records name."""

    transactions: int
    payments: int
    ledger_transactions: int
    answers: int
    payloads: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was compared, what did not fit, and the objects that no transaction names (none of which is wrong)."""

    counts: Counts
    mismatches: tuple[Mismatch, ...]
    orphans: Orphans

    @property
    def per_ten_thousand(self) -> float:
        """Mismatches for every 10,000 transactions."""
        return round(len(self.mismatches) * PER / max(self.counts.transactions, 1), 2)

    @property
    def by_rule(self) -> Mapping[tuple[str, str], list[Mismatch]]:
        """The mismatches of each invariant's rule."""
        grouped: dict[tuple[str, str], list[Mismatch]] = defaultdict(list)
        for mismatch in self.mismatches:
            grouped[(mismatch.invariant, mismatch.rule)].append(mismatch)
        return grouped

    def document(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "counts": asdict(self.counts),
            "orphans": asdict(self.orphans),
            "mismatches": [each.document() for each in self.mismatches],
            "mismatches_per_10000_transactions": self.per_ten_thousand,
        }


def reconcile(
    sources: HubSources,
    *,
    pause: Callable[[], None],
    only: Collection[str] | None = None,
    progress: Callable[[str], None] = lambda _line: None,
) -> Reconciliation:
    """Hold everything against everything, or `only` these transactions; then neither books nor chains as a whole.

    `pause` lets pass what is under way between the two looks.

    Raises SourceUnreadable.
    """
    progress("reading the transactions, the ledger, the answers and the payloads")
    evidence = gather(sources, only=only)
    found = check_hub(evidence, all_ended=False)
    again = sorted({each.transaction_id for each in found if each.transaction_id is not None})
    if again:
        progress(f"looking again at {len(again)} transactions")
        pause()
        found = confirmed(found, check_hub(gather(sources, only=again), all_ended=False))
    return Reconciliation(_counts(evidence), found, evidence.orphans)


def confirmed(first: tuple[Mismatch, ...], second: tuple[Mismatch, ...]) -> tuple[Mismatch, ...]:
    """Those that both looks found, as the second saw them. What is of the whole ledger was seen as of one moment."""
    seen = {_identity(each) for each in first}
    whole = tuple(each for each in first if each.transaction_id is None)
    return (*whole, *(each for each in second if _identity(each) in seen))


def _identity(mismatch: Mismatch) -> tuple[str, str, str | None]:
    return mismatch.invariant, mismatch.rule, mismatch.transaction_id


def _counts(evidence: Evidence) -> Counts:
    cases = evidence.cases
    return Counts(
        transactions=sum(each.record is not None or each.malformed is not None for each in cases),
        payments=sum(len(each.record.payments) for each in cases if each.record is not None),
        ledger_transactions=sum(each.ledger is not None for each in cases),
        answers=sum(each.answer is not None for each in cases),
        payloads=sum(each.message is not None for each in cases),
    )
