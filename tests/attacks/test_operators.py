"""Attempts of and at operators, against the policies, pools and automation that are deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.component.policies import allowed, statements_of
from tests.component.recording import REGIONS

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ROLES = ("support", "audit", "approval", "administration")
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
SECRETS = ("kms:GenerateMac", "kms:Sign", "secretsmanager:GetSecretValue", "dynamodb:PutItem", "dynamodb:DeleteItem")


@pytest.fixture
def foundation(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod["prod-foundation"]


def policy(foundation: RecordedStack, role: str) -> Recorded:
    return foundation.one(ROLE_POLICY, f"operator-{role}")


@pytest.mark.attack(
    "Sign in as an operator with a password that was seen, or through a mailbox",
    refused="a one-time password is required; there is no recovery by mail",
)
@pytest.mark.parametrize("region", REGIONS)
def test_nobody_signs_in_with_a_password_alone_when_it_is_an_operator(foundation: RecordedStack, region: str) -> None:
    pool = foundation.one("aws:cognito/userPool:UserPool", f"operators-{region}").inputs
    assert pool["mfaConfiguration"] == "ON"
    assert pool["softwareTokenMfaConfiguration"] == {"enabled": True}
    assert pool["adminCreateUserConfig"] == {"allowAdminCreateUserOnly": True}
    assert pool["userPoolAddOns"] == {"advancedSecurityMode": "ENFORCED"}
    assert pool["accountRecoverySetting"]["recoveryMechanisms"] == [{"name": "admin_only", "priority": 1}]
    client = foundation.one("aws:cognito/userPoolClient:UserPoolClient", f"operators-{region}").inputs
    assert client["allowedOauthFlows"] == ["code"]
    assert client["generateSecret"] is False
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["explicitAuthFlows"]


@pytest.mark.attack(
    "Take an operator's role on from elsewhere than the hub's own identity pools",
    refused="the roles' trust names the two identity pools, and who has signed in",
)
@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_role_is_for_who_signed_in_to_one_of_the_pools_when_it_is_an_operators(
    foundation: RecordedStack, role: str
) -> None:
    (trust,) = statements_of(foundation.one("aws:iam/role:Role", f"operator-{role}"))
    assert trust["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    assert trust["Principal"] == {"Federated": ["cognito-identity.amazonaws.com"]}
    pools = foundation.of("aws:cognito/identityPool:IdentityPool")
    assert len(trust["Condition"]["StringEquals"]["cognito-identity.amazonaws.com:aud"]) == len(pools) == len(REGIONS)
    assert trust["Condition"]["ForAnyValue:StringEquals"] == {"cognito-identity.amazonaws.com:amr": ["authenticated"]}


@pytest.mark.attack(
    "Read payloads, the vault or secrets as an operator",
    refused="no role of operators has a statement for them",
)
@pytest.mark.parametrize("role", ROLES)
def test_no_secret_and_no_payload_is_reached_when_an_operator_has_signed_in(
    foundation: RecordedStack, role: str
) -> None:
    granted = allowed(policy(foundation, role))
    assert not granted.keys() & set(SECRETS)
    reached = {resource for resources in granted.values() for resource in resources}
    assert not [each for each in reached if "vault" in each.replace("function:", "") and ":log-group:" not in each]
    assert not [each for each in reached if "payloads-" in each and each.startswith("arn:aws:s3")]


@pytest.mark.attack(
    "Ask for administration and approve it oneself",
    refused="who approves may not ask, who asks may not approve",
)
def test_approval_and_audit_cannot_ask_when_they_have_signed_in(foundation: RecordedStack) -> None:
    assert set(allowed(policy(foundation, "approval"))) == {
        "ssm:DescribeAutomationExecutions",
        "ssm:GetAutomationExecution",
        "ssm:SendAutomationSignal",
    }
    assert "ssm:StartAutomationExecution" not in allowed(policy(foundation, "audit"))
    assert "ssm:SendAutomationSignal" not in allowed(policy(foundation, "support"))


@pytest.mark.attack(
    "Stop the automation, so as to stay an administrator",
    refused="stopped or failed, it takes the user out of the group",
)
@pytest.mark.parametrize("region", REGIONS)
def test_automation_waits_for_an_approver_and_ends_what_it_began_when_someone_asks(
    foundation: RecordedStack, region: str
) -> None:
    document = foundation.one("aws:ssm/document:Document", f"elevation-{region}")
    content: dict[str, Any] = json.loads(document.inputs["content"])
    steps = {step["name"]: step for step in content["mainSteps"]}
    assert list(steps) == ["approve", "add", "hold", "remove", "signOut"]
    assert steps["approve"]["inputs"]["MinRequiredApprovals"] == 1
    (approver,) = steps["approve"]["inputs"]["Approvers"]
    assert approver.endswith(":role/twinrail-prod-operator-approval")
    assert steps["approve"]["onFailure"] == "Abort"
    assert steps["hold"]["onCancel"] == steps["hold"]["onFailure"] == "step:remove"
    assert steps["add"]["inputs"]["GroupName"] == steps["remove"]["inputs"]["GroupName"] == "administration"
    role = foundation.one("aws:iam/role:Role", f"elevation-{region}")
    (trust,) = statements_of(role)
    assert trust["Principal"] == {"Service": ["ssm.amazonaws.com"]}
    assert content["assumeRole"] == role.outputs["arn"]


@pytest.mark.attack(
    "Make oneself an administrator by the user pool",
    refused="the automation's role alone may change the group, and Systems Manager alone takes it on",
)
def test_group_of_administrators_is_changed_by_the_automations_alone_when_policies_are_read(
    prod: dict[str, RecordedStack],
) -> None:
    holders = {
        resource.name
        for stack in prod.values()
        for resource in stack.of(ROLE_POLICY).values()
        if "cognito-idp:AdminAddUserToGroup" in {a for s in statements_of(resource) for a in s["Action"]}
    }
    assert holders == {f"elevation-{region}" for region in REGIONS}
