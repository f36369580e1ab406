"""What the Regions' event streams hold: read from outside, held against each other and against what should be there."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from simulations.operations.errors import StreamUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ANSWER_MS = 5_000
POLL_MS = 500


@dataclass(frozen=True, slots=True)
class StreamedEvent:
    """One record of a Region's stream. lag_ms: from the transaction's end to the record's own time."""

    stream: str
    event_id: str
    transaction_id: str
    origin: str
    status: str
    lag_ms: float


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What was found. missing, duplicated: event ids by stream; lags_ms: by (stream, origin), of first records."""

    counts: Mapping[str, int]
    missing: Mapping[str, tuple[str, ...]]
    duplicated: Mapping[str, tuple[str, ...]]
    lags_ms: Mapping[tuple[str, str], tuple[float, ...]]

    @property
    def complete(self) -> bool:
        """Whether each stream holds everything once."""
        return not any((*self.missing.values(), *self.duplicated.values()))


def read_streams(exports: Mapping[str, Mapping[str, object]]) -> dict[str, tuple[StreamedEvent, ...]]:
    """Every event of every Region's stream, by Region; `exports` are what the Regions' stacks export.

    Raises StreamUnreachable.
    """
    return {region: _read(region, _place(region, exported)) for region, exported in exports.items()}


def compare(streams: Mapping[str, Sequence[StreamedEvent]], expected: Iterable[str] | None = None) -> StreamReport:
    """Hold the streams against each other, or against the event ids that are to be in each of them.

    An event id is `<transaction id>:<status>`.
    """
    wanted = {event.event_id for events in streams.values() for event in events} if expected is None else set(expected)
    lags: dict[tuple[str, str], list[float]] = {}
    missing: dict[str, tuple[str, ...]] = {}
    duplicated: dict[str, tuple[str, ...]] = {}
    for stream, events in streams.items():
        times = Counter(event.event_id for event in events)
        missing[stream] = tuple(sorted(wanted - times.keys()))
        duplicated[stream] = tuple(sorted(each for each, count in times.items() if count > 1))
        first = {event.event_id: event for event in reversed(events)}
        for event in first.values():
            lags.setdefault((stream, event.origin), []).append(event.lag_ms)
    counts = {stream: len(events) for stream, events in streams.items()}
    return StreamReport(counts, missing, duplicated, {key: tuple(values) for key, values in lags.items()})


def _place(region: str, exported: Mapping[str, object]) -> tuple[str, str]:
    told = exported.get("event_stream")
    if not isinstance(told, dict):
        raise StreamUnreachable(f"{region}: the deployment tells of no event stream; deploy it again: twinrail up")
    return str(told["bootstrap_servers"]), str(told["topic"])


def _read(region: str, place: tuple[str, str]) -> tuple[StreamedEvent, ...]:
    servers, topic = place
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=servers.split(","),
            enable_auto_commit=False,
            request_timeout_ms=ANSWER_MS,
            bootstrap_timeout_ms=ANSWER_MS,
        )
        try:
            return tuple(_records(region, consumer, topic))
        finally:
            consumer.close(autocommit=False)
    except KafkaError as error:
        raise StreamUnreachable(f"{region}: the event stream cannot be read: {type(error).__name__}") from error


def _records(region: str, consumer: KafkaConsumer, topic: str) -> Iterable[StreamedEvent]:
    """From the beginning to what was its end when the reading began, in each partition's order."""
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    if not partitions:
        return
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    while any(consumer.position(each) < ends[each] for each in partitions):
        for records in consumer.poll(POLL_MS).values():
            for record in records:
                yield _event(region, record.value, record.timestamp)


def _event(region: str, value: bytes, timestamp_ms: int) -> StreamedEvent:
    told = json.loads(value)
    ended_ms = datetime.fromisoformat(told["at"]).timestamp() * 1000
    return StreamedEvent(
        stream=region,
        event_id=str(told["event_id"]),
        transaction_id=str(told["transaction_id"]),
        origin=str(told["origin"]),
        status=str(told["status"]),
        lag_ms=timestamp_ms - ended_ms,
    )
