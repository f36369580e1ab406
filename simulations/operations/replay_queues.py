"""The queues that a replay sends to, and whether what it sent is worked off. SQS calls only: any endpoint will do."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from simulations.operations.dead_letters import BATCH, look
from simulations.operations.errors import QueueUnreachable, UnknownQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

    from lambdas.core.messages import ProcessingMessage
    from simulations.operations.dead_letters import DeadLetterQueue

_WAITING: tuple[QueueAttributeNameType, ...] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True)
class RegionQueues:
    """The queues of one Region that a replayed message goes through, each with that of its dead letters."""

    processing: DeadLetterQueue
    releasing: DeadLetterQueue

    @property
    def region(self) -> str:
        """Whose queues."""
        return self.processing.region

    def send(self, messages: Sequence[ProcessingMessage], new_id: Callable[[], str]) -> Mapping[str, str]:
        """Put messages on the processing queue, ten to a call; transaction to SQS's code for those it did not take.

        `new_id`: a fresh deduplication id, or SQS would drop what it has seen in the last five minutes.
        """
        refused: dict[str, str] = {}
        for start in range(0, len(messages), BATCH):
            batch = messages[start : start + BATCH]
            with _reached(self.processing):
                response = self.processing.client.send_message_batch(
                    QueueUrl=self.processing.source_url,
                    Entries=[_entry(index, each, new_id()) for index, each in enumerate(batch)],
                )
            refused |= {batch[int(each["Id"])].transaction_id: each["Code"] for each in response.get("Failed", [])}
        return refused

    def empty(self) -> bool:
        """Whether nothing waits, or is under way.

        The processing queue is asked first: what has left it is on the other one by then, or through.
        """
        return not any(_length(queue, queue.source_url) for queue in (self.processing, self.releasing))

    def failed(self, transaction_ids: Collection[str], since: datetime) -> Mapping[str, str]:
        """Transaction to why a message of it is among the dead letters that was first delivered since then."""
        found = [
            each for queue in (self.processing, self.releasing) if _length(queue, queue.url) for each in look(queue)
        ]
        began = since.replace(microsecond=0)
        return {
            each.transaction_id: f"{each.queue}: {each.reason}"
            for each in found
            if each.transaction_id in transaction_ids and datetime.fromisoformat(each.since) >= began
        }


def queues_by_region(queues: Iterable[DeadLetterQueue]) -> dict[str, RegionQueues]:
    """Each Region's two, of all queues that there are. Raises UnknownQueue where a Region lacks one."""
    named = {(each.region, each.queue): each for each in queues}
    regions = sorted({region for region, _ in named})
    try:
        return {each: RegionQueues(named[each, "processing"], named[each, "releasing"]) for each in regions}
    except KeyError as error:
        region, queue = error.args[0]
        raise UnknownQueue(f"the deployment tells no queue {queue} of {region}") from error


def _length(queue: DeadLetterQueue, url: str) -> int:
    with _reached(queue):
        told = queue.client.get_queue_attributes(QueueUrl=url, AttributeNames=_WAITING)["Attributes"]
    return sum(int(told[each]) for each in _WAITING)


def _entry(index: int, message: ProcessingMessage, deduplication_id: str) -> SendMessageBatchRequestEntryTypeDef:
    return {
        "Id": str(index),
        "MessageBody": message.to_json(),
        "MessageGroupId": message.transaction_id,
        "MessageDeduplicationId": deduplication_id,
    }


@contextmanager
def _reached(queue: DeadLetterQueue) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise QueueUnreachable(f"{queue.region}: the queue {queue.queue} cannot be reached: {error}") from error
