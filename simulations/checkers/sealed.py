"""Envelopes, opened by code of the checkers' own: with KMS's help, as whoever may use the key.

`TWRE`, a byte for the version (1), two for the header's length, the header as JSON, the ciphertext (AES-256-GCM over
zlib, the nonce in the header, all that stands before it as associated data).
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from simulations.checkers.sources import SourceUnreadable
from simulations.checkers.tree import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

START = b"TWRE\x01"
_LENGTH_END = len(START) + 2
_PURPOSES = {"incoming": "incoming", "refused": "incoming", "outgoing": "outgoing"}


class Unsealing(Protocol):
    """Opens what a bucket has under a key."""

    def __call__(self, key: str, sealed: bytes) -> bytes:
        """The content. Raises Unreadable where it is not what was sealed for this key."""


class KmsUnsealing:
    """With a Region's KMS key. Each data key is asked for once."""

    def __init__(self, kms: KMSClient, key_arn: str) -> None:
        self._kms = kms
        self._key_arn = key_arn
        self._known: dict[tuple[str, str], AESGCM] = {}

    def __call__(self, key: str, sealed: bytes) -> bytes:
        """Open it."""
        try:
            end = _LENGTH_END + int.from_bytes(sealed[len(START) : _LENGTH_END], "big")
            header = json.loads(sealed[_LENGTH_END:end])
            path, transaction_id, _ = key.split("/")
            meant = (transaction_id, _PURPOSES[path])
            if not sealed.startswith(START) or (header["transaction_id"], header["purpose"]) != meant:
                raise Unreadable("it was sealed for something else")
            cipher = self._cipher(header["key"], header["region"])
            return zlib.decompress(cipher.decrypt(base64.b64decode(header["nonce"]), sealed[end:], sealed[:end]))
        except (ValueError, KeyError, TypeError, InvalidTag, zlib.error) as error:
            raise Unreadable("it is no envelope, or not as it was sealed") from error

    def _cipher(self, encrypted: str, region: str) -> AESGCM:
        if (encrypted, region) not in self._known:
            try:
                found = self._kms.decrypt(
                    KeyId=self._key_arn,
                    CiphertextBlob=base64.b64decode(encrypted),
                    EncryptionContext={"purpose": "payload", "region": region},
                )
            except (BotoCoreError, ClientError) as error:
                raise SourceUnreadable(f"KMS opens no envelope: {type(error).__name__}") from error
            self._known[(encrypted, region)] = AESGCM(found["Plaintext"])
        return self._known[(encrypted, region)]
