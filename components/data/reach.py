"""What a Region's stack knows of what the data manager has over both Regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulumi


@dataclass(frozen=True, slots=True)
class CacheReach:
    """The cache's network in the Region, what its group is, and where it answers."""

    vpc_id: pulumi.Input[str]
    route_table_id: pulumi.Input[str]
    group_id: pulumi.Input[str]
    endpoint: pulumi.Input[str]


@dataclass(frozen=True, slots=True)
class ProfilesReach:
    """The table of profiles in the Region, and the key that it is under there."""

    table_name: pulumi.Input[str]
    table_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]


@dataclass(frozen=True, slots=True)
class DataReach:
    """What of the data manager spans Regions, as a Region has it."""

    profiles: ProfilesReach
    cache: CacheReach
