"""Give clear values for tokens: those of the tenant's own, within its allowance, and on record first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lambdas.core.vault.allowance import seconds_left
from lambdas.core.vault.records import Holders, Purpose, Revealed, Subject, TokenStatus
from lambdas.core.vault.tokens import kind_of
from lambdas.service.ports import Clock
from lambdas.service.vault_audit import Asker, VaultRecord
from lambdas.service.vault_ports import (
    Allowances,
    SubjectKeyWrap,
    SubjectStore,
    TokenStore,
    ValueSeal,
    VaultCorrupted,
)


class AllowanceUsedUp(Exception):
    """The tenant has seen as many values in this minute as it may."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("no values left in this minute")
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Detokenise:
    """Use case of POST /vault/detokenise.

    A subject's key is read anew, strongly consistent, for each request and kept by no process: once a subject is
    erased, in either Region, nothing of it can be read in any.
    """

    tokens: TokenStore
    subjects: SubjectStore
    wrap: SubjectKeyWrap
    seal: ValueSeal
    allowances: Allowances
    record: VaultRecord
    clock: Clock

    def __call__(self, *, asker: Asker, purpose: Purpose, tokens: Sequence[str]) -> tuple[Revealed, ...]:
        """What became of each, in the order asked. Raises AllowanceUsedUp, VaultCorrupted, AuditUnavailable."""
        self._take_allowance(asker, len(tokens))
        try:
            revealed = self._reveal(asker.participant, tokens)
        except VaultCorrupted:
            self.record.denied(asker, "detokenise", "corrupted", tokens=" ".join(tokens))
            raise
        # On record before they leave: where the chain does not take it, nothing is given.
        self._put_on_record(asker, purpose, revealed)
        return revealed

    def _take_allowance(self, asker: Asker, count: int) -> None:
        now = self.clock.now()
        if not self.allowances.take(asker.participant, count, now):
            self.record.denied(asker, "detokenise", "allowance used up", count=str(count))
            raise AllowanceUsedUp(seconds_left(now))

    def _reveal(self, tenant: str, tokens: Sequence[str]) -> tuple[Revealed, ...]:
        held = self.tokens.find(tenant, set(tokens))
        # The subjects are asked for whether a token is known or not only by number, never by whose it is: a foreign
        # token is not in the tenant's part of the table.
        known = self.subjects.find(tenant, {owner for holders in held.values() for owner in holders})
        return tuple(self._one(tenant, token, held.get(token), known) for token in tokens)

    def _one(self, tenant: str, token: str, holders: Holders | None, known: Mapping[str, Subject]) -> Revealed:
        if holders is None:
            return Revealed(token, TokenStatus.UNKNOWN)
        for owner, sealed in sorted(holders.items()):
            subject = known.get(owner)
            if subject is not None and subject.wrapped is not None:
                key = self.wrap.unwrap(tenant, owner, subject.wrapped)
                value = self.seal.unseal(key, tenant, kind_of(token), token, sealed)
                return Revealed(token, TokenStatus.FOUND, value)
        return Revealed(token, TokenStatus.ERASED)

    def _put_on_record(self, asker: Asker, purpose: Purpose, revealed: Sequence[Revealed]) -> None:
        by_status: dict[TokenStatus, list[str]] = {}
        for each in revealed:
            by_status.setdefault(each.status, []).append(each.token)
        for status, tokens in by_status.items():
            if status is TokenStatus.FOUND:
                self.record.detokenised(asker, purpose, tuple(tokens))
            else:
                self.record.denied(asker, "detokenise", status, purpose=purpose, tokens=" ".join(tokens))
