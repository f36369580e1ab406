"""Erase a subject (GDPR Art. 17): its key is destroyed, and with it every value that is kept under it."""

from dataclasses import dataclass
from datetime import datetime

from lambdas.core.vault.tokens import SUBJECTS, subject_id
from lambdas.service.ports import Clock
from lambdas.service.vault_audit import Asker, VaultRecord
from lambdas.service.vault_ports import SubjectStore, TokenKeys


@dataclass(frozen=True, slots=True)
class EraseSubject:
    """Use case of POST /vault/erase. A subject that was never heard of is erased too: its reference is used up."""

    keys: TokenKeys
    subjects: SubjectStore
    record: VaultRecord
    clock: Clock

    def __call__(self, *, asker: Asker, subject: str) -> datetime:
        """When it was erased, first. Raises AuditUnavailable, and has then erased nothing."""
        identity = subject_id(self.keys.derive(asker.participant, SUBJECTS), subject)
        # Before the deed: what is on record and was not done is done by asking again; what is gone without a record
        # can never be accounted for.
        self.record.erasing(asker, identity)
        return self.subjects.erase(asker.participant, identity, self.clock.now())
