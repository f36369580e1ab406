"""A vault in memory: stores that both Regions see, as with strong consistency; values are really encrypted."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lambdas.adapters.encryption_sdk import SdkValueSeal
from lambdas.adapters.vault_composition import VaultUseCases
from lambdas.core.vault.records import Subject
from lambdas.core.vault.tokens import derivation
from lambdas.service.detokenise import Detokenise
from lambdas.service.erase_subject import EraseSubject
from lambdas.service.ports import AuditUnavailable
from lambdas.service.tokenise import Tokenise
from lambdas.service.vault_audit import Asker, VaultRecord
from lambdas.service.vault_ports import VaultCorrupted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lambdas.core.audit.event import AuditEvent
    from lambdas.core.vault.records import Holders

NOW = datetime(2026, 11, 25, 12, 0, 15, tzinfo=UTC)
ALICE, BOB = Asker("participant-a", "request-1"), Asker("participant-b", "request-2")
DIGEST_BYTES = 32


@dataclass
class FakeClock:
    """A clock that stands."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class FakeTrail:
    """AuditTrail that keeps what it is given, and fails when told to. `log` tells what happened in which order."""

    events: list[AuditEvent] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    fails: bool = False

    def append(self, event: AuditEvent) -> None:
        self.log.append(f"audit {event.action}")
        if self.fails:
            raise AuditUnavailable("the chain takes nothing")
        self.events.append(event)

    @property
    def told(self) -> list[tuple[str, str, dict[str, str]]]:
        return [(each.action.value, each.actor, dict(each.details)) for each in self.events]


@dataclass(frozen=True)
class FakeTokenKeys:
    """TokenKeys over a secret of its own."""

    secret: bytes = b"k" * 32
    version: int = 1

    def derive(self, tenant: str, use: str) -> bytes:
        return hmac.digest(self.secret, derivation(self.version, tenant, use), hashlib.sha256)


@dataclass(frozen=True)
class FakeWrap:
    """SubjectKeyWrap that binds a key to its subject by a MAC, and hides it behind a pad."""

    secret: bytes = b"w" * 32

    def new_key(self) -> bytes:
        return secrets.token_bytes(DIGEST_BYTES)

    def wrap(self, tenant: str, subject_id: str, key: bytes) -> bytes:
        pad = self._of("pad", tenant, subject_id)
        hidden = bytes(a ^ b for a, b in zip(key, pad, strict=True))
        return hidden + self._of("mac", tenant, subject_id, hidden.hex())

    def unwrap(self, tenant: str, subject_id: str, wrapped: bytes) -> bytes:
        hidden, mac = wrapped[:DIGEST_BYTES], wrapped[DIGEST_BYTES:]
        if mac != self._of("mac", tenant, subject_id, hidden.hex()):
            raise VaultCorrupted("a subject's key is another one's")
        return bytes(a ^ b for a, b in zip(hidden, self._of("pad", tenant, subject_id), strict=True))

    def _of(self, *parts: str) -> bytes:
        return hmac.digest(self.secret, "/".join(parts).encode(), hashlib.sha256)


@dataclass
class FakeTokens:
    """TokenStore; `writes` counts."""

    items: dict[tuple[str, str], dict[str, bytes]] = field(default_factory=dict)
    writes: int = 0

    def find(self, tenant: str, tokens: Collection[str]) -> Mapping[str, Holders]:
        return {token: dict(self.items[tenant, token]) for token in tokens if self.items.get((tenant, token))}

    def hold(self, tenant: str, token: str, subject_id: str, sealed: bytes, *, instead_of: str | None) -> None:
        holders = self.items.setdefault((tenant, token), {})
        if subject_id not in holders:
            self.writes += 1
            holders[subject_id] = sealed
            holders.pop(instead_of or "", None)


@dataclass
class FakeSubjects:
    """SubjectStore; `writes` counts."""

    items: dict[tuple[str, str], Subject] = field(default_factory=dict)
    writes: int = 0

    def find(self, tenant: str, subject_ids: Collection[str]) -> Mapping[str, Subject]:
        return {each: self.items[tenant, each] for each in subject_ids if (tenant, each) in self.items}

    def open(self, tenant: str, subject_id: str, wrapped: bytes) -> Subject:
        if (tenant, subject_id) not in self.items:
            self.writes += 1
        return self.items.setdefault((tenant, subject_id), Subject(wrapped, None))

    def erase(self, tenant: str, subject_id: str, at: datetime) -> datetime:
        known = self.items.get((tenant, subject_id))
        erased_at = at if known is None or known.erased_at is None else known.erased_at
        self.items[tenant, subject_id] = Subject(None, erased_at)
        return erased_at


@dataclass
class FakeAllowances:
    """Allowances of one minute that does not end."""

    left: int = 1_000

    def take(self, tenant: str, count: int, at: datetime) -> bool:
        taken = count <= self.left
        self.left -= count if taken else 0
        return taken


@dataclass
class FakeVault:
    """The stores that both Regions share, and each Region's use cases over them."""

    tokens: FakeTokens = field(default_factory=FakeTokens)
    subjects: FakeSubjects = field(default_factory=FakeSubjects)
    allowances: FakeAllowances = field(default_factory=FakeAllowances)
    trail: FakeTrail = field(default_factory=FakeTrail)
    clock: FakeClock = field(default_factory=FakeClock)
    keys: FakeTokenKeys = field(default_factory=FakeTokenKeys)
    wrap: FakeWrap = field(default_factory=FakeWrap)

    def region(self) -> VaultUseCases:
        """A process of any Region: nothing but the stores is shared."""
        record, seal = VaultRecord(self.trail, self.clock), SdkValueSeal()
        return VaultUseCases(
            Tokenise(self.keys, self.tokens, self.subjects, self.wrap, seal),
            Detokenise(self.tokens, self.subjects, self.wrap, seal, self.allowances, record, self.clock),
            EraseSubject(self.keys, self.subjects, record, self.clock),
            record,
        )
