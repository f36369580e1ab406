"""The emulator as the keeper of the engine's secrets: in its Secrets Manager, in an account of the engine's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from simulations.cloud.errors import StateError
from simulations.cloud.realisers.base import Cloud

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue as Json

ACCOUNT_ID = "999999999999"
REGION = "eu-west-1"


class EmulatorVault:
    """Secrets as long as the emulator lives, which is as long as they are worth anything."""

    def __init__(self, endpoint: str) -> None:
        self._cloud = Cloud(endpoint, ACCOUNT_ID, REGION, access_key_id=ACCOUNT_ID)

    def put(self, owner: str, secrets: Mapping[str, Json]) -> None:
        """Keep these values, in place of the owner's earlier ones."""
        value = json.dumps(dict(secrets))
        try:
            self._cloud.call("secretsmanager", "put_secret_value", SecretId=owner, SecretString=value)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._cloud.call("secretsmanager", "create_secret", Name=owner, SecretString=value)

    def get(self, owner: str) -> Mapping[str, Json]:
        """The owner's values.

        Raises StateError when the emulator has none: the recorded state is not this emulator's.
        """
        try:
            answer = self._cloud.call("secretsmanager", "get_secret_value", SecretId=owner)
        except ClientError as error:
            raise StateError(
                f"the emulator keeps no secrets of {owner}; run: twinrail down, then twinrail up"
            ) from error
        secrets: dict[str, Json] = json.loads(str(answer["SecretString"]))
        return secrets
