"""What the vault's use cases need of the world."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from lambdas.core.vault.kinds import ValueKind
from lambdas.core.vault.records import Holders, Subject


class VaultUnavailable(Exception):
    """A store of the vault did not give all that it was asked for, now."""


class VaultCorrupted(Exception):
    """What was read is not what was sealed: changed, or moved from elsewhere. Nothing of it may leave."""


class TokenKeys(Protocol):
    """The keys that tokens are made with."""

    @property
    def version(self) -> int:
        """Of the key in use; tokens bear it."""

    def derive(self, tenant: str, use: str) -> bytes:
        """The key of a tenant for one use: a kind's name, or SUBJECTS."""


class SubjectKeyWrap(Protocol):
    """Subjects' keys under the vault's own key."""

    def new_key(self) -> bytes:
        """A fresh random key."""

    def wrap(self, tenant: str, subject_id: str, key: bytes) -> bytes:
        """A subject's key, fit to be stored."""

    def unwrap(self, tenant: str, subject_id: str, wrapped: bytes) -> bytes:
        """The key again; raises VaultCorrupted where it is not that subject's."""


class ValueSeal(Protocol):
    """Values under their subjects' keys."""

    def seal(self, key: bytes, tenant: str, kind: ValueKind, token: str, value: str) -> bytes:
        """A value, bound to its tenant, kind and token."""

    def unseal(self, key: bytes, tenant: str, kind: ValueKind, token: str, sealed: bytes) -> str:
        """The value again; raises VaultCorrupted where anything differs."""


class TokenStore(Protocol):
    """The table of tokens. Reads are strongly consistent across Regions."""

    def find(self, tenant: str, tokens: Collection[str]) -> Mapping[str, Holders]:
        """Those of a tenant's tokens that are there. Raises VaultUnavailable."""

    def hold(self, tenant: str, token: str, subject_id: str, sealed: bytes, *, instead_of: str | None) -> None:
        """Keep a value for a subject, unless it is kept already; instead_of: a subject for whom it is kept no more."""


class SubjectStore(Protocol):
    """The table of subjects. What is erased is gone in both Regions when the call returns."""

    def find(self, tenant: str, subject_ids: Collection[str]) -> Mapping[str, Subject]:
        """Those that are there, erased ones among them. Raises VaultUnavailable."""

    def open(self, tenant: str, subject_id: str, wrapped: bytes) -> Subject:
        """Keep a new subject's key; gives the subject as it is then: someone may have been faster."""

    def erase(self, tenant: str, subject_id: str, at: datetime) -> datetime:
        """Destroy the key and leave a tombstone; gives when it was erased, first."""


class Allowances(Protocol):
    """How many values each tenant was given in the current minute, in both Regions together."""

    def take(self, tenant: str, count: int, at: datetime) -> bool:
        """Whether there are that many left; then they are taken."""
