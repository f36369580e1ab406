"""Dead letters of a deployed hub: looked at, and put back where they came from. SQS calls only: any endpoint will do.

SQS has no way to look without receiving. A look receives every message, hides it while it reads on, and then makes it
visible again: nothing is lost, another's look at the same moment sees less. A dead-letter queue has no redrive of its
own, so being looked at wears nothing out. Of one message group SQS hands out ten at most until they are dealt with: a
transaction with more shows the rest the next time.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from simulations.operations.errors import QueueUnreachable, UnknownQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

HOLD_SECONDS = 60
BATCH = 10
MOVED_BY_SQS = "not told: SQS moved it when its deliveries were used up"


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """A queue of a Region (`incoming`), and where its dead letters are."""

    region: str
    queue: str
    source_url: str
    url: str
    client: SQSClient

    @property
    def ordered(self) -> bool:
        """Whether it is a FIFO queue: SQS wants the suffix in the names of these, and of no others."""
        return self.url.endswith(".fifo")


class _Place(TypedDict, total=False):
    """Where in a FIFO queue a message goes."""

    MessageGroupId: str
    MessageDeduplicationId: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that failed for good. deliveries, function: None where nobody told. since: its first delivery, UTC."""

    region: str
    queue: str
    transaction_id: str
    reason: str
    function: str | None
    deliveries: int | None
    since: str
    message_id: str

    def document(self) -> dict[str, str | int | None]:
        """JSON form."""
        return asdict(self)


def queues_of(
    exports: Mapping[str, Mapping[str, object]],
    client: Callable[[str], SQSClient],
    *,
    region: str | None = None,
    queue: str | None = None,
) -> list[DeadLetterQueue]:
    """The dead-letter queues that Regions' stacks export (`exports` by Region), all of them or those asked for.

    Raises UnknownQueue where what is asked for is not there.
    """
    known = [
        DeadLetterQueue(
            each, name, _url(of, "queue_urls", name), _url(of, "dead_letter_queue_urls", name), client(each)
        )
        for each, of in exports.items()
        for name in _names(of)
    ]
    for asked, there in ((region, {each.region for each in known}), (queue, {each.queue for each in known})):
        if asked is not None and asked not in there:
            raise UnknownQueue(f"{asked!r} is none of {', '.join(sorted(there))}")
    return [each for each in known if region in (None, each.region) and queue in (None, each.queue)]


def look(queue: DeadLetterQueue) -> list[DeadLetter]:
    """Every dead letter of a queue, the oldest first; they stay where they are."""
    with _held(queue) as messages:
        return [_letter(queue, message) for message in messages]


def put_back(queue: DeadLetterQueue, new_id: Callable[[], str]) -> int:
    """Send every dead letter that is there now to the queue that it came from; how many there were.

    Each is deleted only when it is safely sent. Should that fail it is sent again another time: whoever takes a message
    twice does no more than once. `new_id`: a fresh deduplication id, or SQS would drop what it has seen before.
    """
    done = 0
    with _held(queue) as messages:
        while messages:
            message = messages[0]
            place: _Place = {}
            if queue.ordered:
                place = {"MessageGroupId": _group(message), "MessageDeduplicationId": new_id()}
            queue.client.send_message(QueueUrl=queue.source_url, MessageBody=message["Body"], **place)
            queue.client.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
            messages.pop(0)
            done += 1
    return done


@contextmanager
def _held(queue: DeadLetterQueue) -> Iterator[list[MessageTypeDef]]:
    """All messages of the queue, hidden from others; those still in the list at the end are made visible again.

    All are received before the first is dealt with: one that comes straight back is not taken again.
    """
    messages: list[MessageTypeDef] = []
    try:
        try:
            while received := _receive(queue):
                messages += received
            yield messages
        finally:
            _release(queue, messages)
    except (ClientError, BotoCoreError) as error:
        raise QueueUnreachable(
            f"{queue.region}: the dead letters of {queue.queue} cannot be reached: {error}"
        ) from error


def _receive(queue: DeadLetterQueue) -> list[MessageTypeDef]:
    return queue.client.receive_message(
        QueueUrl=queue.url,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=HOLD_SECONDS,
        # Long polling asks every server of SQS; without it an answer may be empty though the queue is not.
        WaitTimeSeconds=1,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    ).get("Messages", [])


def _release(queue: DeadLetterQueue, messages: Sequence[MessageTypeDef]) -> None:
    for start in range(0, len(messages), BATCH):
        queue.client.change_message_visibility_batch(
            QueueUrl=queue.url,
            Entries=[
                {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                for index, message in enumerate(messages[start : start + BATCH])
            ],
        )


def _letter(queue: DeadLetterQueue, message: MessageTypeDef) -> DeadLetter:
    told = {name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()}
    system = message.get("Attributes", {})
    first_ms = told.get("first_received_ms") or system.get("SentTimestamp", "0")
    return DeadLetter(
        region=queue.region,
        queue=queue.queue,
        # A group is a transaction, or one of its messages: `<id>:one` is content with one Region.
        transaction_id=_group(message).partition(":")[0] or _told_transaction(message["Body"]),
        reason=told.get("reason", MOVED_BY_SQS),
        function=told.get("function"),
        deliveries=int(told["deliveries"]) if "deliveries" in told else None,
        since=datetime.fromtimestamp(int(first_ms) / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        message_id=message["MessageId"],
    )


def _group(message: MessageTypeDef) -> str:
    return message.get("Attributes", {}).get("MessageGroupId", "")


def _told_transaction(body: str) -> str:
    """Of a message without a group: the transaction that it tells of, nothing where it tells of none."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    told = document.get("transaction_id") if isinstance(document, dict) else None
    return told if isinstance(told, str) else ""


def _names(exports: Mapping[str, object]) -> list[str]:
    urls = exports.get("dead_letter_queue_urls")
    return list(urls) if isinstance(urls, dict) else []


def _url(exports: Mapping[str, object], of: str, queue: str) -> str:
    urls = exports.get(of)
    if not isinstance(urls, dict) or not isinstance(urls.get(queue), str):
        raise UnknownQueue(f"the deployment tells no {of}.{queue}")
    return str(urls[queue])
