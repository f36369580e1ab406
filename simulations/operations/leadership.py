"""Which Region carries which Region's transactions, and giving a Region its own back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from lambdas.adapters.dynamodb_items import from_attributes, to_attribute
from lambdas.core.documents import Fields, instant_text
from lambdas.core.recovery import Leadership, RegionRecord
from simulations.operations.errors import NotToBeGivenBack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient

LOOK_SECONDS = 0.5
ALIVE = timedelta(minutes=1)
"""How old the last word of a Region may be that is given its own back."""


@dataclass(frozen=True, slots=True)
class LeadershipTable:
    """The table, as an operator reads and writes it."""

    client: DynamoDBClient
    table: str

    def all(self) -> tuple[RegionRecord, ...]:
        """Every Region that was ever heard of, by name."""
        items = self.client.scan(TableName=self.table, ConsistentRead=True)["Items"]
        records = (RegionRecord.read(Fields.of(from_attributes(item), "Region")) for item in items)
        return tuple(sorted(records, key=lambda each: each.region))

    def await_states(
        self, wanted: Mapping[str, Leadership], *, within_seconds: float
    ) -> tuple[tuple[RegionRecord, ...], bool]:
        """Every Region's record once each is in the wanted state, and whether they are; at the latest after that time.

        A Region that was never heard of is in none.
        """

        def reached(records: tuple[RegionRecord, ...]) -> bool:
            return wanted.items() <= {each.region: each.state for each in records}.items()

        waiting = Retrying(
            retry=retry_if_not_result(reached),
            wait=wait_fixed(LOOK_SECONDS),
            stop=stop_after_delay(within_seconds),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else (),
        )
        records: tuple[RegionRecord, ...] = waiting(self.all)
        return records, reached(records)

    def give_back(self, region: str, now: datetime) -> RegionRecord:
        """Make a lost Region lead itself again, in one conditional write.

        What was taken over stays with whoever took it. Raises NotToBeGivenBack: it is not lost, or not heard of, or
        says that it cannot carry payments, or the record changed meanwhile.
        """
        record = next((each for each in self.all() if each.region == region), None)
        if record is None:
            raise NotToBeGivenBack(f"{region}: never heard of; expected a Region that runs")
        if record.state is not Leadership.LOST:
            raise NotToBeGivenBack(f"{region}: {record.state}; expected a Region that was taken over")
        if now - record.beat.at > ALIVE:
            heard = instant_text(record.beat.at)
            raise NotToBeGivenBack(f"{region}: last heard of at {heard}; expected within the last minute")
        if record.beat.impaired:
            raise NotToBeGivenBack(f"{region}: impaired ({', '.join(record.beat.impaired)}); expected nothing impaired")
        return self._write(record, now)

    def _write(self, record: RegionRecord, now: datetime) -> RegionRecord:
        try:
            response = self.client.update_item(
                TableName=self.table,
                Key={"region": {"S": record.region}},
                UpdateExpression="SET #state = :active, #leader = :itself, #generation = :raised, #since = :now",
                # generation closes: it was taken over again after it was looked at.
                ConditionExpression="#generation = :known",
                ExpressionAttributeNames={f"#{each}": each for each in ("state", "leader", "generation", "since")},
                ExpressionAttributeValues={
                    ":active": to_attribute(Leadership.ACTIVE),
                    ":itself": to_attribute(record.region),
                    ":raised": to_attribute(record.generation + 1),
                    ":now": to_attribute(instant_text(now)),
                    ":known": to_attribute(record.generation),
                },
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise NotToBeGivenBack(f"{record.region}: changed meanwhile; expected no takeover now") from error
        return RegionRecord.read(Fields.of(from_attributes(response["Attributes"]), "Region"))


def this_moment() -> datetime:
    """In whole milliseconds, as the hub records moments."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
