"""What others do to the hub's resources in a Region, on its way to the audit chain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.payment.message_path import CHANGES_RULE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

CHANGES: Mapping[str, tuple[str, ...]] = {
    "kms.amazonaws.com": (
        "CancelKeyDeletion", "DeleteAlias", "DisableKey", "DisableKeyRotation", "EnableKey", "PutKeyPolicy",
        "ReplicateKey", "RotateKeyOnDemand", "ScheduleKeyDeletion", "UpdateAlias", "UpdatePrimaryRegion",
    ),
    # Lambda puts the version of its API behind the names of some calls.
    "lambda.amazonaws.com": (
        "AddPermission20150331v2", "DeleteFunction20150331", "UpdateAlias20150331", "UpdateFunctionCode20150331v2",
        "UpdateFunctionConfiguration20150331v2",
    ),
    "dynamodb.amazonaws.com": (
        "DeleteResourcePolicy", "DeleteTable", "PutResourcePolicy", "RestoreTableToPointInTime", "UpdateTable",
    ),
    "s3.amazonaws.com": (
        "DeleteBucket", "DeleteBucketPolicy", "PutBucketLifecycle", "PutBucketObjectLockConfiguration",
        "PutBucketPolicy", "PutBucketReplication",
    ),
    "cognito-idp.amazonaws.com": (
        "AdminAddUserToGroup", "AdminCreateUser", "AdminRemoveUserFromGroup", "AdminSetUserMFAPreference",
        "UpdateUserPool", "UpdateUserPoolClient",
    ),
    "ssm.amazonaws.com": ("SendAutomationSignal", "StartAutomationExecution", "UpdateDocument"),
}  # fmt: skip
"""The calls that are put on record, by the service that CloudTrail names. IAM's are told in us-east-1 alone."""


@dataclass(frozen=True, slots=True)
class CustodyArgs:
    """`queue_arn`: the queue of changes."""

    names: Names
    queue_arn: pulumi.Input[str]


class Custody(pulumi.ComponentResource):
    """A rule over what CloudTrail tells, whose matches go to the queue of changes."""

    def __init__(self, name: str, args: CustodyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:Custody", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            name,
            name=args.names.regional(CHANGES_RULE),
            description="What is done to keys, code, stores and operators",
            event_pattern=json.dumps(_pattern(), sort_keys=True),
            opts=child,
        )
        aws.cloudwatch.EventTarget(name, rule=rule.name, target_id="changes", arn=args.queue_arn, opts=child)
        self.register_outputs({"ruleArn": rule.arn})


def _pattern() -> dict[str, object]:
    """What was done, not to whose: every resource of the account is the hub's, an environment having one of its own.

    AWS alone can tell of anything in the name of a source that begins with `aws.`: no forged event matches.
    """
    return {
        "source": [{"prefix": "aws."}],
        "detail-type": ["AWS API Call via CloudTrail"],
        "$or": [{"detail": {"eventSource": [source], "eventName": list(names)}} for source, names in CHANGES.items()],
    }
