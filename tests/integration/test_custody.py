"""What CloudTrail tells of a change, from the queue of changes to the chain of the deployed hub.

The embedded cloud has no CloudTrail: the test puts into the queue what EventBridge would.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from lambdas.core.audit.event import AuditAction
from tests.integration.hub_controls import await_truth
from tests.integration.test_audit import records

if TYPE_CHECKING:
    from tests.integration.conftest import Hub

SOMEBODY = "arn:aws:sts::000000000000:assumed-role/deployment/somebody"
KEY = "arn:aws:kms:eu-west-1:000000000000:key/mrk-1"


def event(event_id: str, region: str) -> str:
    """As EventBridge delivers it. Form: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail"."""
    detail = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "arn": SOMEBODY},
        "eventTime": "2026-11-25T10:00:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "ScheduleKeyDeletion",
        "awsRegion": region,
        "requestParameters": {"keyId": KEY, "pendingWindowInDays": 7},
        "eventID": event_id,
        "resources": [{"ARN": KEY}],
    }
    return json.dumps({"source": "aws.kms", "detail-type": "AWS API Call via CloudTrail", "detail": detail})


def test_a_key_that_somebody_gives_up_is_on_the_chain_when_cloudtrail_tells_of_it(hub: Hub, region: str) -> None:
    event_id = str(uuid.uuid4())
    url = hub.exports[f"dev-{region}"]["queue_urls"]["changes"]
    hub.aws("sqs", region).send_message(QueueUrl=url, MessageBody=event(event_id, region))
    await_truth(lambda: any(each.event.details.get("event_id") == event_id for each in records(hub, region)))
    (record,) = [each for each in records(hub, region) if each.event.details.get("event_id") == event_id]
    assert (record.event.action, record.event.actor) == (AuditAction.KEY_USE, SOMEBODY)
    assert record.event.details["call"] == "kms.amazonaws.com:ScheduleKeyDeletion"
    assert record.event.details["subjects"] == KEY
    assert "pendingWindowInDays" not in str(record)


def test_what_is_no_record_of_cloudtrails_is_kept_for_a_person_when_it_is_in_the_queue(hub: Hub, region: str) -> None:
    exported = hub.exports[f"dev-{region}"]
    body = json.dumps({"no": str(uuid.uuid4())})
    hub.aws("sqs", region).send_message(QueueUrl=exported["queue_urls"]["changes"], MessageBody=body)
    dead, sqs = exported["dead_letter_queue_urls"]["changes"], hub.aws("sqs", region)
    found: list[str] = []

    def buried() -> bool:
        for each in sqs.receive_message(QueueUrl=dead, WaitTimeSeconds=1).get("Messages", []):
            found.append(each["Body"])
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=each["ReceiptHandle"])
        return body in found

    await_truth(buried)
