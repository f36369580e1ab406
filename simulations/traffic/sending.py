"""One message from a file to its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulations.traffic.client import NotEnded

if TYPE_CHECKING:
    from simulations.traffic.client import Consistency, HubClient
    from simulations.traffic.files import MessageFile


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message. `view` is GET /transactions/{id}; `answer` the answer message, None while open."""

    file: str
    region: str
    transaction_id: str
    view: dict[str, Any]
    answer: str | None

    @property
    def status(self) -> str:
        """The transaction's status, of the last look at it."""
        return str(self.view["status"])

    @property
    def ended(self) -> bool:
        """Whether an answer was there within the patience."""
        return self.answer is not None

    def as_json(self) -> dict[str, Any]:
        """The form of `twinrail send --json`."""
        view = self.view
        return {
            "file": self.file,
            "region": self.region,
            "transaction_id": self.transaction_id,
            "status": self.status,
            "reason": view.get("reason"),
            "payments": view.get("payments", []),
            "history": view.get("history", []),
            "answer": self.answer,
        }


def send_message(
    client: HubClient, message: MessageFile, *, patience_seconds: float, consistency: Consistency | None = None
) -> Sent:
    """Open a transaction, hand over the message, await its end, read its answer in the form it was sent in.

    Raises:
        ApiError: the hub refused a call.
        HubUnreachable: the Region gave no answer.

    """
    transaction_id = client.open_transaction().transaction_id
    client.submit(
        transaction_id,
        message.body,
        content_type=message.content_type,
        message_type=message.message_type,
        consistency=consistency,
    )
    answer: bytes | None = None
    try:
        view = client.await_end(transaction_id, patience_seconds=patience_seconds)
        answer = client.answer(transaction_id, accept=message.content_type)
    except NotEnded:
        view = client.transaction(transaction_id)
    text = None if answer is None else answer.decode()
    return Sent(str(message.path), client.endpoint.region, transaction_id, view, text)
