"""What a hub is composed with: the same for each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi
    import pulumi_aws as aws

    from components.blocks.function import Function
    from components.blocks.naming import Names
    from components.network.api_names import ApiNames
    from components.network.private_network import PrivateNetwork
    from components.payment.api_document import ApiDocument
    from components.payment.message_path import FunctionName
    from stacks.foundation_outputs import FoundationOutputs
    from stacks.settings import Settings


@dataclass(frozen=True, slots=True)
class FoundationBase:
    """In the foundation. `providers`: one for each Region. `zone_id`: of the zone of the hub's names."""

    settings: Settings
    names: Names
    providers: Mapping[str, aws.Provider]
    zone_id: pulumi.Output[str]


@dataclass(frozen=True, slots=True)
class ApiBase:
    """The Region's API: its document, what serves it, who may call it, what stands before it, and whether it is well.

    `names` are those under which it is reached. `logging`: what lets it log.
    """

    document: ApiDocument
    functions: Mapping[FunctionName, Function]
    user_pool_arn: pulumi.Output[str]
    logging: pulumi.Resource
    web_acl_arn: pulumi.Output[str]
    names: ApiNames
    health_check_id: pulumi.Output[str]


@dataclass(frozen=True, slots=True)
class RegionBase:
    """In a Region. `opts` carry its provider. `network` is the Region's private one.

    `alarm_arns`: alarms that say that payments do not go on as they should. `topic_arn`: what tells that they ended.
    """

    settings: Settings
    names: Names
    region: str
    network: PrivateNetwork
    foundation: FoundationOutputs
    alarm_arns: tuple[pulumi.Output[str], ...]
    topic_arn: pulumi.Output[str]
    api: ApiBase
    opts: pulumi.ResourceOptions

    @property
    def opposite(self) -> str:
        """The other Region."""
        return next(each for each in self.settings.regions if each != self.region)
