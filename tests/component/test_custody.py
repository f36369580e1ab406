"""What others change is told: a trail sees it, a rule picks it, the queue of changes and nobody else takes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.component.policies import statements_of
from tests.component.recording import PROD_ACCOUNT, REGIONS

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")


@pytest.mark.parametrize("region", REGIONS)
def test_rule_feeds_the_queue_of_changes_when_aws_tells_of_one(prod: dict[str, RecordedStack], region: str) -> None:
    stack = prod[f"prod-{region}"]
    rule = stack.one("aws:cloudwatch/eventRule:EventRule", "changes").inputs
    target = stack.one("aws:cloudwatch/eventTarget:EventTarget", "changes").inputs
    queue = stack.one("aws:sqs/queue:Queue", "changes")
    assert target["rule"] == rule["name"]
    assert target["arn"] == queue.outputs["arn"]
    letting_in = next(
        each
        for each in statements_of(stack.one("aws:sqs/queuePolicy:QueuePolicy", "changes"))
        if each["Effect"] == "Allow"
    )
    assert letting_in["Principal"] == {"Service": ["events.amazonaws.com"]}
    assert letting_in["Condition"]["ArnEquals"]["aws:SourceArn"] == [
        f"arn:aws:events:{region}:{PROD_ACCOUNT}:rule/{rule['name']}"
    ]


def test_rule_takes_only_what_aws_itself_tells_when_anyone_may_put_events(prod: dict[str, RecordedStack]) -> None:
    rule = prod["prod-eu-west-1"].one("aws:cloudwatch/eventRule:EventRule", "changes").inputs
    pattern = json.loads(rule["eventPattern"])
    assert pattern["source"] == [{"prefix": "aws."}]
    assert pattern["detail-type"] == ["AWS API Call via CloudTrail"]
    named = {name for each in pattern["$or"] for name in each["detail"]["eventName"]}
    assert named >= {"PutKeyPolicy", "ScheduleKeyDeletion", "UpdateFunctionCode20150331v2", "SendAutomationSignal"}
    # PutRule's most.
    assert len(rule["eventPattern"]) <= 4096


def test_trail_is_of_every_region_signed_and_sealed_when_it_is_kept(prod: dict[str, RecordedStack]) -> None:
    foundation = prod["prod-foundation"]
    trail = foundation.one("aws:cloudtrail/trail:Trail", "trail").inputs
    assert trail["isMultiRegionTrail"] is trail["enableLogFileValidation"] is True
    assert trail["kmsKeyId"] == foundation.one("aws:kms/key:Key", "trail").outputs["arn"]
    data = next(each for each in trail["advancedEventSelectors"] if "vault" in each["name"])
    watched = next(each["equals"] for each in data["fieldSelectors"] if each["field"] == "resources.ARN")
    assert {each.rpartition("/")[2] for each in watched} == {
        "twinrail-prod-vault-tokens",
        "twinrail-prod-vault-subjects",
    }
    assert len(watched) == 2 * len(REGIONS)


def test_trail_alone_writes_its_bucket_when_a_policy_lets_anyone_in(prod: dict[str, RecordedStack]) -> None:
    foundation = prod["prod-foundation"]
    policy = foundation.one("aws:s3/bucketPolicy:BucketPolicy", "trail")
    letting_in = [each for each in statements_of(policy) if each["Effect"] == "Allow"]
    assert {each["Sid"] for each in letting_in} == {"TrailLooks", "TrailWrites"}
    for each in letting_in:
        assert each["Principal"] == {"Service": ["cloudtrail.amazonaws.com"]}
        assert each["Condition"]["StringEquals"]["aws:SourceArn"] == [
            f"arn:aws:cloudtrail:eu-west-1:{PROD_ACCOUNT}:trail/twinrail-prod-trail"
        ]
