"""What CloudTrail tells of a call, as it goes on record: who, what, to what, when; nothing that parameters hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.core.audit.change import ObservedChange
from lambdas.core.audit.event import AuditAction, AuditEvent
from lambdas.core.documents import MalformedDocument
from lambdas.functions.custody import handler
from lambdas.service.ports import AuditUnavailable
from lambdas.service.record_change import RecordChange
from tests.unit.functions.events import FakeFailures, FakeInvocation, sqs_event

SOMEBODY = "arn:aws:sts::111122223333:assumed-role/deployment/somebody"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1"


def told(**changed: Any) -> str:
    """A record of CloudTrail's, in EventBridge's envelope, with some of its fields changed."""
    detail = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "arn": SOMEBODY, "accountId": "111122223333"},
        "eventTime": "2026-11-25T10:00:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "PutKeyPolicy",
        "awsRegion": "eu-west-1",
        "requestParameters": {"keyId": KEY, "policy": "Erika Mustermann"},
        "eventID": "e-1",
        "resources": [{"accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": KEY}],
    }
    return json.dumps({"source": "aws.kms", "detail-type": "AWS API Call via CloudTrail", "detail": detail | changed})


def test_a_key_that_is_changed_is_on_record_as_that_when_it_is_told() -> None:
    assert ObservedChange.from_json(told()).audited() == AuditEvent(
        AuditAction.KEY_USE,
        datetime(2026, 11, 25, 10, tzinfo=UTC),
        SOMEBODY,
        {"event_id": "e-1", "call": "kms.amazonaws.com:PutKeyPolicy", "region": "eu-west-1", "subjects": KEY},
    )


def test_a_function_is_named_by_what_was_asked_when_the_record_lists_no_resource() -> None:
    parameters = {"functionName": "twinrail-prod-incoming", "zipFile": "Erika Mustermann"}
    text = told(
        eventSource="lambda.amazonaws.com", eventName="UpdateFunctionCode", requestParameters=parameters, resources=None
    )
    event = ObservedChange.from_json(text).audited()
    assert event.action is AuditAction.CONFIGURATION
    assert event.details["subjects"] == "twinrail-prod-incoming"
    assert "Erika" not in str(event)


def test_what_was_refused_is_on_record_as_refused_when_it_is_told() -> None:
    assert ObservedChange.from_json(told(errorCode="AccessDenied")).audited().details["error"] == "AccessDenied"


def test_a_service_is_the_actor_when_no_identity_has_an_arn() -> None:
    identity = {"type": "AWSService", "invokedBy": "replication.dynamodb.amazonaws.com"}
    assert ObservedChange.from_json(told(userIdentity=identity)).actor == "replication.dynamodb.amazonaws.com"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"userIdentity": {"type": "Unknown"}}, "userIdentity: expected arn or invokedBy"),
        ({"eventTime": "yesterday"}, "eventTime: expected an ISO 8601 moment"),
        ({"eventID": ""}, "eventID: expected text"),
        ({"eventName": None}, "eventName: expected text"),
    ],
)
def test_a_record_is_refused_by_the_field_that_is_wrong_when_it_is_malformed(
    changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(MalformedDocument, match=said):
        ObservedChange.from_json(told(**changed))


class Trail:
    """The chain; one that is away puts nothing on record."""

    def __init__(self, *, away: bool = False) -> None:
        self.events: list[AuditEvent] = []
        self._away = away

    def append(self, event: AuditEvent) -> None:
        if self._away:
            raise AuditUnavailable("away")
        self.events.append(event)


def _handle(trail: Trail, failures: FakeFailures, *bodies: str) -> list[str]:
    response = handler.handle(sqs_event(*bodies), FakeInvocation(), lambda: RecordChange(trail), lambda: failures)
    return [str(each["itemIdentifier"]) for each in response["batchItemFailures"]]


def test_every_change_of_a_batch_is_on_record_when_one_of_it_is_malformed() -> None:
    trail, failures = Trail(), FakeFailures()
    assert _handle(trail, failures, told(), "{}", told(eventID="e-2")) == []
    assert [each.details["event_id"] for each in trail.events] == ["e-1", "e-2"]
    assert failures.buried == [("m1", "MalformedDocument")]


def test_a_change_comes_again_when_the_chain_takes_no_record() -> None:
    failures = FakeFailures()
    assert _handle(Trail(away=True), failures, told()) == ["m0"]
    assert failures.delayed == ["m0"]
