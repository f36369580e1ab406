"""Which archived messages are replayed: those that are their transaction's on record, in a Region that is replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.adapters.dynamodb import read_item
from lambdas.core.documents import MalformedDocument
from simulations.operations.replay_report import LeftAlone, NotReplayed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lambdas.core.transaction import Transaction
    from simulations.operations.archive import Archived
    from simulations.operations.replay_report import ReplayReport
    from simulations.operations.traces import Traces


def selected(
    portion: Sequence[Archived], traces: Mapping[str, Traces], regions: Collection[str], report: ReplayReport
) -> list[Transaction]:
    """The transactions whose message is among the archived ones; the report gets every other message, and why."""
    chosen: list[Transaction] = []
    for each in portion:
        try:
            found = traces.get(each.transaction_id)
            transaction = None if found is None else read_item(found.record)
        except MalformedDocument as error:
            report.refused.append(NotReplayed(each.transaction_id, f"its record cannot be read: {error}"))
            continue
        for sha256 in each.messages:
            why = _left_alone(sha256, transaction, regions)
            if why is not None:
                report.left_alone.append(NotReplayed(each.transaction_id, why))
            elif transaction is not None:
                chosen.append(transaction)
    return chosen


def _left_alone(sha256: str, transaction: Transaction | None, regions: Collection[str]) -> LeftAlone | None:
    if transaction is None:
        return LeftAlone.UNKNOWN
    if transaction.message is None:
        # Whoever knows an id can have a message stored under it: incoming asks whose it is with the step to ACTC.
        return LeftAlone.NEVER_TAKEN_ON
    if transaction.message.sha256 != sha256:
        return LeftAlone.NOT_ITS_MESSAGE
    return None if transaction.owner_region in regions else LeftAlone.ELSEWHERE
