"""What is kept elsewhere: the ledger's rows, the event streams' records, the files that a deployment leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from psycopg import sql

from simulations.checkers.sources import SourceUnreadable
from simulations.scan.search import Stored

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import psycopg

ANSWER_MS = 5_000
POLL_MS = 500
_OWN_TABLES = """
select table_schema, table_name from information_schema.tables
where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'
order by table_schema, table_name
"""


def rows(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[Stored]:
    """Every row of every table of the ledger's database, as JSON."""
    for schema, table in connection.execute(_OWN_TABLES).fetchall():
        whole = sql.SQL("select to_jsonb(kept)::text from {} as kept").format(sql.Identifier(str(schema), str(table)))
        for number, (row,) in enumerate(connection.execute(whole)):
            yield Stored(f"ledger {schema}.{table}", f"row {number}", "", str(row))


def stream_records(region: str, servers: str) -> Iterator[Stored]:
    """Every record of every topic of a Region's event stream, its key and headers too.

    Raises SourceUnreadable.
    """
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=servers.split(","),
            enable_auto_commit=False,
            request_timeout_ms=ANSWER_MS,
            bootstrap_timeout_ms=ANSWER_MS,
        )
        try:
            for topic in sorted(consumer.topics()):
                yield from _records(f"stream {region} {topic}", consumer, topic)
        finally:
            consumer.close(autocommit=False)
    except KafkaError as error:
        raise SourceUnreadable(f"the event stream of {region} cannot be read: {type(error).__name__}") from error


def _records(store: str, consumer: KafkaConsumer, topic: str) -> Iterator[Stored]:
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    if not partitions:
        return
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    while any(consumer.position(each) < ends[each] for each in partitions):
        for records in consumer.poll(POLL_MS).values():
            for record in records:
                key = f"partition {record.partition} offset {record.offset}"
                yield Stored(store, key, "key", record.key or b"")
                yield Stored(store, key, "value", record.value or b"")
                for name, value in record.headers:
                    yield Stored(store, key, f"header {name}", value)


def queued(peeked: Mapping[str, Mapping[str, Iterable[Mapping[str, object]]]]) -> Iterator[Stored]:
    """What lies in queues, in flight or not: by Region and queue, messages with their fields.

    SQS itself has no way to look without receiving, and receiving counts.
    """
    for region, queues in peeked.items():
        for url, messages in queues.items():
            for message in messages:
                store, key = f"sqs {region} {url.rpartition('/')[2]}", str(message.get("MessageId"))
                for field, value in message.items():
                    yield Stored(store, key, field, str(value))


def files(home: Path, patterns: Iterable[str]) -> Iterator[Stored]:
    """The files of a folder that match, by their path in it."""
    for pattern in patterns:
        for path in sorted(home.glob(pattern)):
            if path.is_file():
                yield Stored(f"file {pattern}", str(path.relative_to(home)), "", path.read_bytes())
