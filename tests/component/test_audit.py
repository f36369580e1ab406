"""The audit chains can be added to and signed, and edited by nobody."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import pytest

from components.security.audit_alarm import MESSAGE
from lambdas.adapters import audit_heads
from lambdas.functions.attest import handler
from tests.component.policies import statements_of
from tests.component.recording import REGIONS

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ACCOUNT = "000000000000"
OTHER = {"eu-west-1": "eu-west-2", "eu-west-2": "eu-west-1"}
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


def test_records_are_found_by_their_chain_and_number_when_the_table_is_made(prod: dict[str, RecordedStack]) -> None:
    table = prod["prod-foundation"].one("aws:dynamodb/table:Table", "audit").inputs
    assert (table["hashKey"], table["rangeKey"]) == ("chain", "sequence")
    assert table["attributes"] == [{"name": "chain", "type": "S"}, {"name": "sequence", "type": "N"}]


@pytest.mark.parametrize("region", REGIONS)
def test_nobody_but_replication_may_edit_a_record_when_the_tables_policy_is_asked(
    dev: dict[str, RecordedStack], region: str
) -> None:
    policy = dev["dev-foundation"].one("aws:dynamodb/resourcePolicy:ResourcePolicy", f"audit-{region}")
    (statement,) = statements_of(policy)
    assert policy.region == region
    assert policy.inputs["resourceArn"] == f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/twinrail-dev-audit"
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"} == set(
        statement["Action"]
    )
    # Were DynamoDB's own role refused, the table would stop taking writes.
    (replication,) = statement["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert replication.endswith("/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication")


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_no_role_may_change_or_delete_a_record_when_it_may_add_one(
    environment: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    granted: set[tuple[str, str]] = set()
    for stack in stacks.values():
        for policy in stack.of(ROLE_POLICY).values():
            for statement in statements_of(policy):
                if any(str(arn).endswith(f"table/twinrail-{environment}-audit") for arn in statement["Resource"]):
                    granted |= {(policy.name, action) for action in statement["Action"]}
    assert {action for _, action in granted} == {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}
    assert ("attest", "dynamodb:PutItem") not in granted


def test_only_attest_signs_and_only_in_one_way_when_the_audit_key_is_asked(dev: dict[str, RecordedStack]) -> None:
    foundation = dev["dev-foundation"]
    primary = foundation.one("aws:kms/key:Key", "audit-eu-west-1")
    replica = foundation.one("aws:kms/replicaKey:ReplicaKey", "audit-eu-west-2")
    by_sid = {statement["Sid"]: statement for statement in statements_of(primary)}
    assert (primary.inputs["keyUsage"], primary.inputs["customerMasterKeySpec"]) == ("SIGN_VERIFY", "ECC_NIST_P384")
    assert primary.inputs["policy"] == replica.inputs["policy"]
    assert set(by_sid) == {"Administration", "PublicKey", "Heads"}
    assert by_sid["PublicKey"]["Action"] == ["kms:GetPublicKey"]
    assert by_sid["Heads"]["Action"] == ["kms:Sign", "kms:Verify"]
    assert by_sid["Heads"]["Condition"] == {
        "ArnEquals": {
            "aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:role/twinrail-dev-{region}-attest" for region in REGIONS]
        },
        "StringEquals": {"kms:MessageType": ["RAW"], "kms:SigningAlgorithm": ["ECDSA_SHA_384"]},
    }
    assert not {"kms:Sign", "kms:Verify"} & set(by_sid["Administration"]["Action"])


@pytest.mark.parametrize("region", REGIONS)
def test_heads_are_locked_in_the_other_region_when_a_chain_is_signed(
    prod: dict[str, RecordedStack], region: str
) -> None:
    foundation, there = prod["prod-foundation"], OTHER[region]
    bucket = foundation.one("aws:s3/bucket:Bucket", f"audit-heads-{there}")
    lock = foundation.one("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration", bucket.name)
    attest = prod[f"prod-{region}"].one("aws:lambda/function:Function", "attest")
    assert bucket.region == there
    assert lock.inputs["rule"]["defaultRetention"] == {"mode": "COMPLIANCE", "days": 2557}
    assert attest.inputs["environment"]["variables"]["AUDIT_HEADS_BUCKET"] == bucket.inputs["bucket"]
    assert attest.inputs["environment"]["variables"]["OPPOSITE_REGION"] == there


def test_the_alarm_watches_for_what_attest_logs_when_a_chain_does_not_verify(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    watched = stack.one("aws:cloudwatch/logMetricFilter:LogMetricFilter", "audit-chain").inputs
    alarm = stack.one("aws:cloudwatch/metricAlarm:MetricAlarm", "audit-chain").inputs
    assert watched["logGroupName"] == "/aws/lambda/twinrail-dev-attest"
    assert MESSAGE in watched["pattern"]
    assert f'"{MESSAGE}"' in inspect.getsource(handler)
    made = watched["metricTransformation"]
    assert (alarm["namespace"], alarm["metricName"]) == (made["namespace"], made["name"])
    assert audit_heads.PREFIX == "heads"
