"""The integration hub: in each Region, and what spans them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.integration.site_log import SiteLog, SiteLogArgs
from components.integration.third_party_documentation import ThirdPartyDocumentation, ThirdPartyDocumentationArgs

if TYPE_CHECKING:
    from stacks.hubs.base import FoundationBase
    from stacks.hubs.integration_settings import IntegrationSettings

SITE, SITE_LOG = "developers", "site-log"


def build_foundation(base: FoundationBase, settings: IntegrationSettings) -> None:
    """The site of third parties: CloudFront knows no Regions."""
    home, protect = base.settings.regions[0], base.settings.deletion_protection
    site = ThirdPartyDocumentation(
        SITE,
        ThirdPartyDocumentationArgs(
            names=base.names,
            regions=base.settings.regions,
            providers=base.providers,
            domain_name=f"{SITE}.{base.settings.dns.domain}",
            zone_id=base.zone_id,
            requests_per_minute=settings.site_requests_per_minute,
            log_name=SITE_LOG,
            protect=protect,
        ),
    )
    SiteLog(
        SITE_LOG,
        SiteLogArgs(
            names=base.names,
            region=home,
            distribution_arn=site.distribution_arn,
            key_arn=site.key_arns[home],
            retention_days=base.settings.log_retention_days,
            protect=protect,
        ),
        pulumi.ResourceOptions(provider=base.providers[home]),
    )
