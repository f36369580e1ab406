"""Shield Advanced for what of the hub it can protect."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


class ZoneProtection(pulumi.ComponentResource):
    """The hosted zone of the API's names, protected: whoever floods it takes both Regions off the map.

    A Regional API is none of the resources that Shield Advanced protects (AWS WAF, Shield Developer Guide, "List of
    resources that AWS Shield Advanced protects"): it has Shield Standard, and the web ACL's limits. The account
    must have subscribed before; that binds an organization for a year, which no deployment should do.
    """

    def __init__(self, name: str, zone_arn: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:ZoneProtection", name, None, opts)
        aws.shield.Protection(name, name=name, resource_arn=zone_arn, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})
