"""The AWS Encryption SDK: subjects' keys under the vault's KMS key, values under their subjects' keys.

Each message carries its encryption context and is authenticated with it; the SDK gives it back and leaves it to its
caller to hold it against what is expected (AWS Encryption SDK Developer Guide, "Encryption context"). Algorithm suite:
AES-256-GCM, key derivation, key commitment; no signature, since whoever may read may write here.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from aws_encryption_sdk.caches.local import LocalCryptoMaterialsCache
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError, DecryptKeyError, GenerateKeyError
from aws_encryption_sdk.identifiers import Algorithm, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.kms import MRKAwareKMSMasterKey
from aws_encryption_sdk.key_providers.raw import RawMasterKey
from aws_encryption_sdk.materials_managers.caching import CachingCryptoMaterialsManager
from cryptography.exceptions import InvalidTag

from lambdas.service.vault_ports import VaultCorrupted, VaultUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_kms.client import KMSClient

    from lambdas.core.vault.kinds import ValueKind

KEY_BYTES = 32
PURPOSE = "vault"
CACHED_KEYS = 256
MAX_AGE_SECONDS = 300.0
MAX_MESSAGES = 1_000
"""Bounds of one data key of KMS: it wraps this many subjects' keys of one tenant, for this long; and for this long a
process can unwrap what it wrapped without asking KMS again."""
_SUITE = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY
_WRAPPING = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
_BROKEN = (AWSEncryptionSDKClientError, InvalidTag, ValueError, KeyError, TypeError)
"""What the SDK raises of a message that is not what it wrote."""

# The SDK logs what it also raises, with AWS's words for it.
logging.getLogger("aws_encryption_sdk").setLevel(logging.CRITICAL)


class _Header(Protocol):
    encryption_context: Mapping[str, str]


def _client() -> EncryptionSDKClient:
    return EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=1
    )


class KmsSubjectKeyWrap:
    """SubjectKeyWrap over one KMS key, of this Region; its multi-Region sibling opens what it sealed.

    KMS is told of tenants, not of subjects: else each subject would cost a call. That a key is its subject's stands
    inside, beside it.
    """

    def __init__(self, client: KMSClient, key_arn: str) -> None:
        self._sdk = _client()
        self._materials = CachingCryptoMaterialsManager(
            master_key_provider=MRKAwareKMSMasterKey(key_id=key_arn, client=client),
            cache=LocalCryptoMaterialsCache(CACHED_KEYS),
            max_age=MAX_AGE_SECONDS,
            max_messages_encrypted=MAX_MESSAGES,
        )

    def new_key(self) -> bytes:
        """Of the machine's own randomness."""
        return secrets.token_bytes(KEY_BYTES)

    def wrap(self, tenant: str, subject_id: str, key: bytes) -> bytes:
        """Raises VaultUnavailable where KMS gives no data key."""
        try:
            message, _ = self._sdk.encrypt(
                source=subject_id.encode() + key,
                materials_manager=self._materials,
                encryption_context=_of_tenant(tenant),
                algorithm=_SUITE,
            )
        except GenerateKeyError as error:
            raise VaultUnavailable("KMS gave no data key") from error
        return cast("bytes", message)

    def unwrap(self, tenant: str, subject_id: str, wrapped: bytes) -> bytes:
        """Raises VaultCorrupted; VaultUnavailable where KMS does not open the data key."""
        try:
            content, header = self._sdk.decrypt(source=wrapped, materials_manager=self._materials)
        except DecryptKeyError as error:
            # KMS refuses, or cannot answer: the SDK tells these no longer apart.
            raise VaultUnavailable("KMS opened no data key") from error
        except _BROKEN as error:
            raise VaultCorrupted("a subject's key is not as it was wrapped") from error
        named, key = content[:-KEY_BYTES], cast("bytes", content[-KEY_BYTES:])
        if not _bears(header, _of_tenant(tenant)) or named != subject_id.encode() or len(key) != KEY_BYTES:
            raise VaultCorrupted("a subject's key is another one's")
        return key


@dataclass(frozen=True, slots=True)
class SdkValueSeal:
    """ValueSeal: each value a message of its own, its data key under the subject's key."""

    def seal(self, key: bytes, tenant: str, kind: ValueKind, token: str, value: str) -> bytes:
        """No call leaves the process."""
        message, _ = _client().encrypt(
            source=value.encode(),
            key_provider=_master(key),
            encryption_context=_of_value(tenant, kind, token),
            algorithm=_SUITE,
        )
        return cast("bytes", message)

    def unseal(self, key: bytes, tenant: str, kind: ValueKind, token: str, sealed: bytes) -> str:
        """Raises VaultCorrupted."""
        try:
            content, header = _client().decrypt(source=sealed, key_provider=_master(key))
        except _BROKEN as error:
            raise VaultCorrupted("a value is not as it was sealed") from error
        if not _bears(header, _of_value(tenant, kind, token)):
            raise VaultCorrupted("a value is another token's")
        return cast("bytes", content).decode()


def _master(key: bytes) -> RawMasterKey:
    wrapping = WrappingKey(
        wrapping_algorithm=_WRAPPING, wrapping_key=key, wrapping_key_type=EncryptionKeyType.SYMMETRIC
    )
    return RawMasterKey(provider_id=PURPOSE, key_id=b"subject", wrapping_key=wrapping)


def _of_tenant(tenant: str) -> dict[str, str]:
    return {"purpose": PURPOSE, "tenant": tenant}


def _of_value(tenant: str, kind: ValueKind, token: str) -> dict[str, str]:
    return {"tenant": tenant, "kind": str(kind), "token": token}


def _bears(header: _Header, expected: Mapping[str, str]) -> bool:
    """Whether a message was made in this context, and in no other."""
    return dict(header.encryption_context) == dict(expected)
