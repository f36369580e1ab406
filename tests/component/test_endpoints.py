"""A Region's network reaches the hub's own resources, for its own account, and nothing else of AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from components.blocks.statement import Statement
from components.blocks.statement_parts import Anyone, Exactly, Members, WildcardRefused
from components.network.endpoint_policies import GATEWAYS, INTERFACES
from tests.component.deciding import Request, decides
from tests.component.policies import statements_of

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

OURS, FOREIGN = "111122223333", "999988887777"
REGION = "eu-west-1"
OWNED = {"aws:ResourceAccount": OURS}
LONGEST_POLICY = 20_480
"""Characters of an endpoint's policy (AWS PrivateLink Guide)."""


@pytest.fixture
def policies(prod: dict[str, RecordedStack]) -> dict[str, str]:
    """Each endpoint's policy, by service."""
    return {service: each.inputs["policy"] for service, each in endpoints_of(prod).items()}


def endpoints_of(prod: dict[str, RecordedStack]) -> dict[str, Recorded]:
    """Those of the message path, by service: sessions have their own (test_session_access.py)."""
    endpoints = prod[f"prod-{REGION}"].of("aws:ec2/vpcEndpoint:VpcEndpoint").values()
    return {
        each.inputs["serviceName"].rpartition(".")[2]: each for each in endpoints if "PrivateNetwork" in each.parent
    }


def test_every_service_has_an_endpoint_with_a_policy_when_a_region_is_deployed(
    prod: dict[str, RecordedStack], policies: dict[str, str]
) -> None:
    assert set(policies) == {*GATEWAYS, *INTERFACES} == {"dynamodb", "s3", "kms", "sqs", "secretsmanager"}
    kinds = {service: each.inputs["vpcEndpointType"] for service, each in endpoints_of(prod).items()}
    assert {service for service, kind in kinds.items() if kind == "Gateway"} == {"dynamodb", "s3"}
    assert all(len(policy) <= LONGEST_POLICY for policy in policies.values())


def test_no_resource_is_a_pattern_but_objects_under_a_prefix_when_policies_are_written(
    policies: dict[str, str],
) -> None:
    for service, policy in policies.items():
        for statement in json.loads(policy)["Statement"]:
            assert statement["Condition"]["StringEquals"] == {
                "aws:PrincipalAccount": [OURS],
                "aws:ResourceAccount": [OURS],
            }
            for resource in statement["Resource"]:
                assert "*" not in resource.removesuffix("/*")
                assert not resource.endswith("/*") or service == "s3"


PAYLOAD = "arn:aws:s3:::twinrail-prod-payloads-eu-west-1-111122223333/incoming/a"
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:twinrail-prod-incoming.fifo"
TAKEN_OVER = {"aws:ResourceAccount": FOREIGN}
"""What the ARN names belongs to another account."""


@pytest.mark.parametrize(
    "request_",
    [
        Request(OURS, "s3:PutObject", PAYLOAD, OWNED),
        Request(OURS, "dynamodb:PutItem", f"{TABLE}/twinrail-prod-published-events", OWNED),
        Request(OURS, "dynamodb:Query", f"{TABLE}/twinrail-prod-transactions/index/open-by-deadline", OWNED),
        Request(OURS, "sqs:SendMessage", QUEUE, OWNED),
    ],
)
def test_call_passes_when_it_is_the_accounts_own_on_the_hubs_own(policies: dict[str, str], request_: Request) -> None:
    assert decides(policies[request_.service], request_)


@pytest.mark.parametrize(
    "request_",
    [
        Request(OURS, "s3:PutObject", "arn:aws:s3:::elsewhere/incoming/a", TAKEN_OVER),
        Request(OURS, "s3:PutObject", PAYLOAD, TAKEN_OVER),
        Request(FOREIGN, "s3:PutObject", PAYLOAD, OWNED),
        Request(OURS, "s3:DeleteObjectVersion", PAYLOAD, OWNED),
        Request(OURS, "dynamodb:Scan", f"{TABLE}/twinrail-prod-transactions", OWNED),
        Request(OURS, "dynamodb:PutItem", f"{TABLE}/elsewhere", OWNED),
        Request(OURS, "sqs:SendMessage", "arn:aws:sqs:eu-west-1:999988887777:elsewhere", TAKEN_OVER),
        Request(OURS, "sqs:PurgeQueue", QUEUE, OWNED),
        Request(OURS, "kms:ScheduleKeyDeletion", "arn:aws:kms:eu-west-1:111122223333:key/any", OWNED),
        Request(OURS, "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:999988887777:secret:s", OWNED),
    ],
)
def test_call_is_stopped_when_anything_of_it_is_not_the_hubs(policies: dict[str, str], request_: Request) -> None:
    assert not decides(policies[request_.service], request_)


def test_every_grant_of_the_function_in_the_network_passes_the_endpoints(
    prod: dict[str, RecordedStack], policies: dict[str, str]
) -> None:
    """A policy that is too narrow would stop it at run time, on AWS alone."""
    stack = prod[f"prod-{REGION}"]
    [role] = [each for each in stack.of("aws:iam/rolePolicy:RolePolicy").values() if each.name == "publishing"]
    asked = [
        Request(OURS, action, resource, OWNED)
        for statement in statements_of(role)
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        for resource in statement["Resource"]
    ]
    reached = [each for each in asked if each.service in policies]
    assert len(reached) >= 5
    assert [each for each in reached if not decides(policies[each.service], each)] == []


def test_members_of_an_account_are_narrowed_when_their_statement_is_written() -> None:
    arn = Exactly("arn:aws:sqs:eu-west-1:111122223333:q")
    with pytest.raises(WildcardRefused, match="twelve digits"):
        Members("*")
    with pytest.raises(WildcardRefused, match="alone"):
        Statement("Both", "Deny", ("sqs:SendMessage",), (arn,), (Members(OURS), Anyone()))
