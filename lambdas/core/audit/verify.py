"""Whether a chain holds: the first record that was changed, removed, inserted, reordered or cut off its end.

Who may write the table can make it say anything; nobody can make it agree with heads that were signed before. Between
two heads each record is vouched for by the one that follows it. So an edit is found at the first place where two
neighbours do not fit, or else at the first head that does not; what kind of edit it was is read from what still fits
around that place. Of two edits side by side the kind cannot always be told, and of what was written anew up to a head,
only the stretch in which it begins.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lambdas.core.audit.head import AuditHead
from lambdas.core.audit.record import AuditRecord, Place
from lambdas.core.documents import MalformedDocument

LONGEST_SHIFT = 64
"""By how many places records may have been renumbered to hide what was removed or inserted, and still be told."""


class Edit(StrEnum):
    """What was done to a chain."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut off the end"


@dataclass(frozen=True, slots=True)
class Finding:
    """The first record that is not as it was, by its sequence number; last: the end of the stretch that it is in.

    sequence and last differ where the chain was written anew between two heads.
    """

    edit: Edit
    sequence: int
    last: int
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """place: how far the chain holds; where nothing is found, its end."""

    place: Place
    finding: Finding | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.finding is None


def verify(chain: str, texts: Iterable[str], heads: Iterable[AuditHead], start: Place | None = None) -> Verdict:
    """Judge records in the order in which they are kept, against heads whose signatures are good.

    start: from where on, a place that a head vouches for; the records are those behind it.
    """
    begin = start or Place()
    by_sequence, contradiction = _heads(chain, heads)
    if contradiction is not None:
        return Verdict(begin, contradiction)
    records: list[AuditRecord] = []
    broken: Finding | None = None
    for text in texts:
        try:
            records.append(AuditRecord.parse(text))
        except MalformedDocument as error:
            broken = _one(Edit.CHANGED, begin.sequence + len(records) + 1, str(error))
            break
    reading = _Reading(chain, tuple(records), by_sequence, begin)
    verdict = reading.judge()
    if verdict.finding is None and broken is not None:
        return Verdict(verdict.place, broken)
    return verdict if verdict.finding is not None else _end(verdict.place, by_sequence)


def _heads(chain: str, heads: Iterable[AuditHead]) -> tuple[dict[int, AuditHead], Finding | None]:
    by_sequence: dict[int, AuditHead] = {}
    for head in heads:
        if head.chain != chain:
            continue
        known = by_sequence.setdefault(head.place.sequence, head)
        if known.place.hash != head.place.hash:
            sequence = head.place.sequence
            return {}, _one(Edit.CHANGED, sequence, "two heads are signed for different records in one place")
    return by_sequence, None


def _end(place: Place, heads: Mapping[int, AuditHead]) -> Verdict:
    last = max(heads, default=0)
    if last <= place.sequence:
        return Verdict(place)
    return Verdict(place, Finding(Edit.CUT_OFF, place.sequence + 1, last, "a head is signed for a later record"))


def _one(edit: Edit, sequence: int, because: str) -> Finding:
    return Finding(edit, sequence, sequence, because)


@dataclass(frozen=True, slots=True)
class _Reading:
    chain: str
    records: Sequence[AuditRecord]
    heads: Mapping[int, AuditHead]
    start: Place

    def judge(self) -> Verdict:
        place = vouched = self.start
        for index, record in enumerate(self.records):
            finding = (
                self._out_of_chain(record, place)
                or self._out_of_order(index, place)
                or self._unlinked(index, place, vouched)
                or self._against_head(index, vouched)
            )
            if finding is not None:
                return Verdict(vouched if finding.sequence <= place.sequence else place, finding)
            place = record.place
            if record.sequence in self.heads:
                vouched = place
        return Verdict(place)

    def _out_of_chain(self, record: AuditRecord, place: Place) -> Finding | None:
        if record.chain == self.chain:
            return None
        return _one(Edit.INSERTED, place.sequence + 1, "a record of another chain")

    def _out_of_order(self, index: int, place: Place) -> Finding | None:
        """The record has not the number of its place."""
        expected, record = place.sequence + 1, self.records[index]
        if record.sequence == expected:
            return None
        counted = Counter(each.sequence for each in self.records)
        if counted[record.sequence] > 1:
            return _one(Edit.INSERTED, record.sequence, "one number is there more than once")
        if counted[expected]:
            if 0 < record.sequence - self.start.sequence <= len(self.records):
                return _one(Edit.REORDERED, expected, f"record {record.sequence} is in its place")
            return _one(Edit.INSERTED, record.sequence, f"it stands where record {expected} follows")
        if record.previous == place.hash:
            return _one(Edit.CHANGED, expected, "its number is not that of its place")
        return Finding(Edit.REMOVED, expected, max(expected, record.sequence - 1), "the next number is missing")

    def _unlinked(self, index: int, place: Place, vouched: Place) -> Finding | None:
        """The record names another one as the one before it."""
        record = self.records[index]
        if record.previous == place.hash:
            return None
        before_is_vouched = place == vouched or index == 0
        if not before_is_vouched and self._is_vouched(index):
            return _one(Edit.CHANGED, place.sequence, "the record behind it names another")
        shifted = self._renumbered(index)
        if shifted > 0:
            first = max(record.sequence - shifted, self.start.sequence + 1)
            return Finding(Edit.INSERTED, first, record.sequence - 1, "what follows was renumbered")
        if shifted < 0:
            return Finding(Edit.REMOVED, record.sequence, record.sequence - shifted - 1, "what follows was renumbered")
        if before_is_vouched or index + 1 < len(self.records):
            return _one(Edit.CHANGED, record.sequence, "it does not name the record before it")
        return _one(Edit.CHANGED, place.sequence, "the record behind it, the last one, names another")

    def _is_vouched(self, index: int) -> bool:
        """Whether a record is as it was by the word of a head, or of the record behind it."""
        record = self.records[index]
        head = self.heads.get(record.sequence)
        if head is not None:
            return head.place.hash == record.hash
        behind = self.records[index + 1 : index + 2]
        return any(each.previous == record.hash for each in behind)

    def _renumbered(self, index: int) -> int:
        """By how many places a record was moved back (or, negative, forward): 0 where it cannot be told."""
        record = self.records[index]
        for behind in self.records[index + 1 : index + 2]:
            for shift in (sign * by for by in range(1, LONGEST_SHIFT + 1) for sign in (1, -1)):
                if replace(record, sequence=record.sequence - shift).hash == behind.previous:
                    return shift
        return 0

    def _against_head(self, index: int, vouched: Place) -> Finding | None:
        """The record is not the one that was signed."""
        record = self.records[index]
        head = self.heads.get(record.sequence)
        if head is None or head.place.hash == record.hash:
            return None
        behind = self.records[index + 1 : index + 2]
        if any(each.previous == head.place.hash for each in behind):
            return _one(Edit.CHANGED, record.sequence, "the record that was signed is another")
        first = vouched.sequence + 1
        return Finding(Edit.CHANGED, first, record.sequence, "the record that was signed is another")
