"""Roles and policies are there, and what a crashed run left behind is brought to the inputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers import REALISERS
from simulations.cloud.realisers.documents import items, mapping, texts

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Cloud
    from tests.simulation.realisers.conftest import Create

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("realisers")]
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
PUSH_TO_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::bucket/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_role_carries_its_policies_when_they_are_put_and_attached(home: Cloud, create: Create, unique: str) -> None:
    role = create(ROLE, {"name": unique, "assumeRolePolicy": trust("lambda.amazonaws.com"), "description": "one"})
    inline = create(ROLE_POLICY, {"role": role.id, "name": "grants", "policy": allow("s3:GetObject")})
    managed = create(POLICY, {"name": unique, "policy": allow("s3:PutObject")})
    create(ATTACHMENT, {"role": role.id, "policyArn": managed.outputs["arn"]})
    create(ATTACHMENT, {"role": role.id, "policyArn": PUSH_TO_LOGS})
    document = home.call("iam", "get_role_policy", RoleName=unique, PolicyName="grants")["PolicyDocument"]
    attached = home.call("iam", "list_attached_role_policies", RoleName=unique)
    assert document == json.loads(allow("s3:GetObject"))
    assert {policy["PolicyArn"] for policy in items(attached, "AttachedPolicies")} == {managed.id, PUSH_TO_LOGS}
    assert inline.id == f"{unique}:grants"
    assert role.outputs["arn"] == f"arn:aws:iam::{home.account_id}:role/{unique}"


def test_role_takes_the_new_trust_when_a_role_of_the_name_is_there(home: Cloud, create: Create, unique: str) -> None:
    create(ROLE, {"name": unique, "assumeRolePolicy": trust("lambda.amazonaws.com")})
    create(ROLE, {"name": unique, "assumeRolePolicy": trust("s3.amazonaws.com"), "tags": {"owner": "payments"}})
    role = mapping(home.call("iam", "get_role", RoleName=unique), "Role")
    assert role["AssumeRolePolicyDocument"] == json.loads(trust("s3.amazonaws.com"))
    assert role["Tags"] == [{"Key": "owner", "Value": "payments"}]


def test_policy_keeps_only_the_new_version_when_it_changes_often(home: Cloud, create: Create, unique: str) -> None:
    inputs = {"name": unique, "policy": allow("s3:GetObject")}
    policy = create(POLICY, inputs)
    for number in range(6):
        changed = {**inputs, "policy": allow(f"s3:GetObject{number}")}
        REALISERS[POLICY].update(home, policy.id, inputs, changed, policy.outputs)
    versions = items(home.call("iam", "list_policy_versions", PolicyArn=policy.id), "Versions")
    assert len(versions) == 2
    assert [version["IsDefaultVersion"] for version in versions].count(True) == 1


def test_role_refuses_deletion_when_policies_hang_on_it(home: Cloud, create: Create, unique: str) -> None:
    role = create(ROLE, {"name": unique, "assumeRolePolicy": trust("lambda.amazonaws.com")})
    create(ROLE_POLICY, {"role": role.id, "name": "grants", "policy": allow("s3:GetObject")})
    with pytest.raises(ClientError, match="DeleteConflict"):
        REALISERS[ROLE].delete(home, role.id, role.outputs)


def test_role_goes_with_its_policies_when_it_is_told_to_detach(home: Cloud, create: Create, unique: str) -> None:
    service = trust("lambda.amazonaws.com")
    role = create(ROLE, {"name": unique, "assumeRolePolicy": service, "forceDetachPolicies": True})
    create(ROLE_POLICY, {"role": role.id, "name": "grants", "policy": allow("s3:GetObject")})
    REALISERS[ROLE].delete(home, role.id, role.outputs)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        home.call("iam", "get_role", RoleName=unique)


def test_inline_policies_are_listed_once_when_one_is_put_twice(home: Cloud, create: Create, unique: str) -> None:
    role = create(ROLE, {"name": unique, "assumeRolePolicy": trust("lambda.amazonaws.com")})
    inputs = {"role": role.id, "name": "grants", "policy": allow("s3:GetObject")}
    policy = create(ROLE_POLICY, inputs)
    changed = {**inputs, "policy": allow("s3:PutObject")}
    REALISERS[ROLE_POLICY].update(home, policy.id, inputs, changed, policy.outputs)
    assert texts(home.call("iam", "list_role_policies", RoleName=unique), "PolicyNames") == ["grants"]
