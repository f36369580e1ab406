"""Audit chains as someone outside the hub holds them: read once, written to files, and judged without any cloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.core.audit.head import AuditHead, SignedHead
from lambdas.core.audit.verify import verify
from lambdas.core.documents import MalformedDocument, instant_text
from simulations.operations.errors import UnusableExport

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from lambdas.core.audit.verify import Finding
    from simulations.operations.audit_key import AuditKey

RECORDS, HEADS = ".records.jsonl", ".heads.jsonl"


@dataclass(frozen=True, slots=True)
class ChainCopy:
    """What was kept of a chain: the texts of its records in their order, and of its heads. Nothing of it is trusted."""

    chain: str
    records: tuple[str, ...]
    heads: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """One line for each record, and for each head."""
        for suffix, lines in ((RECORDS, self.records), (HEADS, self.heads)):
            path = folder / f"{self.chain}{suffix}"
            path.write_text("".join(f"{line}\n" for line in lines), encoding="ascii", errors="backslashreplace")


def read_export(folder: Path) -> tuple[ChainCopy, ...]:
    """The chains that `ChainCopy.write` wrote to a folder. Raises UnusableExport where there are none."""
    copies = [
        ChainCopy(path.name.removesuffix(RECORDS), _lines(path), _lines(path.with_name(_heads_of(path.name))))
        for path in sorted(folder.glob(f"*{RECORDS}"))
    ]
    if not copies:
        raise UnusableExport(f"{folder}: no chain in it; expected what --export wrote (*{RECORDS}, *{HEADS})")
    return tuple(copies)


def _heads_of(name: str) -> str:
    return name.removesuffix(RECORDS) + HEADS


def _lines(path: Path) -> tuple[str, ...]:
    # Split at line feeds alone: a text that holds another kind of line break is no record, and is to be seen so.
    try:
        lines = path.read_bytes().decode("utf-8", errors="replace").split("\n")
    except OSError as error:
        raise UnusableExport(f"{path}: cannot be read; expected a chain's records and its heads") from error
    return tuple(lines[:-1] if lines[-1] == "" else lines)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What is to be said of a chain. last_head: when it was last signed, None where it never was.

    unsigned: after the last head; what follows nothing but such records could be changed unseen. refused: why heads
    count for nothing.
    """

    chain: str
    records: int
    heads: int
    unsigned: int
    last_head: datetime | None
    finding: Finding | None
    refused: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return self.finding is None and not self.refused

    def document(self) -> dict[str, Any]:
        """JSON form."""
        found = self.finding
        return {
            "chain": self.chain,
            "holds": self.holds,
            "records": self.records,
            "heads": self.heads,
            "unsigned": self.unsigned,
            "last_head": None if self.last_head is None else instant_text(self.last_head),
            "first_bad_record": None
            if found is None
            else {"edit": found.edit, "sequence": found.sequence, "last": found.last, "because": found.because},
            "refused_heads": list(self.refused),
        }


def judged(copy: ChainCopy, key: AuditKey, *, as_of: datetime | None = None) -> ChainReport:
    """Hold a chain against its heads, and those against the key. as_of: its last head must not be older."""
    heads, refused = _good_heads(copy, key)
    verdict = verify(copy.chain, copy.records, heads)
    newest = max((each.at for each in heads), default=None)
    if as_of is not None and (newest is None or newest < as_of):
        refused = (*refused, f"no head since {instant_text(as_of)}; expected one at least every hour")
    signed = max((each.place.sequence for each in heads), default=0)
    unsigned = max(len(copy.records) - signed, 0)
    return ChainReport(copy.chain, len(copy.records), len(heads), unsigned, newest, verdict.finding, refused)


def _good_heads(copy: ChainCopy, key: AuditKey) -> tuple[tuple[AuditHead, ...], tuple[str, ...]]:
    good: list[AuditHead] = []
    refused: list[str] = []
    for number, text in enumerate(copy.heads, 1):
        why = _refusal(text, copy.chain, key)
        if why is None:
            good.append(SignedHead.parse(text).head)
        else:
            refused.append(f"head {number}: {why}")
    return tuple(good), tuple(refused)


def _refusal(text: str, chain: str, key: AuditKey) -> str | None:
    try:
        signed = SignedHead.parse(text)
    except MalformedDocument as error:
        return str(error)
    if not key.signed(signed):
        return "not signed by the audit key"
    return None if signed.head.chain == chain else "of another chain"


def all_hold(reports: Iterable[ChainReport]) -> bool:
    """Whether nothing is wrong with any."""
    return all(each.holds for each in reports)
