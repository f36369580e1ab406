"""Which DynamoDB calls need a quorum of Regions, and of which tables.

A table with multi-Region strong consistency takes a write, and a strongly consistent read, only where the Region can
reach another one of the table's three; an eventually consistent read is the Region's own
(docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html). PartiQL is not read: nothing
here speaks it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from simulations.cloud.graph import StackGraph

Document: TypeAlias = Mapping[str, object]

TABLE = "aws:dynamodb/table:Table"
STRONG = "STRONG"
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
READS = frozenset({"GetItem", "Query", "Scan"})


def strong_tables(graphs: Iterable[StackGraph]) -> frozenset[str]:
    """The tables that a program makes with multi-Region strong consistency."""
    tables = [node for graph in graphs for node in graph.resources if node.type == TABLE]
    return frozenset(str(table.outputs["name"]) for table in tables if _is_strong(table.inputs.get("replicas")))


def _is_strong(replicas: object) -> bool:
    there = replicas if isinstance(replicas, list) else []
    return any(_mapping(replica).get("consistencyMode") == STRONG for replica in there)


def tables_in_quorum(operation: str, body: bytes) -> frozenset[str]:
    """The tables that a call writes to, or reads with strong consistency. A body that is no JSON object has none."""
    try:
        document = json.loads(body)
    except ValueError:
        return frozenset()
    if not isinstance(document, dict):
        return frozenset()
    return frozenset(_name(table) for table in _tables(operation, document))


def _tables(operation: str, document: Document) -> Iterator[object]:
    if operation in WRITES or (operation in READS and document.get("ConsistentRead") is True):
        yield document.get("TableName")
    elif operation == "BatchWriteItem":
        yield from _mapping(document.get("RequestItems"))
    elif operation == "BatchGetItem":
        for table, request in _mapping(document.get("RequestItems")).items():
            if _mapping(request).get("ConsistentRead") is True:
                yield table


def _mapping(value: object) -> Document:
    return value if isinstance(value, Mapping) else {}


def _name(table: object) -> str:
    """A table may be named by its ARN."""
    return str(table).rpartition("/")[2]
