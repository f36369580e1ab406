"""Publishing to a Kafka topic. Only the publishing function may import this: it costs a cold start 80 ms of CPU."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from kafka import KafkaProducer
from kafka.errors import KafkaError

from lambdas.service.ports import StreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.adapters.environment import StreamSettings
    from lambdas.core.events import PaymentEvent

ANSWER_MS = 3_000
"""For one event from the sending to the brokers' acknowledgement. A batch of ten ends in the function's time."""
SECURITY: dict[str, dict[str, str]] = {
    "plaintext": {"security_protocol": "PLAINTEXT"},
    # MSK's own mechanism: signed with the credentials of the function's role (Amazon MSK Developer Guide, "IAM access
    # control").
    "iam": {"security_protocol": "SASL_SSL", "sasl_mechanism": "AWS_MSK_IAM"},
}


class KafkaEventStream:
    """EventStream over one topic. Not for several threads.

    The key is the transaction, so that all that is ever told of one is in one partition, in order. A producer is kept
    between invocations and replaced when it failed: what it could not deliver must not come after all, later, beside
    the redelivery.
    """

    def __init__(self, topic: str, connect: Callable[[], KafkaProducer]) -> None:
        self._topic = topic
        self._connect = connect
        self._producer: KafkaProducer | None = None

    def publish(self, event: PaymentEvent) -> None:
        """One record, acknowledged by as many replicas as the topic asks for."""
        try:
            if self._producer is None:
                self._producer = self._connect()
            sent = self._producer.send(
                self._topic,
                key=event.transaction_id.encode(),
                value=event.to_json().encode(),
                headers=[("event_id", event.event_id.encode()), ("origin", event.origin.encode())],
            )
            # Longer than the producer itself tries: when it says that it failed, nothing of the event is left in it.
            sent.get(timeout=2 * ANSWER_MS / 1000)
        except KafkaError as error:
            self.close()
            raise StreamUnavailable(f"the event stream took no event: {type(error).__name__}") from error

    def close(self) -> None:
        """Forget the producer, with whatever it still holds; the next event makes another."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError):
                producer.close(timeout=0)


def function_stream(settings: StreamSettings) -> KafkaEventStream:
    """The stream as a function uses it."""
    # What the library says of connections names hosts and is said again at each try; what matters is raised.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)

    def connect() -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=settings.bootstrap_servers.split(","),
            client_id=f"twinrail/{settings.function}",
            acks="all",
            # A try of the library's own that is repeated is stored once.
            enable_idempotence=True,
            linger_ms=0,
            max_block_ms=ANSWER_MS,
            request_timeout_ms=ANSWER_MS,
            delivery_timeout_ms=ANSWER_MS,
            bootstrap_timeout_ms=ANSWER_MS,
            **SECURITY[settings.security],
        )

    return KafkaEventStream(settings.topic, connect)
