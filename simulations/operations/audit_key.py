"""The public key of the audit chains' heads: whoever serves the records must not also say which key is theirs.

So it is taken once, when the hub is deployed, and kept; a head is held against what was kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simulations.operations.errors import UnusableKey

if TYPE_CHECKING:
    from pathlib import Path

    from lambdas.core.audit.head import SignedHead

_ALGORITHM = ec.ECDSA(hashes.SHA384())


@dataclass(frozen=True, slots=True)
class AuditKey:
    """The public half of the audit key: P-384."""

    key: ec.EllipticCurvePublicKey

    @classmethod
    def from_der(cls, der: bytes) -> AuditKey:
        """As KMS gives it (SubjectPublicKeyInfo). Raises UnusableKey."""
        try:
            return cls._checked(serialization.load_der_public_key(der), "the audit key")
        except ValueError as error:
            raise UnusableKey("the audit key: not a public key; expected one of ECDSA on P-384") from error

    @classmethod
    def read(cls, path: Path) -> AuditKey:
        """From a PEM file. Raises UnusableKey."""
        try:
            return cls._checked(serialization.load_pem_public_key(path.read_bytes()), str(path))
        except OSError as error:
            raise UnusableKey(f"{path}: cannot be read; expected the audit key, as PEM") from error
        except ValueError as error:
            raise UnusableKey(f"{path}: not a public key; expected the audit key, as PEM") from error

    @classmethod
    def _checked(cls, key: object, where: str) -> AuditKey:
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP384R1):
            raise UnusableKey(f"{where}: another kind of key; expected one of ECDSA on P-384")
        return cls(key)

    def pem(self) -> bytes:
        """As it is kept."""
        return self.key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def der(self) -> bytes:
        """As KMS gives it."""
        return self.key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def signed(self, head: SignedHead) -> bool:
        """Whether the head's signature is this key's."""
        try:
            self.key.verify(head.signature, head.head.signed_bytes(), _ALGORITHM)
        except InvalidSignature:
            return False
        return True
