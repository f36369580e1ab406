"""The project's sample messages, and small changes to them."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from lambdas.adapters.iso20022.codec import Iso20022Codec
from lambdas.core.iso20022.assessment import Assessment, NamespacePolicy

FOLDER = Path(__file__).resolve().parents[3] / "samples"
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
ANSWER_ID = "7d3f3d6e-0d3b-4f0e-9a41-6d2c0f1b2a33"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
XML = "application/xml"
JSON = "application/json"
STRICT = Iso20022Codec(namespace_policy=NamespacePolicy.STRICT)
INFER = Iso20022Codec(namespace_policy=NamespacePolicy.INFER)


@dataclass(frozen=True)
class ExpectedPayment:
    """What the answer must say of one payment."""

    end_to_end_id: str | None
    status: str
    reason: str | None


@dataclass(frozen=True)
class Sample:
    """One entry of samples/index.json."""

    file: str
    content_type: str
    message_type: str | None
    status: str
    group_status: str
    answer: str
    reason: tuple[str, str] | None
    payments: tuple[ExpectedPayment, ...]
    after: str | None

    def body(self) -> bytes:
        """The file's bytes."""
        return (FOLDER / self.file).read_bytes()


def load_index() -> tuple[Sample, ...]:
    """Every sample, in the index's order."""
    entries = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["samples"]
    return tuple(
        Sample(
            file=entry["file"],
            content_type=entry["content_type"],
            message_type=entry["message_type"],
            status=entry["status"],
            group_status=entry["group_status"],
            answer=entry["answer"],
            reason=None if entry["reason"] is None else (entry["reason"]["code"], entry["reason"]["path"]),
            payments=tuple(ExpectedPayment(**payment) for payment in entry["payments"]),
            after=entry.get("after"),
        )
        for entry in entries
    )


SAMPLES = load_index()


def text_of(file: str) -> str:
    """A sample file as text."""
    return (FOLDER / file).read_text(encoding="utf-8")


def changed(file: str, *changes: tuple[str, str]) -> str:
    """A sample with each first text replaced, wherever it stands, by the second; the first must be there."""
    text = text_of(file)
    for old, new in changes:
        if old not in text:
            raise LookupError(f"{old!r} is not in {file}")
        text = text.replace(old, new)
    return text


def assess(
    body: str | bytes,
    *,
    content_type: str = XML,
    message_type: str | None = None,
    codec: Iso20022Codec = STRICT,
    today: date = TODAY,
) -> Assessment:
    """The assessment of a message, and on the way the proof that it can be answered."""
    raw = body.encode() if isinstance(body, str) else body
    assessment = codec.assess(raw, content_type=content_type, message_type=message_type, today=today)
    codec.answer(assessment, answer_id=ANSWER_ID, created_at=NOON)
    return assessment


def refusal(body: str | bytes, **options: str) -> tuple[str, str, str]:
    """Code, path and text of the reason why a message is refused whole."""
    content_type = options.get("content_type", XML)
    reason = assess(body, content_type=content_type, message_type=options.get("message_type")).reason
    if reason is None:
        raise AssertionError("the message was accepted")
    return reason.code, reason.path, reason.text
