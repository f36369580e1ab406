"""What a transaction has left in the hub's stores, to be held against what it has left there later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulations.checkers.ledger import read_entries
from simulations.checkers.table import items

if TYPE_CHECKING:
    from collections.abc import Collection

    from simulations.checkers.ledger import LedgerEntry
    from simulations.checkers.records import Item
    from simulations.checkers.sources import HubSources

THREADS = 16
LEDGER, ANSWERS = "ledger", "answers"


@dataclass(frozen=True, slots=True)
class Traces:
    """Of one transaction: its record, what the ledger has of it, and every version of every answer, by key and id.

    Versions of all buckets together: one that S3 replicates keeps its id, and is no other answer.
    """

    record: Item
    ledger: LedgerEntry | None
    answers: frozenset[tuple[str, str]]

    def differences(self, later: Traces) -> tuple[str, ...]:
        """What is not as it was: attributes of the record, the ledger, the answers."""
        named = sorted(self.record.keys() | later.record.keys())
        differing = [each for each in named if self.record.get(each) != later.record.get(each)]
        if self.ledger != later.ledger:
            differing.append(LEDGER)
        if self.answers != later.answers:
            differing.append(ANSWERS)
        return tuple(differing)


def traces_of(sources: HubSources, transaction_ids: Collection[str]) -> dict[str, Traces]:
    """The traces of those of the transactions that the table has."""
    records = items(sources, transaction_ids)
    entries = read_entries(sources.connection, only=list(records))
    with ThreadPoolExecutor(THREADS) as threads:
        answers = threads.map(lambda each: _answers(sources, each), records)
        found = zip(records.items(), answers, strict=True)
        return {each: Traces(record, entries.get(each), of_it) for (each, record), of_it in found}


def _answers(sources: HubSources, transaction_id: str) -> frozenset[tuple[str, str]]:
    versions: set[tuple[str, str]] = set()
    for client, bucket in sources.buckets.values():
        pages = client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=bucket, Prefix=f"outgoing/{transaction_id}/"):
            versions.update((each["Key"], each["VersionId"]) for each in page.get("Versions", []))
    return frozenset(versions)
