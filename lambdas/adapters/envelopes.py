"""Payloads sealed and opened: AES-256-GCM under data keys of KMS, which are kept for a while.

A data key may seal many payloads, each under a nonce of its own; who may use it, KMS says, by purpose and Region of
origin. What a payload is sealed for in particular (transaction, message or answer) is bound by the cipher itself.
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
"""

from __future__ import annotations

import functools
import os
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lambdas.adapters import clients
from lambdas.core.envelope import NONCE_BYTES, Envelope, EnvelopeContext, EnvelopeHeader, EnvelopeRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_kms.client import KMSClient

PURPOSE = "payload"
"""What KMS is told that a data key is for; roles may use the key for this alone."""
KEY_SECONDS = 300.0
"""For how long a data key is kept in memory. A key whose use was withdrawn works for this long at most."""
KEY_MESSAGES = 10_000
"""How many payloads a data key seals: far from the 2^32 that random nonces of 96 bits allow (NIST SP 800-38D, 8.3)."""
KEYS_KEPT = 500
"""How many data keys are kept for opening: those of other environments, of which there are many in a busy Region."""
_NOT_ITS_KEY = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@dataclass(slots=True)
class _DataKey:
    """A data key in memory. uses: how many payloads it has sealed."""

    cipher: AESGCM = field(repr=False)
    encrypted: bytes = field(repr=False)
    until: float
    uses: int = 0


class KmsEnvelopes:
    """Envelopes of one Region. key_arn: the Region's own replica, which opens what any Region has sealed.

    Raises KMS's errors where it cannot be asked: then nothing is sealed and nothing opened.
    """

    def __init__(
        self, kms: Callable[[], KMSClient], key_arn: str, region: str, now: Callable[[], float] = monotonic
    ) -> None:
        self._kms = kms
        self._key_arn = key_arn
        self._region = region
        self._now = now
        self._sealing: _DataKey | None = None
        self._opening: OrderedDict[tuple[bytes, str], _DataKey] = OrderedDict()

    def seal(self, context: EnvelopeContext, content: bytes) -> bytes:
        """Seal a payload. It is compressed before: a queue's message ends at 1 MiB."""
        key = self._sealing_key()
        header = EnvelopeHeader(context, self._region, key.encrypted, os.urandom(NONCE_BYTES))
        associated = header.to_bytes()
        return associated + key.cipher.encrypt(header.nonce, zlib.compress(content, level=1), associated)

    def open(self, context: EnvelopeContext, sealed: bytes) -> bytes:
        """The payload, if it was sealed for this and nobody touched it. Raises EnvelopeRefused."""
        envelope = Envelope.read(sealed, context)
        cipher = self._opening_key(envelope.header).cipher
        try:
            return zlib.decompress(cipher.decrypt(envelope.header.nonce, envelope.ciphertext, envelope.associated))
        except (InvalidTag, zlib.error) as error:
            raise EnvelopeRefused("envelope: expected it as it was sealed") from error

    def _sealing_key(self) -> _DataKey:
        key = self._sealing
        if key is None or key.uses >= KEY_MESSAGES or self._now() >= key.until:
            made = self._kms().generate_data_key(
                KeyId=self._key_arn, KeySpec="AES_256", EncryptionContext=_kms_context(self._region)
            )
            key = self._sealing = _DataKey(AESGCM(made["Plaintext"]), made["CiphertextBlob"], self._now() + KEY_SECONDS)
        key.uses += 1
        return key

    def _opening_key(self, header: EnvelopeHeader) -> _DataKey:
        name = (header.encrypted_key, header.region)
        key = self._opening.pop(name, None)
        if key is None or self._now() >= key.until:
            key = self._decrypted(header)
        self._opening[name] = key
        while len(self._opening) > KEYS_KEPT:
            self._opening.popitem(last=False)
        return key

    def _decrypted(self, header: EnvelopeHeader) -> _DataKey:
        try:
            found = self._kms().decrypt(
                KeyId=self._key_arn,
                CiphertextBlob=header.encrypted_key,
                EncryptionContext=_kms_context(header.region),
            )
            return _DataKey(AESGCM(found["Plaintext"]), header.encrypted_key, self._now() + KEY_SECONDS)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOT_ITS_KEY:
                raise EnvelopeRefused("envelope.key: expected a data key of the hub") from error
            raise
        except ValueError as error:
            # No key by its length: an emulator's cipher, which is not authenticated, gives anything.
            raise EnvelopeRefused("envelope.key: expected a data key of the hub") from error


def kms_envelopes(region: str, function: str, key_arn: str) -> KmsEnvelopes:
    """The envelopes of a function. The client is made when it is first needed: most calls find their key in memory."""
    return KmsEnvelopes(functools.partial(clients.kms, region, function), key_arn, region)


def _kms_context(region: str) -> dict[str, str]:
    return {"purpose": PURPOSE, "region": region}
