"""Events on a real broker: stored as they are, refused in time when it is away, and stored once when it is back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.consumer.fetcher import ConsumerRecord

from lambdas.adapters.environment import StreamSettings
from lambdas.adapters.kafka import KafkaEventStream, function_stream
from lambdas.core.events import PaymentEvent
from lambdas.service.ports import StreamUnavailable
from simulations.cloud.streams import EventStreams
from tests.unit.service.event_fakes import notification
from tests.unit.service.fakes import REGION, TRANSACTION_ID

TOPIC = "payment-events"
PARTITIONS = 3


class Streams:
    """Event streams on a loop of their own, as in the server."""

    def __init__(self, directory: Path) -> None:
        self.streams = EventStreams(directory)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        opened = asyncio.run_coroutine_threadsafe(self.streams.open(REGION), self.loop).result(30)
        self.servers = str(opened["bootstrap_servers"])

    def switch(self, *, reachable: bool) -> None:
        async def switched() -> None:
            self.streams.switch(REGION, reachable=reachable)

        asyncio.run_coroutine_threadsafe(switched(), self.loop).result(5)

    def stop(self) -> None:
        async def stopped() -> None:
            self.streams.close_all()
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(stopped(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


@pytest.fixture
def streams(tmp_path: Path) -> Iterator[Streams]:
    running = Streams(tmp_path)
    admin = KafkaAdminClient(bootstrap_servers=running.servers)
    admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])
    admin.close()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def stream(streams: Streams) -> Iterator[KafkaEventStream]:
    made = function_stream(StreamSettings(REGION, "publishing", streams.servers, TOPIC, "plaintext"))
    yield made
    made.close()


def _stored(servers: str) -> list[tuple[str, str, dict[str, str]]]:
    consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    partitions = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    left = sum(consumer.end_offsets(partitions).values())
    found: list[ConsumerRecord] = []
    while len(found) < left:
        found += [record for records in consumer.poll(500).values() for record in records]
    consumer.close()
    return [
        (each.key.decode(), each.value.decode(), {name: value.decode() for name, value in each.headers})
        for each in found
    ]


EVENT = PaymentEvent(REGION, notification())
RECORD = (TRANSACTION_ID, EVENT.to_json(), {"event_id": EVENT.event_id, "origin": REGION})


def test_event_is_stored_under_its_transaction_with_id_and_origin_when_it_is_published(
    streams: Streams, stream: KafkaEventStream
) -> None:
    stream.publish(EVENT)
    assert _stored(streams.servers) == [RECORD]


def test_event_is_refused_in_time_and_stored_once_later_when_the_broker_is_away(
    streams: Streams, stream: KafkaEventStream
) -> None:
    stream.publish(EVENT)
    streams.switch(reachable=False)
    with pytest.raises(StreamUnavailable, match="took no event") as refused:
        stream.publish(PaymentEvent(REGION, notification("other")))
    assert "other" not in str(refused.value)
    streams.switch(reachable=True)
    stream.publish(PaymentEvent(REGION, notification("other")))
    assert sorted(key for key, _, _ in _stored(streams.servers)) == sorted([TRANSACTION_ID, "other"])
