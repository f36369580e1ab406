"""KMS in memory, as envelopes meet it: data keys bound to an encryption context, and a count of what is asked."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from lambdas.adapters.envelopes import KmsEnvelopes

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

KEY_ARN = "arn:aws:kms:eu-west-1:000000000000:key/mrk-1"


@dataclass
class FakeKms:
    """One key, the same in every Region. down: it answers nobody."""

    down: bool = False
    made: int = 0
    decrypted: int = 0
    _keys: dict[bytes, tuple[bytes, str]] = field(default_factory=dict)

    def generate_data_key(self, **call: Any) -> dict[str, bytes]:
        self._meet("GenerateDataKey")
        assert call["KeySpec"] == "AES_256"
        self.made += 1
        plain, encrypted = os.urandom(32), os.urandom(64)
        self._keys[encrypted] = (plain, json.dumps(call["EncryptionContext"], sort_keys=True))
        return {"Plaintext": plain, "CiphertextBlob": encrypted}

    def decrypt(self, **call: Any) -> dict[str, bytes]:
        self._meet("Decrypt")
        self.decrypted += 1
        plain, context = self._keys.get(call["CiphertextBlob"], (b"", ""))
        if context != json.dumps(call["EncryptionContext"], sort_keys=True):
            raise ClientError({"Error": {"Code": "InvalidCiphertextException", "Message": ""}}, "Decrypt")
        return {"Plaintext": plain}

    def _meet(self, operation: str) -> None:
        if self.down:
            raise ClientError({"Error": {"Code": "KMSInternalException", "Message": ""}}, operation)


@dataclass
class Clock:
    """Seconds, as a test sets them."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def envelopes(kms: FakeKms, region: str = "eu-west-1", clock: Clock | None = None) -> KmsEnvelopes:
    """Envelopes of a Region, over the fake."""
    return KmsEnvelopes(lambda: cast("KMSClient", kms), KEY_ARN, region, clock or Clock())
