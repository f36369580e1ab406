"""The hub's queues, worked off as event source mappings would, but when the campaign wants it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HOLD_SECONDS = 600
BATCH = 10
GARBAGE = "no message of the hub's"


@dataclass(frozen=True, slots=True, order=True)
class Queue:
    """One of a Region's queues, by the function that it feeds."""

    region: str
    function: str


class Queues:
    """All of them. exported: what a Region's stack exports. client: of SQS in a Region; no fault befalls it."""

    def __init__(
        self, regions: Sequence[str], exported: Callable[[str], Mapping[str, Any]], client: Callable[[str], Any]
    ) -> None:
        self._regions = regions
        self._exported = exported
        self._client = client

    def named(self, name: str, region: str) -> Queue | None:
        """The queue of that name; None for one of ticks or of dead letters."""
        for function, url in self._exported(region)["queue_urls"].items():
            if url.endswith(f"/{name}"):
                return Queue(region, function)
        return None

    def grave_named(self, name: str, region: str) -> Queue | None:
        """The queue whose dead letters the queue of that name holds; None for any other."""
        for function, url in self._exported(region)["dead_letter_queue_urls"].items():
            if url.endswith(f"/{name}"):
                return Queue(region, function)
        return None

    def receive(self, queue: Queue) -> list[dict[str, Any]]:
        """A batch, as an event source mapping hands it to its function; the messages are in flight from then on."""
        received = self._sqs(queue).receive_message(
            QueueUrl=self._url(queue),
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HOLD_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return [_record(message) for message in received.get("Messages", [])]

    def settle(self, queue: Queue, records: Sequence[Mapping[str, Any]], returned: frozenset[str]) -> None:
        """What a mapping does after its function: delete what is done; what was returned is visible at once again.

        At once, because the campaign does not wait: the wait that the function asked for is over.
        """
        self.show(queue, [record for record in records if record["messageId"] in returned])
        done = [record for record in records if record["messageId"] not in returned]
        if done:
            # What cannot be deleted has come again meanwhile; its later delivery will delete it.
            self._sqs(queue).delete_message_batch(QueueUrl=self._url(queue), Entries=_entries(done))

    def show(self, queue: Queue, records: Sequence[Mapping[str, Any]]) -> None:
        """Make messages visible at once, those that are still there."""
        if records:
            self._sqs(queue).change_message_visibility_batch(
                QueueUrl=self._url(queue), Entries=[{**each, "VisibilityTimeout": 0} for each in _entries(records)]
            )

    def put(self, queue: Queue, body: str, group_id: str) -> None:
        """Put a message on a queue from outside."""
        self._sqs(queue).send_message(
            QueueUrl=self._url(queue),
            MessageBody=body,
            MessageGroupId=group_id,
            MessageDeduplicationId=uuid.uuid4().hex,
        )

    def unbury(self, queue: Queue) -> int:
        """Put a queue's dead letters back where they came from; how many. What no function can read is thrown away."""
        client, url = self._sqs(queue), self._exported(queue.region)["dead_letter_queue_urls"][queue.function]
        taken = 0
        while messages := client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=BATCH, VisibilityTimeout=HOLD_SECONDS, MessageSystemAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                if message["Body"] != GARBAGE:
                    self.put(queue, message["Body"], message["Attributes"]["MessageGroupId"])
                    taken += 1
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def waiting(self) -> dict[str, int]:
        """How many messages each queue holds, in flight or not; queues that hold none are left out."""
        found = {}
        for region in self._regions:
            for url in self._urls(region):
                said = self._client(region).get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
                number = int(said["ApproximateNumberOfMessages"]) + int(said["ApproximateNumberOfMessagesNotVisible"])
                if number:
                    found[f"{region} {url.rpartition('/')[2]}"] = number
        return found

    def purge(self) -> None:
        """Empty every queue."""
        for region in self._regions:
            for url in self._urls(region):
                self._client(region).purge_queue(QueueUrl=url)

    def _urls(self, region: str) -> tuple[str, ...]:
        exported = self._exported(region)
        return (*exported["queue_urls"].values(), *exported["dead_letter_queue_urls"].values())

    def _sqs(self, queue: Queue) -> Any:
        return self._client(queue.region)

    def _url(self, queue: Queue) -> str:
        return str(self._exported(queue.region)["queue_urls"][queue.function])


def _entries(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"Id": str(number), "ReceiptHandle": record["receiptHandle"]} for number, record in enumerate(records)]


def _record(message: Mapping[str, Any]) -> dict[str, Any]:
    """An SQS message in the form of Lambda's event (docs.aws.amazon.com/lambda/latest/dg/with-sqs.html)."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": {},
        "eventSource": "aws:sqs",
    }
