"""What the event streams tell: that a transaction ended, once in each Region's stream."""

import json
from dataclasses import dataclass

from lambdas.core.documents import Fields
from lambdas.core.messages import Notification


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A notification, and the Region whose subscribers it was told first: the only one that republishes it."""

    origin: str
    notification: Notification

    @property
    def transaction_id(self) -> str:
        """The transaction that ended."""
        return self.notification.transaction_id

    @property
    def event_id(self) -> str:
        """The same at every repetition, in both Regions: a transaction ends once, and is told of by its owner alone."""
        return f"{self.transaction_id}:{self.notification.status}"

    def to_json(self) -> str:
        """One JSON object: the notification's fields, its id and its origin. Never a payload."""
        document = {"event_id": self.event_id, "origin": self.origin, **self.notification.document()}
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, home: str) -> "PaymentEvent":
        """An event as it comes to the Region `home`: one that names no origin was told by that Region itself.

        Raises MalformedDocument.
        """
        fields = Fields.parse(text, "payment event")
        return cls(fields.text_or_none("origin") or home, Notification.read(fields))
