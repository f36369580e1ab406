"""The checkers' own reading of the table's items; what is of another form is named by its field, not its value."""

from __future__ import annotations

from typing import Any

import pytest

from simulations.checkers.records import Malformed, read_record
from simulations.checkers.statuses import Status, may_follow

SECRET = "Erika Mustermann"


def item(**changes: Any) -> dict[str, Any]:
    """A settled transaction as DynamoDB gives it."""
    step = {"status": {"S": "ACCP"}, "at": {"S": "2026-11-03T10:15:30.123Z"}, "reason": {"NULL": True}}
    end = step | {"status": {"S": "ACSC"}}
    payment = {"end_to_end_id": {"S": "E1"}, "uetr": {"NULL": True}, "status": {"S": "ACSC"}}
    stored = {"key": {"S": "incoming/x/y"}, "sha256": {"S": "y"}, "definition": {"S": "pacs.008.001.08"}}
    return {
        "transaction_id": {"S": "x"},
        "status": {"S": "ACSC"},
        "history": {"L": [{"M": step}, {"M": end}]},
        "reason": {"NULL": True},
        "payments": {"L": [{"M": payment}]},
        "message": {"M": stored | {"content_type": {"S": "application/json"}}},
        "answer": {"M": stored | {"definition": {"S": "pacs.002.001.10"}}},
        "epoch": {"N": "1"},
        **changes,
    }


def test_everything_is_read_when_an_item_is_of_the_hubs_form() -> None:
    record = read_record(item())
    assert (record.transaction_id, record.status, record.ended, record.listed) == ("x", Status.ACSC, True, False)
    assert [each.status for each in record.history] == [Status.ACCP, Status.ACSC]
    assert [(each.end_to_end_id, each.uetr) for each in record.payments] == [("E1", None)]
    assert record.settled == (0,)
    assert record.message is not None
    assert (record.message.family, record.message.content_type) == ("pacs.008", "application/json")
    assert record.answer is not None
    assert (record.answer.definition, record.with_reason) == ("pacs.002.001.10", False)


def test_it_is_listed_and_has_no_message_when_the_item_says_so() -> None:
    record = read_record(item(open_shard={"S": "eu-west-1#3"}, message={"NULL": True}, answer={"NULL": True}))
    assert (record.listed, record.message, record.answer) == (True, None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": {"S": SECRET}}, "status"),
        ({"status": {"N": "7"}}, "status"),
        ({"history": {"S": SECRET}}, "history"),
        ({"history": {"L": [{"S": SECRET}]}}, "history"),
        ({"history": {"L": [{"M": {"status": {"S": "ACCP"}, "at": {"S": SECRET}}}]}}, "at"),
        ({"history": {"L": [{"M": {"status": {"S": "ACCP"}, "at": {"S": "2026-11-03T10:15:30"}}}]}}, "at"),
        ({"payments": {"L": [{"M": {"end_to_end_id": {"N": "1"}, "status": {"S": "ACSC"}}}]}}, "end_to_end_id"),
        ({"message": {"M": {"key": {"S": SECRET}}}}, "sha256"),
        ({"answer": {"S": SECRET}}, "answer"),
    ],
)
def test_the_field_is_named_and_not_its_value_when_it_is_of_another_form(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed, match=field) as raised:
        read_record(item(**changes))
    assert SECRET not in str(raised.value)


def test_a_transaction_goes_forward_or_ends_and_nothing_else() -> None:
    allowed = {(one, other) for one in Status for other in Status if may_follow(one, other)}
    accp, actc, acsp, acsc, rjct, canc = Status
    steps = {(accp, actc), (actc, acsp), (acsp, acsc)}
    assert allowed == steps | {(one, end) for one in (accp, actc, acsp) for end in (rjct, canc)}
    assert not any(one is acsc for one, _ in allowed)
