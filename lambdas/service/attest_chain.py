"""A tick of attestation: what is new in the audit chain is verified, and where it stands is signed and kept elsewhere.

A chain that does not hold is not signed: its last head stays what it was, and the alarm says why.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from lambdas.core.audit.head import AuditHead, SignedHead
from lambdas.core.audit.record import AuditRecord, Place
from lambdas.core.audit.verify import Edit, Finding, Verdict, verify
from lambdas.core.deadlines import Tick
from lambdas.core.documents import MalformedDocument
from lambdas.service.ports import AuditHeads, AuditRecords, Clock, HeadSigner
from lambdas.service.sweep_overdue import Swept

IDLE = timedelta(hours=1)
"""A chain to which nothing is added gets a head at least so often: an old one must not pass for the last one."""


@dataclass(frozen=True, slots=True)
class AttestChain:
    """The use case, in the chain's Region. alarm: told of what makes the chain not hold, at each tick."""

    records: AuditRecords
    heads: AuditHeads
    signer: HeadSigner
    clock: Clock
    alarm: Callable[[Finding], None]
    chain: str

    def __call__(self, tick: Tick, time_is_left: Callable[[], bool]) -> Swept:
        """Safe to repeat from any point, and while another tick does the same. A long chain is signed part by part."""
        del tick
        try:
            last = self.heads.latest()
        except MalformedDocument as error:
            return self._refused(Finding(Edit.CHANGED, 0, 0, f"the last head is none: {error}"))
        if last is not None and not (last.head.chain == self.chain and self.signer.verifies(last)):
            at = last.head.place.sequence
            return self._refused(Finding(Edit.CHANGED, at, at, "the last head was not signed for this chain"))
        known = Place() if last is None else last.head.place
        verdict = Verdict(known)
        for texts, start, heads in self._pages(last):
            verdict = verify(self.chain, texts, heads, start or verdict.place)
            if verdict.finding is not None:
                return self._refused(verdict.finding)
            if not time_is_left():
                break
        self._sign(last, verdict.place)
        return Swept(verdict.place.sequence - known.sequence, continued=False)

    def _pages(self, last: SignedHead | None) -> Iterator[tuple[Sequence[str], Place | None, Sequence[AuditHead]]]:
        """Pages from the last signed record on, with where each begins, where that is known before, and the head.

        The signed record is held against the head itself: should it be another now, or gone, nothing more is signed.
        """
        signed = Place() if last is None else last.head.place
        first = True
        for texts in self.records.from_sequence(max(signed.sequence, 1)):
            yield (texts, _before(texts, signed), [] if last is None else [last.head]) if first else (texts, None, [])
            first = False

    def _sign(self, last: SignedHead | None, place: Place) -> None:
        now = self.clock.now()
        if last is not None and last.head.place == place and now - last.head.at < IDLE:
            return
        self.heads.keep(self.signer.sign(AuditHead(self.chain, place, now)))

    def _refused(self, finding: Finding) -> Swept:
        self.alarm(finding)
        return Swept(0, continued=False)


def _before(texts: Sequence[str], signed: Place) -> Place:
    """The place before the first of these records, which is the one that is signed, and verified by its head."""
    if signed.sequence == 0:
        return signed
    before = Place(signed.sequence - 1)
    try:
        return replace(before, hash=AuditRecord.parse(texts[0]).previous) if texts else before
    except MalformedDocument:
        return before
