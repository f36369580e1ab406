"""Values looked for in what is stored, one stored thing after the other; what was found is named by its place."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from simulations.scan.readings import readings
from simulations.scan.values import comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulations.scan.values import Value

KEY = "key"
_SHOWN_DIGITS = 12
_BATCH = 1_000
"""Things that a process reads at a time: fewer are over before a process has begun."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One thing that is kept: in which store (`s3 eu-west-1 bucket`), under which key, in which field of that."""

    store: str
    key: str
    field: str
    content: bytes | str


@dataclass(frozen=True, slots=True)
class Finding:
    """A value in clear. layers: what had to be taken off. source: where in the messages it stands. Never the value."""

    store: str
    key: str
    field: str
    layers: tuple[str, ...]
    kind: str
    source: str

    def document(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self) | {"layers": list(self.layers)}


@dataclass(frozen=True, slots=True)
class Report:
    """How much was looked for, how many things were read in each store, what was found."""

    values: int
    read: Mapping[str, int]
    findings: tuple[Finding, ...]

    def document(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "values": self.values,
            "read": dict(self.read),
            "findings": [each.document() for each in self.findings],
        }


def search(values: Sequence[Value], everything: Iterable[Stored]) -> Report:
    """Look for every value in everything, on all processors: to read what wraps a content is work and no waiting."""
    batches = _batches(everything)
    first = next(batches, ())
    if len(first) < _BATCH:
        return _merged(values, [_in_batch(values, first)])
    # Not forked: whoever scans has threads, and one may hold a lock.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return _merged(values, pool.map(partial(_in_batch, values), chain([first], batches)))


@dataclass(frozen=True, slots=True)
class _Batch:
    """How many things of each store were read, and what was found in them."""

    read: Counter[str]
    findings: tuple[Finding, ...]


def _batches(everything: Iterable[Stored]) -> Iterator[tuple[Stored, ...]]:
    rest = iter(everything)
    while batch := tuple(islice(rest, _BATCH)):
        yield batch


def _in_batch(values: Sequence[Value], batch: Sequence[Stored]) -> _Batch:
    """What has the same content as something before in the batch is not read again."""
    known: dict[bytes, tuple[_Hit, ...]] = {}
    findings = [finding for each in batch for finding in _in_stored(values, each, known)]
    return _Batch(Counter(each.store for each in batch), tuple(findings))


def _merged(values: Sequence[Value], batches: Iterable[_Batch]) -> Report:
    read: Counter[str] = Counter()
    findings: dict[Finding, None] = {}
    for batch in batches:
        read += batch.read
        findings |= dict.fromkeys(batch.findings)
    return Report(len(values), dict(sorted(read.items())), tuple(findings))


@dataclass(frozen=True, slots=True)
class _Hit:
    value: Value
    field: str
    layers: tuple[str, ...]


def _in_stored(values: Sequence[Value], stored: Stored, known: dict[bytes, tuple[_Hit, ...]]) -> Iterator[Finding]:
    in_key = _hits(values, stored.key, known)
    key = _withheld(stored.key) if in_key else stored.key
    for hit in in_key:
        yield Finding(stored.store, key, KEY, hit.layers, hit.value.kind, hit.value.source)
    for hit in _hits(values, stored.content, known):
        field = ".".join(part for part in (stored.field, hit.field) if part)
        yield Finding(stored.store, key, field, hit.layers, hit.value.kind, hit.value.source)


def _withheld(key: str) -> str:
    return f"sha256 {hashlib.sha256(key.encode()).hexdigest()[:_SHOWN_DIGITS]}"


def _hits(values: Sequence[Value], content: bytes | str, known: dict[bytes, tuple[_Hit, ...]]) -> tuple[_Hit, ...]:
    digest = hashlib.sha256(content.encode(errors="surrogatepass") if isinstance(content, str) else content).digest()
    if digest not in known:
        known[digest] = tuple(_placed(content, _found(values, content)))
    return known[digest]


def _found(values: Iterable[Value], content: bytes | str) -> dict[Value, tuple[str, ...]]:
    """Value to the layers of the first reading that shows it."""
    found: dict[Value, tuple[str, ...]] = {}
    for reading in readings(content):
        text = comparable(reading.text)
        for value in values:
            if value not in found and value.comparable in text:
                found[value] = reading.layers
    return found


def _placed(content: bytes | str, found: Mapping[Value, tuple[str, ...]]) -> Iterator[_Hit]:
    """With the field of the content that has it, where the content is JSON and one field alone has it."""
    leaves = dict(_leaves(content)) if found else {}
    for value, layers in found.items():
        fields = [(path, within) for path, leaf in leaves.items() if (within := _found([value], leaf))]
        if not fields:
            yield _Hit(value, "", layers)
        for path, within in fields:
            # A field may be named by what is looked for.
            yield _Hit(value, _withheld(path) if _found(found, path) else path, within[value])


def _leaves(content: bytes | str) -> Iterator[tuple[str, str]]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return
    if isinstance(document, dict | list):
        yield from _below(document, "")


def _below(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _below(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _below(each, f"{path}[{number}]")
    else:
        yield path, str(value)
