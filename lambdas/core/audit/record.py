"""One link of the chain, in the one form of bytes that is hashed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lambdas.core.audit.event import AuditAction, AuditEvent
from lambdas.core.documents import Fields, JsonValue, MalformedDocument, instant_text

_DOMAIN = b"twinrail audit record 1\n"
"""Before what is hashed: no text that is hashed or signed for another purpose is a record."""

NOTHING_BEFORE = "0" * 64
"""What the first record of a chain names as the one before it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chain stands: the last sequence number, and the hash of the record that has it."""

    sequence: int = 0
    hash: str = NOTHING_BEFORE


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An event and its place. chain: the Region. previous: the hash of the record before it.

    id: of this attempt to append, and of no other. Two events may be alike to the letter; whoever appended one of them
    must know its own.
    """

    chain: str
    sequence: int
    previous: str
    id: str
    event: AuditEvent

    @classmethod
    def after(cls, place: Place, chain: str, record_id: str, event: AuditEvent) -> "AuditRecord":
        """The record that follows what stands there."""
        return cls(chain, place.sequence + 1, place.hash, record_id, event)

    @property
    def hash(self) -> str:
        """SHA-256 of the record, its sequence number within, in lower-case hexadecimal."""
        return hashlib.sha256(_DOMAIN + self.text().encode("ascii")).hexdigest()

    @property
    def place(self) -> Place:
        """Where the chain stands with this record as its last."""
        return Place(self.sequence, self.hash)

    def text(self) -> str:
        """Canonical JSON on one line, ASCII: control characters in an event's details are escapes in it."""
        return json.dumps(self._document(), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)

    def _document(self) -> dict[str, JsonValue]:
        event = self.event
        return {
            "chain": self.chain,
            "sequence": self.sequence,
            "previous": self.previous,
            "id": self.id,
            "action": event.action,
            "at": instant_text(event.at),
            "actor": event.actor,
            "details": dict(event.details),
        }

    @classmethod
    def parse(cls, text: str) -> "AuditRecord":
        """From its text, and from no other spelling of the same: what is not canonical raises MalformedDocument."""
        fields = Fields.parse(text, "record")
        event = AuditEvent(
            fields.choice("action", AuditAction), fields.instant("at"), fields.text("actor"), _details(fields)
        )
        record = cls(
            fields.text("chain"), fields.whole_number("sequence"), fields.text("previous"), fields.text("id"), event
        )
        if record.text() != text:
            raise MalformedDocument("record: expected its canonical form")
        return record


def _details(fields: Fields) -> Mapping[str, str]:
    values = fields.section("details").values
    texts = {name: value for name, value in values.items() if isinstance(value, str)}
    if len(texts) != len(values):
        raise MalformedDocument("record.details: expected texts")
    return MappingProxyType(texts)
