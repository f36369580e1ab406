"""The ids and ARNs of trails and of the rules that they feed. Forms as in `modelled_types`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity


def _trail(subject: Subject) -> Identity:
    trail_arn = subject.arn("cloudtrail", f"trail/{subject.physical()}")
    return trail_arn, {"arn": trail_arn, "homeRegion": subject.region}


def _rule(subject: Subject) -> Identity:
    name = subject.physical()
    return name, {"name": name, "arn": subject.arn("events", f"rule/{name}")}


def _target(subject: Subject) -> Identity:
    return f"{subject.text('rule')}-{subject.text('targetId')}", {}


TRAIL_IDENTITIES: Mapping[str, Callable[[Subject], Identity]] = MappingProxyType(
    {
        "aws:cloudtrail/trail:Trail": _trail,
        "aws:cloudwatch/eventRule:EventRule": _rule,
        "aws:cloudwatch/eventTarget:EventTarget": _target,
    }
)
