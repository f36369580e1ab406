"""The delivery pipeline: what is deployed when, and who may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.settings import load_settings
from tests.component.policies import allowed
from tests.component.recording import PROD_ACCOUNT, REGIONS
from tests.component.settings_files import refusal_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

PROJECT = "aws:codebuild/project:Project"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
DEPLOYER = f"arn:aws:iam::{PROD_ACCOUNT}:role/twinrail-deployment"


@pytest.fixture
def foundation(prod: dict[str, RecordedStack]) -> RecordedStack:
    return prod["prod-foundation"]


def stages(stack: RecordedStack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.one("aws:codepipeline/pipeline:Pipeline", "delivery").inputs["stages"]
    return found


def test_regions_follow_one_another_after_check_approval_and_foundation_when_a_change_is_delivered(
    foundation: RecordedStack,
) -> None:
    assert [each["name"] for each in stages(foundation)] == ["source", "check", "approve", "foundation", *REGIONS]
    assert all(len(each["actions"]) == 1 for each in stages(foundation))
    approve = stages(foundation)[2]["actions"][0]
    assert (approve["category"], approve["provider"]) == ("Approval", "Manual")
    deployed = [
        json.loads(each["actions"][0]["configuration"]["EnvironmentVariables"])[0]["value"]
        for each in stages(foundation)[3:]
    ]
    organization = load_settings("prod").organization
    assert deployed == [f"{organization}/twinrail/prod-{layer}" for layer in ("foundation", *REGIONS)]


@pytest.mark.parametrize("region", REGIONS)
def test_alarms_are_silent_for_the_bake_time_when_a_region_counts_as_deployed(
    foundation: RecordedStack, prod: dict[str, RecordedStack], region: str
) -> None:
    stage = next(each for each in stages(foundation) if each["name"] == region)
    condition = stage["onSuccess"]["condition"]
    assert condition["result"] == "FAIL"
    watched = {each["configuration"]["AlarmName"] for each in condition["rules"]}
    alarms = prod[f"prod-{region}"].of("aws:cloudwatch/metricAlarm:MetricAlarm").values()
    assert watched == {f"twinrail-prod-{queue}-dead-letters.fifo" for queue in ("incoming", "processing", "releasing")}
    assert watched <= {alarm.inputs["name"] for alarm in alarms}
    assert {each["region"] for each in condition["rules"]} == {region}
    assert {each["configuration"]["WaitTime"] for each in condition["rules"]} == {"60"}


def test_only_the_deploying_build_takes_on_the_deploying_role_when_builds_run(foundation: RecordedStack) -> None:
    check, deploy = (foundation.one(ROLE_POLICY, f"delivery-{kind}") for kind in ("check", "deploy"))
    assert "sts:AssumeRole" not in allowed(check)
    assert allowed(deploy)["sts:AssumeRole"] == {DEPLOYER}
    assert "sts:AssumeRole" not in allowed(foundation.one(ROLE_POLICY, "delivery"))


def test_builds_are_one_at_a_time_unprivileged_and_of_a_pinned_image_when_they_run(foundation: RecordedStack) -> None:
    projects = foundation.of(PROJECT)
    assert set(projects) == {"delivery-check", "delivery-deploy"}
    for project in projects.values():
        environment = project.inputs["environment"]
        assert environment["privilegedMode"] is False
        assert "@sha256:" in environment["image"]
        assert project.inputs["concurrentBuildLimit"] == 1
        assert project.inputs["encryptionKey"] == foundation.one("aws:kms/key:Key", "delivery").outputs["arn"]


def test_check_runs_what_a_user_runs_when_a_change_is_checked(foundation: RecordedStack) -> None:
    spec = json.loads(foundation.one(PROJECT, "delivery-check").inputs["source"]["buildspec"])
    assert "make check test build" in spec["phases"]["build"]["commands"]
    assert not [each for each in spec["phases"]["build"]["commands"] if "pulumi up" in each]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"image": "000000000000.dkr.ecr.eu-west-1.amazonaws.com/delivery:latest"},
         "image: '000000000000.dkr.ecr.eu-west-1.amazonaws.com/delivery:latest' is not allowed; expected an image in "
         "ECR by its digest (@sha256:...)"),
        ({"bake_minutes": 0}, "bake_minutes: 0 is not allowed; expected a whole number from 1 to 1440"),
        ({"repository": "twinrail"}, "repository: 'twinrail' is not allowed; expected owner/name"),
    ],
)  # fmt: skip
def test_delivery_is_refused_with_one_line_when_its_settings_break_a_rule(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    assert refusal_of(tmp_path, "hubs.delivery", change) == f"dev.yaml: hubs.delivery.{said}"
