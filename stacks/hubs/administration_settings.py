"""The settings of the administration hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.bounds import LONGEST_DAYS
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from stacks.settings_file import Section

LONGEST_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class ControlTower:
    """`home_region`: of the landing zone. `unit_arn`: the organizational unit that the account is in."""

    home_region: str
    unit_arn: str


@dataclass(frozen=True, slots=True)
class AdministrationSettings:
    """`bastions`: how many there may be at once. `backup_days`: how long a backup is kept.

    `rollout_minutes`: how long a configuration takes to be everywhere. `control_tower`: None where the account is in no
    organization with a landing zone.
    """

    bastions: int
    backup_days: int
    backups_immutable: bool
    rollout_minutes: int
    control_tower: ControlTower | None


def read_administration(section: Section) -> AdministrationSettings:
    """The settings; raises SettingsError."""
    return AdministrationSettings(
        bastions=section.whole("bastions", 1, 10),
        backup_days=section.whole("backup_days", 1, LONGEST_DAYS),
        backups_immutable=section.flag("backups_immutable"),
        rollout_minutes=section.whole("rollout_minutes", 0, LONGEST_MINUTES),
        control_tower=_control_tower(section),
    )


def _control_tower(section: Section) -> ControlTower | None:
    if section.values["control_tower"] is None:
        return None
    own = section.section("control_tower", keys_of(ControlTower))
    unit = r"arn:aws:organizations::\d{12}:ou/o-[a-z0-9]{10,32}/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}"
    return ControlTower(
        home_region=own.text("home_region", r"[a-z]{2}(-[a-z]+)+-\d", "a Region"),
        unit_arn=own.text("unit_arn", unit, "the ARN of an organizational unit"),
    )
