"""A statement refuses every form of wildcard, and its document is exact and the same each time."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pulumi
import pytest

from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import (
    Account,
    Anyone,
    Condition,
    EveryAction,
    EveryObject,
    Everything,
    Exactly,
    LogStreams,
    ObjectPrefix,
    Service,
    WildcardRefused,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BUCKET = "arn:aws:s3:::payloads"
QUEUE = "arn:aws:sqs:eu-west-1:000000000000:incoming.fifo"


def document_of(*statements: Statement) -> str:
    async def build() -> str | None:
        return await policy_document(statements).future()

    text = asyncio.run(build())
    assert text is not None
    return text


@pytest.mark.parametrize("action", ["*", "sqs:*", "sqs:Send*", "sqs:SendMessag?", "SendMessage", "", "sqs:"])
def test_action_is_refused_when_it_is_not_one_action(action: str) -> None:
    with pytest.raises(WildcardRefused, match="action"):
        Statement("Send", "Allow", (action,), (Exactly(QUEUE),))


@pytest.mark.parametrize("arn", ["*", "", "arn:aws:sqs:*:000000000000:incoming.fifo", f"{BUCKET}/*", f"{QUEUE}?"])
def test_resource_is_refused_when_it_is_not_one_arn(arn: str) -> None:
    with pytest.raises(WildcardRefused, match="resource"):
        Exactly(arn)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ObjectPrefix("arn:aws:s3:::*", "incoming"),
        lambda: ObjectPrefix(BUCKET, "*"),
        lambda: ObjectPrefix(BUCKET, ""),
        lambda: ObjectPrefix(BUCKET, "incoming/"),
        lambda: ObjectPrefix(BUCKET, "in*"),
        lambda: LogStreams("*"),
        lambda: Everything(""),
        lambda: EveryAction("s3", " "),
        lambda: EveryAction("*", "because"),
        lambda: Account("*"),
        lambda: Service("*"),
        lambda: Condition("StringEquals", "kms:ViaService", ("s3.*.amazonaws.com",)),
        lambda: Condition("StringEquals", "kms:ViaService", ()),
    ],
)
def test_part_is_refused_when_it_is_wide_or_gives_no_reason(make: Callable[[], object]) -> None:
    with pytest.raises(WildcardRefused):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Statement("All", "Allow", EveryAction("s3", "no reason will do"), (Exactly(BUCKET),)),
        lambda: Statement("All", "Allow", ("s3:GetObject",), (EveryObject(BUCKET),)),
        lambda: Statement("All", "Allow", ("s3:GetObject",), (Exactly(BUCKET),), (Anyone(),)),
        lambda: Statement("All", "Allow", ("s3:GetObject",)),
        lambda: Statement("All", "Allow", (), (Exactly(BUCKET),)),
    ],
)
def test_allow_is_refused_when_only_a_deny_may_be_that_wide(make: Callable[[], object]) -> None:
    with pytest.raises(WildcardRefused):
        make()


def test_resource_is_refused_when_an_output_resolves_to_a_wildcard() -> None:
    async def build() -> None:
        statement = Statement("Send", "Allow", ("sqs:SendMessage",), (Exactly(pulumi.Output.from_input("*")),))
        await policy_document([statement]).future()

    with pytest.raises(WildcardRefused):
        asyncio.run(build())


def test_document_names_just_what_was_given_when_it_is_rendered() -> None:
    statement = Statement(
        "Read",
        "Allow",
        ("s3:GetObject",),
        (ObjectPrefix(BUCKET, "incoming"), LogStreams("arn:aws:logs:eu-west-1:000000000000:log-group:x")),
        (Account("000000000000"), Service("s3.amazonaws.com")),
        (Condition("StringEquals", "kms:ViaService", ("s3.eu-west-1.amazonaws.com",)),),
    )
    assert json.loads(document_of(statement)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": [f"{BUCKET}/incoming/*", "arn:aws:logs:eu-west-1:000000000000:log-group:x:*"],
                "Principal": {"AWS": ["arn:aws:iam::000000000000:root"], "Service": ["s3.amazonaws.com"]},
                "Condition": {"StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com"]}},
            }
        ],
    }


def test_document_is_the_same_text_when_actions_come_in_another_order() -> None:
    one = Statement("Send", "Allow", ("sqs:SendMessage", "sqs:DeleteMessage"), (Exactly(QUEUE),))
    other = Statement("Send", "Allow", ("sqs:DeleteMessage", "sqs:SendMessage"), (Exactly(QUEUE),))
    assert document_of(one) == document_of(other)


def test_statement_is_refused_when_two_conditions_share_operator_and_key() -> None:
    twice = tuple(Condition("StringEquals", "kms:ViaService", (service,)) for service in ("s3", "sqs"))
    with pytest.raises(ValueError, match="twice"):
        Statement("Use", "Allow", ("kms:Decrypt",), (Exactly(BUCKET),), conditions=twice)


def test_policy_is_refused_when_two_statements_share_a_sid() -> None:
    statement = Statement("Send", "Allow", ("sqs:SendMessage",), (Exactly(QUEUE),))
    with pytest.raises(ValueError, match="different sids"):
        policy_document([statement, statement])
