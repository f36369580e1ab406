"""The samples and the answer that each must get: samples/index.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulations.traffic.files import MessageFile

if TYPE_CHECKING:
    from collections.abc import Mapping

SAMPLES = Path(__file__).parents[2] / "samples"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the hub must make of a sample: its terminal status, and for a rejection the reason's code and path."""

    status: str
    group_status: str
    answer_definition: str
    reason_code: str | None
    reason_path: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A message, one sentence on it, and what must become of it."""

    message: MessageFile
    about: str
    expected: Expectation

    @property
    def name(self) -> str:
        """The file's name."""
        return self.message.path.name


def load_samples(folder: Path = SAMPLES) -> list[Sample]:
    """Every sample of the index, in its order."""
    index = json.loads((folder / "index.json").read_text())
    return [_sample(folder, entry) for entry in index["samples"]]


def _sample(folder: Path, entry: Mapping[str, Any]) -> Sample:
    path = folder / str(entry["file"])
    message = MessageFile(path, path.read_bytes(), str(entry["content_type"]), entry.get("message_type"))
    expected = entry["expected"]
    reason = expected.get("reason") or {}
    return Sample(
        message,
        str(entry["about"]),
        Expectation(
            str(expected["status"]),
            str(expected["group_status"]),
            str(expected["answer_definition"]),
            reason.get("code"),
            reason.get("path"),
        ),
    )


def deviations(sample: Sample, view: Mapping[str, Any], answer: str | None) -> list[str]:
    """Where an outcome differs from the index. `view` is GET /transactions/{id}; `answer` the answer as XML or JSON."""
    expected, reason = sample.expected, view.get("reason") or {}
    found = {
        "status": (expected.status, view["status"]),
        "reason code": (expected.reason_code, reason.get("code")),
        "reason path": (expected.reason_path, reason.get("path")),
    }
    differences = [f"{name}: expected {want}, got {got}" for name, (want, got) in found.items() if want != got]
    if answer is None:
        differences.append("answer: expected one, got none")
    return differences
