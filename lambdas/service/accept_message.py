"""POST /messages: put a message on the incoming queue.

Reads and writes no store, so that it works while everything behind the queue does not.
"""

from dataclasses import dataclass

from lambdas.core.messages import IncomingMessage
from lambdas.core.payload import content_sha256, deduplication_id
from lambdas.service.ports import Envelopes, MessageQueue


@dataclass(frozen=True, slots=True)
class Accepted:
    """On the queue. sha256: lower-case hex over the message's bytes."""

    transaction_id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AcceptMessage:
    """The use case."""

    incoming: MessageQueue
    envelopes: Envelopes

    def __call__(self, message: IncomingMessage) -> Accepted:
        """Queue the message. Whether its transaction exists, and is the participant's, is decided behind the queue."""
        self.incoming.send(
            message.to_json(self.envelopes.seal),
            group_id=message.group_id,
            deduplication_id=deduplication_id(
                message.participant, message.transaction_id, message.body, message.consistency
            ),
        )
        return Accepted(message.transaction_id, content_sha256(message.body))
