"""The vault's keys serve one function; what erasure destroys is in no backup; what is unusual raises an alarm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.component.policies import statements_of
from tests.component.recording import REGIONS
from tests.component.test_permissions import ACCOUNT, ROLE_POLICY

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

ROLES = [f"arn:aws:iam::{ACCOUNT}:role/twinrail-dev-{region}-vault" for region in REGIONS]


@pytest.mark.parametrize("name", ["tokens", "vault"])
def test_only_the_vaults_roles_may_use_its_keys_when_they_are_made(dev: dict[str, RecordedStack], name: str) -> None:
    foundation = dev["dev-foundation"]
    primary = foundation.one("aws:kms/key:Key", f"{name}-eu-west-1")
    replica = foundation.one("aws:kms/replicaKey:ReplicaKey", f"{name}-eu-west-2")
    assert primary.inputs["policy"] == replica.inputs["policy"]
    assert primary.inputs["multiRegion"] is True
    for statement in statements_of(primary):
        if statement["Sid"] not in {"Administration", "TableGrants"}:
            assert statement["Condition"]["ArnEquals"] == {"aws:PrincipalArn": ROLES}


def test_the_token_key_makes_macs_of_one_algorithm_when_the_vault_asks(dev: dict[str, RecordedStack]) -> None:
    key = dev["dev-foundation"].one("aws:kms/key:Key", "tokens-eu-west-1")
    assert (key.inputs["keyUsage"], key.inputs["customerMasterKeySpec"]) == ("GENERATE_VERIFY_MAC", "HMAC_256")
    by_sid = {statement["Sid"]: statement for statement in statements_of(key)}
    assert set(by_sid) == {"Administration", "Tokens"}
    assert by_sid["Tokens"]["Action"] == ["kms:GenerateMac"]
    assert by_sid["Tokens"]["Condition"]["StringEquals"] == {"kms:MacAlgorithm": ["HMAC_SHA_256"]}


def test_the_vault_key_opens_what_is_the_vaults_alone_when_it_is_used(dev: dict[str, RecordedStack]) -> None:
    key = dev["dev-foundation"].one("aws:kms/key:Key", "vault-eu-west-1")
    by_sid = {statement["Sid"]: statement for statement in statements_of(key)}
    assert set(by_sid) == {"Administration", "TableGrants", "Tables", "Values"}
    assert by_sid["Values"]["Condition"]["StringEquals"] == {"kms:EncryptionContext:purpose": ["vault"]}
    services = [f"dynamodb.{region}.amazonaws.com" for region in REGIONS]
    assert by_sid["Tables"]["Condition"]["StringEquals"] == {"kms:ViaService": services}
    assert by_sid["Tables"]["Action"] == ["kms:Decrypt"]


@pytest.mark.parametrize("region", REGIONS)
def test_each_use_of_a_key_is_narrowed_when_the_role_may_use_it(dev: dict[str, RecordedStack], region: str) -> None:
    by_sid = {each["Sid"]: each for each in statements_of(dev[f"dev-{region}"].one(ROLE_POLICY, "vault"))}
    assert by_sid["DeriveTokenKeys"]["Condition"] == {"StringEquals": {"kms:MacAlgorithm": ["HMAC_SHA_256"]}}
    assert by_sid["WrapSubjectKeys"]["Condition"] == {"StringEquals": {"kms:EncryptionContext:purpose": ["vault"]}}


def test_no_other_role_reaches_the_vault_when_a_region_is_deployed(dev: dict[str, RecordedStack]) -> None:
    for region in REGIONS:
        for policy in dev[f"dev-{region}"].of(ROLE_POLICY).values():
            if policy.name != "vault":
                text = json.dumps(statements_of(policy))
                assert "dev-vault-" not in text
                assert "key/tokens-" not in text
                assert "key/vault-" not in text


def test_subjects_are_in_no_backup_when_their_table_is_made(dev: dict[str, RecordedStack]) -> None:
    for name, recovery in (("vault-subjects", False), ("vault-tokens", True)):
        table = dev["dev-foundation"].one("aws:dynamodb/table:Table", name)
        assert table.inputs["pointInTimeRecovery"] == {"enabled": recovery}
        (replica,) = table.inputs["replicas"]
        assert replica["pointInTimeRecovery"] is recovery
        assert replica["consistencyMode"] == "STRONG"
        assert ":key/vault-" in replica["kmsKeyArn"]


@pytest.mark.parametrize(("count", "threshold"), [("detokenised", 500), ("denied", 20)])
def test_an_alarm_stands_over_what_the_function_logs_when_a_region_is_deployed(
    dev: dict[str, RecordedStack], count: str, threshold: int
) -> None:
    stack = dev["dev-eu-west-1"]
    counted = stack.one("aws:cloudwatch/logMetricFilter:LogMetricFilter", f"vault-{count}")
    alarm = stack.one("aws:cloudwatch/metricAlarm:MetricAlarm", f"vault-{count}")
    assert counted.inputs["logGroupName"] == "/aws/lambda/twinrail-dev-vault"
    assert counted.inputs["pattern"] == f"{{ $.{count} > 0 }}"
    metric = counted.inputs["metricTransformation"]
    assert metric["value"] == f"$.{count}"
    assert (metric["namespace"], metric["name"]) == (alarm.inputs["namespace"], alarm.inputs["metricName"])
    assert (alarm.inputs["statistic"], alarm.inputs["period"], alarm.inputs["threshold"]) == ("Sum", 60, threshold)


def test_clients_get_the_vaults_scopes_when_a_region_is_deployed(dev: dict[str, RecordedStack]) -> None:
    client = dev["dev-eu-west-1"].one("aws:cognito/userPoolClient:UserPoolClient", "participant-a")
    assert {"vault/tokenise", "vault/detokenise", "vault/erase"} < set(client.inputs["allowedOauthScopes"])
