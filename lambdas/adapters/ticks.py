"""Ticks from their queue, and a sweep's transactions one by one: what fails is logged and left to the next tick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambdas.core.deadlines import Tick
from lambdas.core.documents import MalformedDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

    from lambdas.core.documents import JsonValue
    from lambdas.service.outcome import Outcome
    from lambdas.service.sweep_overdue import Swept

    Sweep = Callable[[Tick, Callable[[], bool]], Swept]


def one_by_one(logger: Logger, event: str, act: Callable[[str], Outcome]) -> Callable[[str], None]:
    """`act`, logged as `event` and without exceptions: a transaction that fails stays listed, for a later tick."""

    def act_on_one(transaction_id: str) -> None:
        place: dict[str, JsonValue] = {"transaction_id": transaction_id}
        try:
            outcome = act(transaction_id)
        except Exception:
            logger.exception("failed, to be tried at a later tick", extra=place)
            return
        logger.info(event, extra={**place, "outcome": outcome})

    return act_on_one


@dataclass(frozen=True, slots=True)
class TickConsumer:
    """Gives each tick of a batch to a sweep. A tick that fails comes again; one that makes no sense is dropped."""

    logger: Logger
    region: str
    compose: Callable[[], Sweep]
    time_is_left: Callable[[], bool]

    def consume(self, event: Mapping[str, JsonValue]) -> PartialItemFailureResponse:
        """Never raises: the ticks that failed are reported back."""
        records = event.get("Records")
        failed = [
            record.message_id
            for record in map(SQSRecord, records if isinstance(records, list) else [])
            if not self._swept(record)
        ]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    def _swept(self, record: SQSRecord) -> bool:
        place: dict[str, JsonValue] = {"message_id": record.message_id}
        try:
            swept = self.compose()(Tick.from_json(record.body, self.region), self.time_is_left)
        except MalformedDocument:
            self.logger.exception("a malformed tick, dropped", extra=place)
            return True
        except Exception:
            self.logger.exception("failed, to be delivered again", extra=place)
            return False
        if swept.transactions or swept.continued:
            self.logger.info("swept", extra={"transactions": swept.transactions, "continued": swept.continued})
        return True
