"""The table's calls: what each asks and writes, and how a refusal is read. The SDK's stubber checks their forms."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from lambdas.adapters.dynamodb import DynamoDBTransactionStore
from lambdas.adapters.dynamodb_items import from_attributes, to_attribute, to_attributes
from lambdas.adapters.dynamodb_step import step_write
from lambdas.core.deadlines import shard_of
from lambdas.core.documents import MalformedDocument
from lambdas.core.iso20022.assessment import Reason
from lambdas.core.lifecycle import TransactionStatus
from lambdas.core.steps import Step
from lambdas.core.transaction import AnswerReference, MessageReference, PaymentOutcome, RefusedMessage
from lambdas.service.ports import Advanced, ConcurrentChange, Refused
from tests.unit.service.fakes import PARTICIPANT, REGION, START, TRANSACTION_ID, opened

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

REFERENCE = MessageReference("incoming/x/y", "ab" * 32, "application/xml", None)
TO_ACTC = Step(
    TRANSACTION_ID, frozenset({TransactionStatus.ACCP}), TransactionStatus.ACTC, START, REGION,
    participant=PARTICIPANT, message=REFERENCE,
)  # fmt: skip
TO_RJCT = Step(
    TRANSACTION_ID, frozenset({TransactionStatus.ACTC, TransactionStatus.ACSP}), TransactionStatus.RJCT, START, REGION,
    epoch=7, reason=Reason("AC01", "p", "t"), message_definition="pacs.008.001.08",
    payments=(PaymentOutcome("E", None, TransactionStatus.RJCT, None),),
    answer=AnswerReference("outgoing/x/y", "cd" * 32, "pacs.002.001.10"),
)  # fmt: skip


@pytest.fixture
def store(client: DynamoDBClient) -> DynamoDBTransactionStore:
    return DynamoDBTransactionStore(client, "table")


def _refuse(stubber: Stubber, call: str, item: dict[str, object]) -> None:
    stubber.add_client_error(
        call, "ConditionalCheckFailedException", http_status_code=400, modeled_fields={"Item": item} if item else {}
    )


def test_the_condition_names_status_owner_and_participant_when_the_step_is_to_actc() -> None:
    write = step_write(TO_ACTC)
    assert write.condition.split(" AND ") == [
        "#status IN (:expected0)", "#owner_region = :owner", "#participant = :participant",
    ]  # fmt: skip
    assert write.values[":expected0"] == {"S": "ACCP"}
    assert write.values[":owner"] == {"S": REGION}
    assert write.values[":participant"] == {"S": PARTICIPANT}


def test_the_condition_names_every_expected_status_and_the_epoch_when_the_step_is_to_rjct() -> None:
    write = step_write(TO_RJCT)
    assert write.condition.split(" AND ") == [
        "#status IN (:expected0, :expected1)", "#owner_region = :owner", "#epoch = :epoch",
    ]  # fmt: skip
    assert [write.values[":expected0"], write.values[":expected1"]] == [{"S": "ACSP"}, {"S": "ACTC"}]
    assert write.values[":epoch"] == {"N": "7"}


@pytest.mark.parametrize("step", [TO_ACTC, TO_RJCT])
def test_the_history_grows_in_the_same_write_when_a_step_is_taken(step: Step) -> None:
    write = step_write(step)
    assert "#history = list_append(#history, :entry)" in write.update
    assert write.values[":entry"] == {"L": [{"M": to_attributes(step.entry.document())}]}


@pytest.mark.parametrize("step", [TO_ACTC, TO_RJCT])
def test_every_name_and_value_is_used_and_given_when_a_step_is_written(step: Step) -> None:
    write = step_write(step)
    expressions = write.update + " " + write.condition
    assert set(re.findall(r"#\w+", expressions)) == set(write.names)
    assert set(re.findall(r":\w+", expressions)) == set(write.values)
    # Nothing is a bare word but the functions and operators of the expression language.
    bare = set(re.findall(r"(?<![#:\w])[A-Za-z_]\w*", expressions))
    assert bare <= {"SET", "REMOVE", "AND", "IN", "list_append"}


def test_the_new_transaction_is_read_back_when_a_step_is_taken(
    stubber: Stubber, store: DynamoDBTransactionStore
) -> None:
    after = replace(opened(), status=TransactionStatus.ACTC, message=REFERENCE)
    stubber.add_response(
        "update_item",
        {"Attributes": to_attributes(after.document())},
        {
            "TableName": "table",
            "Key": {"transaction_id": {"S": TRANSACTION_ID}},
            "UpdateExpression": ANY,
            "ConditionExpression": ANY,
            "ExpressionAttributeNames": ANY,
            "ExpressionAttributeValues": ANY,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    )
    assert store.advance(TO_ACTC) == Advanced(after)


def test_the_transaction_as_found_is_given_when_a_step_is_refused(
    stubber: Stubber, store: DynamoDBTransactionStore
) -> None:
    found = replace(opened(), status=TransactionStatus.ACSC)
    _refuse(stubber, "update_item", {**to_attributes(found.document())})
    assert store.advance(TO_ACTC) == Refused(found)


def test_nothing_is_given_when_a_step_is_refused_for_want_of_an_item(
    stubber: Stubber, store: DynamoDBTransactionStore
) -> None:
    _refuse(stubber, "update_item", {})
    assert store.advance(TO_ACTC) == Refused(None)


def test_other_errors_are_raised_when_a_step_fails(stubber: Stubber, store: DynamoDBTransactionStore) -> None:
    stubber.add_client_error("update_item", "ReplicatedWriteConflictException", http_status_code=400)
    with pytest.raises(ClientError, match="ReplicatedWriteConflict"):
        store.advance(TO_ACTC)


def test_the_sdk_retries_a_conflict_of_two_regions_when_its_model_says_so(client: DynamoDBClient) -> None:
    shape = client.meta.service_model.shape_for("ReplicatedWriteConflictException")
    assert "retryable" in shape.metadata


def test_an_id_is_taken_when_another_transaction_has_it(stubber: Stubber, store: DynamoDBTransactionStore) -> None:
    _refuse(stubber, "put_item", {**to_attributes(opened(participant="participant-b").document())})
    assert store.open(opened()) is False


def test_an_id_is_not_taken_when_only_the_acknowledgement_of_the_put_was_lost(
    stubber: Stubber, store: DynamoDBTransactionStore
) -> None:
    _refuse(stubber, "put_item", {**to_attributes(opened().document())})
    assert store.open(opened()) is True


def test_a_put_never_replaces_when_a_transaction_is_opened(stubber: Stubber, store: DynamoDBTransactionStore) -> None:
    stubber.add_response(
        "put_item",
        {},
        {
            "TableName": "table",
            "Item": {
                **to_attributes(opened().document()),
                "open_shard": {"S": shard_of(REGION, TRANSACTION_ID)},
            },
            "ConditionExpression": "attribute_not_exists(transaction_id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    )
    assert store.open(opened()) is True


def test_the_read_is_strongly_consistent_when_a_transaction_is_looked_for(
    stubber: Stubber, store: DynamoDBTransactionStore
) -> None:
    asked = {"TableName": "table", "Key": {"transaction_id": {"S": TRANSACTION_ID}}, "ConsistentRead": True}
    stubber.add_response("get_item", {"Item": to_attributes(opened().document())}, asked)
    stubber.add_response("get_item", {}, asked)
    assert store.find(TRANSACTION_ID) == opened()
    assert store.find(TRANSACTION_ID) is None


def test_a_refused_message_is_not_noted_when_the_list_changed_meanwhile(
    stubber: Stubber, store: DynamoDBTransactionStore
) -> None:
    _refuse(stubber, "update_item", {**to_attributes(opened().document())})
    with pytest.raises(ConcurrentChange):
        store.note_refused_message(opened(), RefusedMessage("ab" * 32, START, "text"))


def test_an_item_comes_back_whole_when_it_is_written_and_read() -> None:
    document = replace(opened(), message=REFERENCE).document() | {"flag": True, "nothing": None, "deep": [[1], {}]}
    item = cast("dict[str, dict[str, object]]", to_attributes(document))
    assert from_attributes(item) == document


def test_a_fraction_is_refused_when_it_is_to_be_written_or_read() -> None:
    with pytest.raises(MalformedDocument):
        to_attribute(1.5)
    with pytest.raises(MalformedDocument):
        from_attributes({"amount": {"N": "1.5"}})


def test_an_unknown_kind_is_refused_when_it_is_read() -> None:
    with pytest.raises(MalformedDocument):
        from_attributes({"blob": {"B": b"x"}})
