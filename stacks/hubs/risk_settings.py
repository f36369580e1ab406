"""The settings of the risk engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.risk.predictor import PredictorSettings
from components.risk.rules import HIGHEST, RiskRules
from components.risk.trainer import TrainingSettings
from stacks.bounds import LONGEST_DAYS, LONGEST_HOURS
from stacks.hubs.security_settings import ADDRESS
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.settings_file import Section

LARGEST_AMOUNT = 10**15
INSTANCE_TYPE = r"ml\.(c5|c6i|c7i|m5|m6i|m7i)\.(large|\d*xlarge)"
"""Without disks of their own: SageMaker seals with a customer's key only those that it attaches (its Developer Guide,
"Protect data at rest")."""
MODEL = r"models/[A-Za-z0-9-]{1,63}/output/model\.tar\.gz"
"""Where a training job of that name leaves what it has trained."""


@dataclass(frozen=True, slots=True)
class RiskSettings:
    """`images`: of the algorithm, by Region. `predictor`: None until an operator has trained a model.

    `signal_hours`: of the stream's records. `decision_days`: how long a decision stays on record.
    """

    alarm_addresses: tuple[str, ...]
    signal_hours: int
    decision_days: int
    rules: RiskRules
    images: Mapping[str, str]
    training: TrainingSettings
    predictor: PredictorSettings | None


def read_risk(section: Section, regions: tuple[str, ...]) -> RiskSettings:
    """The settings; raises SettingsError."""
    return RiskSettings(
        alarm_addresses=section.texts("alarm_addresses", ADDRESS, "an e-mail address"),
        signal_hours=section.whole("signal_hours", 24, LONGEST_HOURS),
        decision_days=section.whole("decision_days", 1, LONGEST_DAYS),
        rules=_rules(section.section("rules", keys_of(RiskRules))),
        images=_images(section.section("images", frozenset(regions))),
        training=_training(section.section("training", keys_of(TrainingSettings))),
        predictor=_predictor(section),
    )


def _rules(section: Section) -> RiskRules:
    review = section.whole("review_from", 1, HIGHEST)
    return RiskRules(
        large_amount_minor=section.whole("large_amount_minor", 1, LARGEST_AMOUNT),
        large_amount_points=section.whole("large_amount_points", 0, HIGHEST),
        unknown_points=section.whole("unknown_points", 0, HIGHEST),
        watched_points=section.whole("watched_points", 0, HIGHEST),
        review_from=review,
        # Above the highest nothing is refused: then people alone refuse.
        refuse_from=section.whole("refuse_from", review, HIGHEST + 1),
    )


def _images(section: Section) -> Mapping[str, str]:
    return {
        region: section.text(
            region,
            rf"\d{{12}}\.dkr\.ecr\.{region}\.amazonaws\.com/[a-z0-9/_.-]+(:[A-Za-z0-9_.-]+|@sha256:[0-9a-f]{{64}})",
            "an image in the Region's own registry",
        )
        for region in sorted(section.values)
    }


def _training(section: Section) -> TrainingSettings:
    return TrainingSettings(
        instance_type=section.text("instance_type", INSTANCE_TYPE, "an instance type without disks of its own"),
        # SageMaker's longest job takes five days.
        hours=section.whole("hours", 1, 120),
        disk_gib=section.whole("disk_gib", 1, 16_384),
    )


def _predictor(section: Section) -> PredictorSettings | None:
    if section.values["predictor"] is None:
        return None
    own = section.section("predictor", keys_of(PredictorSettings))
    return PredictorSettings(
        model=own.text("model", MODEL, "models/<training job>/output/model.tar.gz"),
        instance_type=own.text("instance_type", INSTANCE_TYPE, "an instance type without disks of its own"),
        instances=own.whole("instances", 1, 100),
    )
