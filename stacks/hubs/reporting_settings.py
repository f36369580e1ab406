"""The settings of the reporting hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.bounds import read_scan_limit
from stacks.hubs.security_settings import ADDRESS

if TYPE_CHECKING:
    from stacks.settings_file import Section

UNITS = (4, *range(8, 513, 8))
"""Redshift processing units that a workgroup may begin with (Redshift Management Guide, "Compute capacity")."""


@dataclass(frozen=True, slots=True)
class ReportingSettings:
    """`notified`: the address to which QuickSight writes. `scan_limit_mib`: what one query may read.

    `batch_cpus`: of all batch jobs at once. `warehouse_units`, `warehouse_largest_units`: Redshift processing units.
    """

    notified: str
    scan_limit_mib: int
    batch_cpus: int
    warehouse_units: int
    warehouse_largest_units: int


def read_reporting(section: Section) -> ReportingSettings:
    """The settings; raises SettingsError."""
    units, largest = section.one_of("warehouse_units", UNITS), section.one_of("warehouse_largest_units", UNITS)
    if largest < units:
        section.refuse("warehouse_largest_units", f"{largest} is less than the first", f"at least {units}")
    return ReportingSettings(
        notified=section.text("notified", ADDRESS, "an e-mail address"),
        scan_limit_mib=read_scan_limit(section),
        batch_cpus=section.whole("batch_cpus", 4, 4_000),
        warehouse_units=units,
        warehouse_largest_units=largest,
    )
