"""Tokenise values: the same value again gives the same token, and writes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lambdas.core.vault.records import MAX_HOLDERS, Entry, Holders, Subject
from lambdas.core.vault.tokens import SUBJECTS, subject_id, token_of
from lambdas.service.vault_ports import SubjectKeyWrap, SubjectStore, TokenKeys, TokenStore, ValueSeal


class SubjectsErased(Exception):
    """Values of erased subjects are to be tokenised; `places` says which of those given."""

    def __init__(self, places: tuple[int, ...]) -> None:
        super().__init__("values of erased subjects")
        self.places = places


@dataclass(frozen=True, slots=True)
class Tokenise:
    """Use case of POST /vault/tokenise.

    An erased subject takes no new values: the token of a value is the same as before its erasure, so what was to be
    unreadable for good would be readable again.
    """

    keys: TokenKeys
    tokens: TokenStore
    subjects: SubjectStore
    wrap: SubjectKeyWrap
    seal: ValueSeal

    def __call__(self, *, tenant: str, entries: Sequence[Entry]) -> tuple[str, ...]:
        """The tokens in the order of the values. Raises SubjectsErased before anything is kept."""
        by_subject = self.keys.derive(tenant, SUBJECTS)
        owners = [subject_id(by_subject, entry.subject) for entry in entries]
        made = tuple(self._token(tenant, entry) for entry in entries)
        known = self._subjects(tenant, owners)
        held = self.tokens.find(tenant, set(made))
        keys: dict[str, bytes] = {}
        for token, owner, entry in {(t, o): (t, o, e) for t, o, e in zip(made, owners, entries, strict=True)}.values():
            holders = held.get(token, {})
            if owner not in holders:
                key = keys.get(owner) or keys.setdefault(owner, self._unwrapped(tenant, owner, known[owner]))
                self._hold(tenant, token, owner, self.seal.seal(key, tenant, entry.kind, token, entry.value), holders)
        return made

    def _token(self, tenant: str, entry: Entry) -> str:
        return token_of(self.keys.derive(tenant, entry.kind), entry.kind, self.keys.version, entry.normal)

    def _subjects(self, tenant: str, owners: Sequence[str]) -> Mapping[str, Subject]:
        known = dict(self.subjects.find(tenant, set(owners)))
        self._refuse_erased(owners, known)
        for owner in sorted(set(owners) - known.keys()):
            known[owner] = self.subjects.open(tenant, owner, self.wrap.wrap(tenant, owner, self.wrap.new_key()))
        # One may have been erased since it was looked for.
        self._refuse_erased(owners, known)
        return known

    def _refuse_erased(self, owners: Sequence[str], known: Mapping[str, Subject]) -> None:
        erased = {each for each, subject in known.items() if subject.wrapped is None}
        if erased:
            raise SubjectsErased(tuple(place for place, owner in enumerate(owners) if owner in erased))

    def _unwrapped(self, tenant: str, owner: str, subject: Subject) -> bytes:
        if subject.wrapped is None:
            raise SubjectsErased(())
        return self.wrap.unwrap(tenant, owner, subject.wrapped)

    def _hold(self, tenant: str, token: str, owner: str, sealed: bytes, holders: Holders) -> None:
        """Keep a value, for at most MAX_HOLDERS subjects: one that is erased makes room."""
        if len(holders) < MAX_HOLDERS:
            self.tokens.hold(tenant, token, owner, sealed, instead_of=None)
            return
        erased = self._erased(tenant, holders)
        if erased:
            self.tokens.hold(tenant, token, owner, sealed, instead_of=erased[0])

    def _erased(self, tenant: str, owners: Collection[str]) -> list[str]:
        known = self.subjects.find(tenant, owners)
        return sorted(owner for owner in owners if owner not in known or known[owner].wrapped is None)
