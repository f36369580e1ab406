"""A participant's client secret exchanged for a new one, with both of them valid in between.

Amazon Cognito takes two secrets of an app client (AddUserPoolClientSecret). The new one is in Secrets Manager before
Cognito has it, as its pending version: whoever dies in between finds it there and goes on.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from simulations.operations.errors import RotationRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud

SECRET_BYTES = 32
"""64 hexadecimal digits: the longest that Cognito takes (AddUserPoolClientSecret)."""
IDENTITY, MANAGER = "cognito-idp", "secretsmanager"
CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """The secret of one participant in one Region."""

    cloud: Cloud
    participant: str
    pool_id: str
    client_id: str
    secret_arn: str

    def renew(self) -> None:
        """Make a new secret the current one; the old one stays valid until it is retired. May be run again.

        Raises RotationRefused where the last exchange was not ended.
        """
        pending = self._pending()
        known = len(self._secret_ids())
        if pending is None:
            if known > 1:
                raise RotationRefused(f"{self._whose()} has two secrets; expected one: end the last exchange, --retire")
            value = secrets.token_hex(SECRET_BYTES)
            self._call(MANAGER, "put_secret_value", SecretString=value, VersionStages=[PENDING])
            pending = self._pending()
            if pending is None:
                raise RotationRefused(f"{self._whose()}: the new secret is not in Secrets Manager; run it again")
        version, value = pending
        if known == 1:
            self._call(IDENTITY, "add_user_pool_client_secret", ClientSecret=value)
        self._move(CURRENT, version)

    def retire(self) -> None:
        """End the old secret. Raises RotationRefused where there is no other, or the new one is not current yet."""
        ids = self._secret_ids()
        if self._pending() is not None:
            raise RotationRefused(f"{self._whose()}: its new secret is not the current one yet; expected no --retire")
        if len(ids) == 1:
            raise RotationRefused(f"{self._whose()} has one secret; expected two: renew it first, without --retire")
        self._call(IDENTITY, "delete_user_pool_client_secret", ClientSecretId=ids[0])

    def _secret_ids(self) -> list[str]:
        """The oldest first."""
        answer = self._call(IDENTITY, "list_user_pool_client_secrets")
        listed = cast("list[Mapping[str, str]]", answer["ClientSecrets"])
        return [each["ClientSecretId"] for each in sorted(listed, key=lambda each: each["ClientSecretCreateDate"])]

    def _pending(self) -> tuple[str, str] | None:
        """Version and value of a secret that is not current yet."""
        with suppress(ClientError):
            found = self._call(MANAGER, "get_secret_value", VersionStage=PENDING)
            if CURRENT not in cast("list[str]", found["VersionStages"]):
                return str(found["VersionId"]), str(found["SecretString"])
        return None

    def _move(self, stage: str, version: str) -> None:
        """To the version that was pending, which it then no longer is."""
        before = str(self._call(MANAGER, "get_secret_value", VersionStage=stage)["VersionId"])
        moved = {"MoveToVersionId": version, "RemoveFromVersionId": before}
        self._call(MANAGER, "update_secret_version_stage", VersionStage=stage, **moved)
        with suppress(ClientError):
            self._call(MANAGER, "update_secret_version_stage", VersionStage=PENDING, RemoveFromVersionId=version)

    def _call(self, service: str, operation: str, **parameters: object) -> Mapping[str, object]:
        if service == IDENTITY:
            return self.cloud.call(service, operation, UserPoolId=self.pool_id, ClientId=self.client_id, **parameters)
        return self.cloud.call(service, operation, SecretId=self.secret_arn, **parameters)

    def _whose(self) -> str:
        return f"{self.participant} in {self.cloud.region}"
