"""Operators sign in with a second factor, get one role each, and are administrators on another's word alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.component.policies import allowed
from tests.component.recording import REGIONS

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ROLES = ("support", "audit", "approval", "administration")
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


@pytest.fixture
def foundation(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod["prod-foundation"]


def policy(foundation: RecordedStack, role: str) -> Recorded:
    return foundation.one(ROLE_POLICY, f"operator-{role}")


def test_each_group_leads_to_its_role_and_none_to_nothing_when_someone_signs_in(foundation: RecordedStack) -> None:
    groups = foundation.of("aws:cognito/userGroup:UserGroup")
    for region in REGIONS:
        for role in ROLES:
            assert groups[f"{role}-{region}"].inputs["roleArn"].endswith(f":role/twinrail-prod-operator-{role}")
        mapping = foundation.one(
            "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment", f"operators-{region}"
        ).inputs
        assert mapping["roles"]["authenticated"].endswith(":role/twinrail-prod-operator-nobody")
        (by_token,) = mapping["roleMappings"]
        assert (by_token["type"], by_token["ambiguousRoleResolution"]) == ("Token", "Deny")
    assert "operator-nobody" not in foundation.of(ROLE_POLICY)
    assert {each.inputs["allowUnauthenticatedIdentities"] for each in pools(foundation)} == {False}
    assert {each.inputs["allowClassicFlow"] for each in pools(foundation)} == {False}


def pools(foundation: RecordedStack) -> list[Recorded]:
    return list(foundation.of("aws:cognito/identityPool:IdentityPool").values())


def test_support_sees_and_changes_nothing_but_asks_when_it_has_signed_in(foundation: RecordedStack) -> None:
    verbs = {action.partition(":")[2] for action in allowed(policy(foundation, "support"))}
    changing = {each for each in verbs if not each.startswith(("Describe", "Get", "List", "Filter", "Query", "Scan"))}
    assert changing == {"Decrypt", "PassRole", "StartAutomationExecution", "StopAutomationExecution"}


def test_audits_role_reads_each_chain_and_its_heads_when_it_has_signed_in(foundation: RecordedStack) -> None:
    granted = allowed(policy(foundation, "audit"))
    assert {each.split(":")[3] for each in granted["dynamodb:Query"]} == set(REGIONS)
    assert len(granted["s3:GetObject"]) == len(REGIONS)
    assert all(each.endswith("/heads/*") for each in granted["s3:GetObject"])
