"""The rules that an environment's Regions must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stacks.settings_file import Section

REGION = r"[a-z]{2}(-[a-z]+)+-\d"
REPLICAS = 2
"""With the witness the three Regions that strong consistency takes."""
STRONG_CONSISTENCY_SETS = (
    frozenset({"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"}),
    frozenset({"us-east-1", "us-east-2", "us-west-2"}),
    frozenset({"ap-northeast-1", "ap-northeast-2", "ap-northeast-3"}),
)
"""Regions among which DynamoDB offers multi-Region strong consistency (DynamoDB Developer Guide, "Global tables")."""


def read_regions(settings: Section) -> tuple[tuple[str, str], str, tuple[str, ...]]:
    """The two Regions, the witness, and the Regions that data may be in.

    Raises:
        SettingsError: a rule of theirs is broken.

    """
    named = "a Region such as eu-west-1"
    regions = settings.texts("regions", REGION, named)
    witness = settings.text("witness", REGION, named)
    residency = settings.texts("residency", REGION, named)
    if len(regions) != REPLICAS:
        settings.refuse(
            "regions", f"{len(regions)} Regions", "two: with the witness the three that strong consistency takes"
        )
    if witness in regions:
        settings.refuse("witness", f"{witness} is in regions too", "a third Region, in which nothing else runs")
    outside = sorted({*regions, witness} - set(residency))
    if outside:
        settings.refuse("residency", f"{', '.join(outside)} is used, yet not listed", "every Region in which data is")
    if not any({*regions, witness} <= each for each in STRONG_CONSISTENCY_SETS):
        sets = "; ".join(", ".join(sorted(each)) for each in STRONG_CONSISTENCY_SETS)
        settings.refuse(
            "regions", f"{', '.join((*regions, witness))} are not of one set", f"regions and witness of one of: {sets}"
        )
    return (regions[0], regions[1]), witness, residency
