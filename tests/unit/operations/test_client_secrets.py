"""An exchange of secrets: what is valid after each step, wherever it ends half-way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from simulations.cloud.realisers.base import Cloud
from simulations.operations.client_secrets import CURRENT, PENDING, ClientSecret
from simulations.operations.errors import RotationRefused

OLD = "old-secret-of-24-or-more-characters"
STEPS = (
    "put_secret_value",
    "list_user_pool_client_secrets",
    "add_user_pool_client_secret",
    "update_secret_version_stage",
)


class Died(Exception):
    """Whoever exchanged the secret, at this step."""


@dataclass
class FakeCloud:
    """One client of a pool and its secret in Secrets Manager. dies_after: the operation after which the caller dies."""

    region: str = "eu-west-1"
    taken: dict[str, str] = field(default_factory=lambda: {"id-1": OLD})
    versions: dict[str, str] = field(default_factory=lambda: {"v1": OLD})
    stages: dict[str, str] = field(default_factory=lambda: {CURRENT: "v1"})
    dies_after: str = ""

    def call(self, service: str, operation: str, **given: Any) -> dict[str, object]:
        assert service in {"cognito-idp", "secretsmanager"}
        answer: dict[str, object] = getattr(self, f"_{operation}")(**given)
        if operation == self.dies_after:
            self.dies_after = ""
            raise Died
        return answer

    def current(self) -> str:
        return self.versions[self.stages[CURRENT]]

    def _put_secret_value(self, **given: Any) -> dict[str, object]:
        version = f"v{len(self.versions) + 1}"
        self.versions[version] = given["SecretString"]
        self.stages |= dict.fromkeys(given["VersionStages"], version)
        return {}

    def _get_secret_value(self, **given: str) -> dict[str, object]:
        if given["VersionStage"] not in self.stages:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")
        version = self.stages[given["VersionStage"]]
        held = [stage for stage, at in self.stages.items() if at == version]
        return {"VersionId": version, "SecretString": self.versions[version], "VersionStages": held}

    def _update_secret_version_stage(self, **given: str) -> dict[str, object]:
        assert self.stages.pop(given["VersionStage"]) == given["RemoveFromVersionId"]
        if "MoveToVersionId" in given:
            self.stages[given["VersionStage"]] = given["MoveToVersionId"]
        return {}

    def _add_user_pool_client_secret(self, **given: str) -> dict[str, object]:
        assert len(self.taken) == 1
        self.taken["id-2"] = given["ClientSecret"]
        return {}

    def _list_user_pool_client_secrets(self, **_: str) -> dict[str, object]:
        newest_first = sorted(self.taken, reverse=True)
        return {"ClientSecrets": [{"ClientSecretId": each, "ClientSecretCreateDate": each} for each in newest_first]}

    def _delete_user_pool_client_secret(self, **given: str) -> dict[str, object]:
        del self.taken[given["ClientSecretId"]]
        return {}


def of(cloud: FakeCloud) -> ClientSecret:
    return ClientSecret(cast("Cloud", cloud), "participant-a", "pool", "client", "arn")


def test_both_secrets_are_taken_until_the_old_one_is_retired() -> None:
    cloud = FakeCloud()
    of(cloud).renew()
    assert set(cloud.taken.values()) == {OLD, cloud.current()}
    assert cloud.current() != OLD
    assert PENDING not in cloud.stages
    of(cloud).retire()
    assert list(cloud.taken.values()) == [cloud.current()]


@pytest.mark.parametrize("step", STEPS)
def test_what_is_current_is_taken_when_an_exchange_ends_half_way(step: str) -> None:
    cloud = FakeCloud(dies_after=step)
    with pytest.raises(Died):
        of(cloud).renew()
    assert cloud.current() in cloud.taken.values()
    if PENDING in cloud.stages and cloud.stages[PENDING] != cloud.stages[CURRENT]:
        with pytest.raises(RotationRefused):
            of(cloud).retire()
        of(cloud).renew()
    assert OLD in cloud.taken.values()
    assert cloud.current() in cloud.taken.values()


def test_refused_when_there_is_nothing_to_retire_or_something_left_to() -> None:
    cloud = FakeCloud()
    with pytest.raises(RotationRefused, match="participant-a in eu-west-1 has one secret; expected two"):
        of(cloud).retire()
    of(cloud).renew()
    with pytest.raises(RotationRefused, match="has two secrets; expected one"):
        of(cloud).renew()
