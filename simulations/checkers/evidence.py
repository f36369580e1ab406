"""All stores of a hub read once, and put together by transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
from botocore.exceptions import BotoCoreError, ClientError

from simulations.checkers.answers import read_answer
from simulations.checkers.books import check_books
from simulations.checkers.case import Case
from simulations.checkers.chains import check_chains
from simulations.checkers.ledger import read_entries
from simulations.checkers.messages import read_message
from simulations.checkers.objects import keys, read_stored
from simulations.checkers.records import Malformed, read_record
from simulations.checkers.sources import SourceUnreadable
from simulations.checkers.table import all_items, items

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from simulations.checkers.books import Violation
    from simulations.checkers.chains import BrokenChain
    from simulations.checkers.ledger import LedgerEntry
    from simulations.checkers.records import Item, Record
    from simulations.checkers.sources import HubSources

XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Orphans:
    """Objects that no transaction names: a redelivery may leave some, and what is refused is kept. None is wrong."""

    incoming: int = 0
    outgoing: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the stores said. violations, orphans, broken_chains: of the whole hub; nothing where only some transactions
    were read."""

    cases: tuple[Case, ...]
    violations: tuple[Violation, ...] = ()
    orphans: Orphans = Orphans()
    broken_chains: tuple[BrokenChain, ...] = ()


def gather(sources: HubSources, *, only: Collection[str] | None = None) -> Evidence:
    """Read all transactions, or `only` these. Raises SourceUnreadable.

    The table before the other stores: the hub asks the ledger and stores the answer before it writes the terminal
    status, and so what a record says has happened is there when they are read. While the hub runs the reads are of
    different moments all the same; what is found is to be looked at again.
    """
    try:
        # Before the table: what is stored while it is read is not there yet, and so is taken for no orphan.
        there = keys(sources) if only is None else frozenset[str]()
        found = all_items(sources) if only is None else items(sources, only)
        records, malformed = _records(found)
        entries = read_entries(sources.connection, only=only)
        violations = check_books(sources.connection) if only is None else ()
        chains = check_chains(sources.audit) if only is None and sources.audit is not None else ()
        cases = _cases(sources, records, malformed, entries)
        orphans = _orphans(there, records)
    except (ClientError, BotoCoreError, psycopg.Error) as error:
        raise SourceUnreadable(f"a store of the hub cannot be read: {type(error).__name__}") from error
    return Evidence(cases, violations, orphans, chains)


def _records(found: Mapping[str, Item]) -> tuple[dict[str, Record], dict[str, str]]:
    records: dict[str, Record] = {}
    malformed: dict[str, str] = {}
    for transaction_id, item in found.items():
        try:
            records[transaction_id] = read_record(item)
        except Malformed as error:
            malformed[transaction_id] = str(error)
    return records, malformed


def _cases(
    sources: HubSources,
    records: Mapping[str, Record],
    malformed: Mapping[str, str],
    entries: Mapping[str, LedgerEntry],
) -> tuple[Case, ...]:
    messages = read_stored(
        sources,
        {each: record.message for each, record in records.items() if record.message is not None},
        lambda body, named: read_message(body, named.content_type or XML),
    )
    answers = read_stored(
        sources,
        {each: record.answer for each, record in records.items() if record.answer is not None},
        lambda body, _named: read_answer(body),
    )
    return tuple(
        Case(each, records.get(each), malformed.get(each), entries.get(each), messages.get(each), answers.get(each))
        for each in sorted(records.keys() | malformed.keys() | entries.keys())
    )


def _orphans(there: Collection[str], records: Mapping[str, Record]) -> Orphans:
    named = {each.key for record in records.values() for each in (record.message, record.answer) if each is not None}
    left = [key.partition("/")[0] for key in there if key not in named]
    return Orphans(left.count("incoming"), left.count("outgoing"), left.count("refused"))
