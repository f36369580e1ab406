"""The vault's two tables, global with multi-Region strong consistency: tokens and allowances; subjects.

Subjects are apart because their table has no backups: a destroyed key must be in none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters.dynamodb_items import from_attributes, to_attribute
from lambdas.adapters.dynamodb_step import Write, placeholders
from lambdas.core.documents import Fields, MalformedDocument, instant_text
from lambdas.core.vault.allowance import minute_of
from lambdas.core.vault.records import Subject
from lambdas.service.vault_ports import VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from mypy_boto3_dynamodb.client import DynamoDBClient

    from lambdas.adapters.dynamodb_items import AttributeValue
    from lambdas.core.vault.records import Holders

BATCH = 100
"""Keys that one BatchGetItem takes."""
TRIES = 4
ALLOWANCE = "allowance"
"""Where a tenant's allowance is: no token is called so."""
HELD = "held_"
"""Begins the name of an attribute that holds a value for a subject; its id follows."""
_Item = dict[str, "AttributeValue"]
_Read = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class DynamoDBTokens:
    """TokenStore: an item per token, in its tenant's part of the table. Another tenant's token is not looked up."""

    client: DynamoDBClient
    table: str

    def find(self, tenant: str, tokens: Collection[str]) -> Mapping[str, Holders]:
        """BatchGetItem, 100 at a time."""
        items = _batch(self.client, self.table, tenant, tokens)
        return {token: _holders(item) for token, item in items.items() if _holders(item)}

    def hold(self, tenant: str, token: str, subject_id: str, sealed: bytes, *, instead_of: str | None) -> None:
        """One UpdateItem, which makes the item if it is not there."""
        names, removed = {"#held": HELD + subject_id}, ""
        if instead_of is not None:
            names["#gone"], removed = HELD + instead_of, " REMOVE #gone"
        # held_<subject> closes: two requests tokenise one value at once, and each writes it.
        condition = "attribute_not_exists(#held)"
        write = Write(f"SET #held = :sealed{removed}", condition, names, {":sealed": {"B": sealed}})
        _updated(self.client, self.table, _key(tenant, token), write)


@dataclass(frozen=True, slots=True)
class DynamoDBSubjects:
    """SubjectStore."""

    client: DynamoDBClient
    table: str

    def find(self, tenant: str, subject_ids: Collection[str]) -> Mapping[str, Subject]:
        """BatchGetItem, 100 at a time."""
        items = _batch(self.client, self.table, tenant, subject_ids)
        return {identity: _subject(item) for identity, item in items.items()}

    def open(self, tenant: str, subject_id: str, wrapped: bytes) -> Subject:
        """One PutItem, and one GetItem more where the subject is there already."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item={**_key(tenant, subject_id), "wrapped": {"B": wrapped}},
                # id closes: a tombstone is written over, or a key under which values are kept already.
                ConditionExpression="attribute_not_exists(#id)",
                ExpressionAttributeNames=placeholders("id"),
            )
        except ClientError as error:
            _require_condition_failed(error)
            found = self.client.get_item(TableName=self.table, Key=_key(tenant, subject_id), ConsistentRead=True)
            return _subject(found["Item"])
        return Subject(wrapped, None)

    def erase(self, tenant: str, subject_id: str, at: datetime) -> datetime:
        """One UpdateItem: with strong consistency it is done in both Regions when it returns."""
        response = self.client.update_item(
            TableName=self.table,
            Key=_key(tenant, subject_id),
            UpdateExpression="SET #erased_at = if_not_exists(#erased_at, :at) REMOVE #wrapped",
            ExpressionAttributeNames=placeholders("erased_at", "wrapped"),
            ExpressionAttributeValues={":at": to_attribute(instant_text(at))},
            ReturnValues="ALL_NEW",
        )
        erased = _subject(response["Attributes"]).erased_at
        if erased is None:
            raise VaultUnavailable("a subject was erased and bears no tombstone")
        return erased


@dataclass(frozen=True, slots=True)
class DynamoDBAllowances:
    """Allowances: one item per tenant, beside its tokens; a minute's count replaces the last one's."""

    client: DynamoDBClient
    table: str
    values_per_minute: int

    def take(self, tenant: str, count: int, at: datetime) -> bool:
        """One UpdateItem; two for the first of a minute."""
        minute = minute_of(at)
        return count <= self.values_per_minute and (
            self._add(tenant, count, minute) or self._begin(tenant, count, minute) or self._add(tenant, count, minute)
        )

    def _add(self, tenant: str, count: int, minute: int) -> bool:
        write = Write(
            update="ADD #used :count",
            # in_minute closes: a process whose clock is behind counts in a minute that is over.
            # used closes: two requests take the last values at once.
            condition="#in_minute >= :minute AND #used <= :left",
            names=placeholders("used", "in_minute"),
            values={
                ":count": to_attribute(count),
                ":minute": to_attribute(minute),
                ":left": to_attribute(self.values_per_minute - count),
            },
        )
        return _updated(self.client, self.table, _key(tenant, ALLOWANCE), write)

    def _begin(self, tenant: str, count: int, minute: int) -> bool:
        write = Write(
            update="SET #in_minute = :minute, #used = :count",
            # in_minute closes: two requests both begin the minute, and one's values are not counted.
            condition="attribute_not_exists(#in_minute) OR #in_minute < :minute",
            names=placeholders("used", "in_minute"),
            values={":count": to_attribute(count), ":minute": to_attribute(minute)},
        )
        return _updated(self.client, self.table, _key(tenant, ALLOWANCE), write)


def _key(tenant: str, name: str) -> _Item:
    return {"id": {"S": f"{tenant}/{name}"}}


def _batch(client: DynamoDBClient, table: str, tenant: str, names: Collection[str]) -> dict[str, _Read]:
    found: dict[str, _Read] = {}
    for some in _chunks(sorted(names)):
        keys = [_key(tenant, name) for name in some]
        for _ in range(TRIES):
            response = client.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
            for item in response["Responses"].get(table, []):
                found[_name(tenant, item)] = item
            left = response["UnprocessedKeys"].get(table)
            if left is None:
                break
            keys = [dict(key) for key in left["Keys"]]
        else:
            raise VaultUnavailable("the table did not give all that it was asked for")
    return found


def _name(tenant: str, item: _Read) -> str:
    return Fields(from_attributes({"id": item["id"]}), "item").text("id").removeprefix(f"{tenant}/")


def _chunks(names: list[str]) -> Iterator[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, BATCH)):
        yield some


def _holders(item: _Read) -> Holders:
    return {name.removeprefix(HELD): _bytes(each) for name, each in item.items() if name.startswith(HELD)}


def _subject(item: _Read) -> Subject:
    fields = Fields(from_attributes({name: item[name] for name in item.keys() & {"erased_at"}}), "subject")
    erased_at = fields.instant("erased_at") if fields.values else None
    # A tombstone beside a key would be someone else's doing: it holds all the same.
    return Subject(None if erased_at or "wrapped" not in item else _bytes(item["wrapped"]), erased_at)


def _bytes(attribute: Mapping[str, object]) -> bytes:
    match attribute:
        case {"B": bytes(value)}:
            return value
    raise MalformedDocument("an item of the vault holds something else than bytes")


def _updated(client: DynamoDBClient, table: str, key: _Item, write: Write) -> bool:
    """Whether the condition held."""
    try:
        client.update_item(
            TableName=table,
            Key=key,
            UpdateExpression=write.update,
            ConditionExpression=write.condition,
            ExpressionAttributeNames=write.names,
            ExpressionAttributeValues=write.values,
        )
    except ClientError as error:
        _require_condition_failed(error)
        return False
    return True


def _require_condition_failed(error: ClientError) -> None:
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error
