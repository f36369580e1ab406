"""The samples and the answer that each must get: samples/index.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulations.traffic.files import MessageFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """A message, one sentence on it, and what must become of it.

    `reason` is `{"code", "path"}` or None; `payments` are `{"end_to_end_id", "status", "reason"}` (a code).
    `after`: the sample that must have ended before, since this one is about its payment.
    """

    message: MessageFile
    about: str
    status: str
    group_status: str
    answer_definition: str
    reason: Mapping[str, str] | None
    payments: Sequence[Mapping[str, Any]]
    after: str | None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.message.path.name


def load_samples(folder: Path = SAMPLES) -> list[Sample]:
    """Every sample of the index, in its order."""
    index = json.loads((folder / "index.json").read_text())
    return [_sample(folder, entry) for entry in index["samples"]]


def _sample(folder: Path, entry: Mapping[str, Any]) -> Sample:
    file = str(entry["file"])
    return Sample(
        MessageFile(
            Path(folder.name) / file, (folder / file).read_bytes(), str(entry["content_type"]), entry["message_type"]
        ),
        str(entry["what"]),
        str(entry["status"]),
        str(entry["group_status"]),
        str(entry["answer"]),
        entry["reason"],
        entry["payments"],
        entry.get("after"),
    )


def deviations(sample: Sample, view: Mapping[str, Any], answer: str | None) -> list[str]:
    """Where an outcome differs from the index. `view` is GET /transactions/{id}; `answer` the answer as XML or JSON."""
    found = {
        "status": (sample.status, view["status"]),
        "reason": (_brief(sample.reason), _brief(view["reason"])),
        "payments": (_listed(sample.payments), _seen(view["payments"])),
        "answer definition": (sample.answer_definition, (view["answer"] or {}).get("definition")),
    }
    differences = [f"{name}: expected {want}, got {got}" for name, (want, got) in found.items() if want != got]
    # A camt.029 says it with codes of its own: the request is carried out, in part, or rejected.
    confirmations = {"ACSC": "CNCL", "PART": "PECR", "RJCT": "RJCR"}
    of_request = sample.answer_definition.startswith("camt.029")
    wanted = confirmations[sample.group_status] if of_request else sample.group_status
    if answer is None or wanted not in answer:
        differences.append(f"answer: expected one with status {wanted}")
    return differences


def _brief(reason: Mapping[str, str] | None) -> tuple[str, str] | None:
    return None if reason is None else (reason["code"], reason["path"])


def _listed(payments: Sequence[Mapping[str, Any]]) -> list[tuple[object, object, object]]:
    return [(each["end_to_end_id"], each["status"], each["reason"]) for each in payments]


def _seen(payments: Sequence[Mapping[str, Any]]) -> list[tuple[object, object, object]]:
    return [(each["end_to_end_id"], each["status"], (each["reason"] or {}).get("code")) for each in payments]
