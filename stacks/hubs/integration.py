"""The integration hub: in each Region, and what spans them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.integration.account_cache import AccountCache, AccountCacheArgs
from components.integration.consents import Consents, ConsentsArgs
from components.integration.events import Events, EventsArgs
from components.integration.messaging_brokers import MessagingBrokers, MessagingBrokersArgs
from components.integration.record_copy import RecordCopy, RecordCopyArgs
from components.integration.site_log import SiteLog, SiteLogArgs
from components.integration.third_party_api import ThirdPartyApi, ThirdPartyApiArgs
from components.integration.third_party_documentation import ThirdPartyDocumentation, ThirdPartyDocumentationArgs
from components.payment.message_path import NOTIFICATIONS

if TYPE_CHECKING:
    from stacks.hubs.base import FoundationBase, RegionBase
    from stacks.hubs.integration_settings import IntegrationSettings

SITE, SITE_LOG, THIRD_PARTIES = "developers", "site-log", "third-parties"
MAINTENANCE_DAYS = ("TUESDAY", "THURSDAY")
"""Of the first Region and of the second: never both at once."""


def build_foundation(base: FoundationBase, settings: IntegrationSettings) -> dict[str, object]:
    """The site of third parties, for CloudFront knows no Regions, and the consents; gives what Regions know of it."""
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
    consents = Consents(
        "consents",
        ConsentsArgs(base.names, base.settings.regions, base.settings.witness, base.providers, protect),
    )
    return consents.exports()


def build_region(base: RegionBase, settings: IntegrationSettings) -> None:
    """Queues for systems on premises, what is known of accounts, and what third parties are told."""
    names, region, protect = base.names, base.region, base.settings.deletion_protection
    day = MAINTENANCE_DAYS[base.settings.regions.index(region)]
    window = f"{day[:3].lower()}:02:00-{day[:3].lower()}:03:00"
    vpc_id, subnet_ids = base.network.vpc_id, tuple(base.network.subnet_ids)
    MessagingBrokers(
        "messaging",
        MessagingBrokersArgs(
            names=names,
            region=region,
            vpc_id=vpc_id,
            subnet_ids=(subnet_ids[0], subnet_ids[1]),
            instance_type=settings.broker_type,
            on_premises=base.settings.premises,
            maintenance_day=day,
            secret_recovery_days=base.settings.secret_recovery_days,
            protect=protect,
        ),
        base.opts,
    )
    RecordCopy(
        "records",
        RecordCopyArgs(
            names=names,
            region=region,
            vpc_id=vpc_id,
            subnet_ids=subnet_ids,
            settings=settings.records,
            maintenance_window=window,
            log_retention_days=base.settings.log_retention_days,
            protect=protect,
        ),
        base.opts,
    )
    AccountCache(
        "accounts",
        AccountCacheArgs(names, region, vpc_id, subnet_ids, settings.cache_type, window, protect),
        base.opts,
    )
    ThirdPartyApi(
        THIRD_PARTIES,
        ThirdPartyApiArgs(
            names=names,
            region=region,
            authorities=settings.authorities,
            document=base.api.document,
            functions=base.api.functions,
            user_pool_arn=base.api.user_pool_arn,
            throttling=settings.third_parties,
            logging=base.api.logging,
            log_retention_days=base.settings.log_retention_days,
            web_acl_arn=base.api.web_acl_arn,
            domain_name=base.api.names.third_parties,
            certificate_arn=base.foundation.certificate_arn,
            zone_id=base.foundation.zone_id,
            ttl_seconds=base.settings.dns.ttl_seconds,
            health_check_id=base.api.health_check_id,
            protect=protect,
        ),
        base.opts,
    )
    Events(
        "status-events",
        EventsArgs(
            names=names,
            region=region,
            topic_arn=base.topic_arn,
            topic_name=NOTIFICATIONS,
            webhooks=settings.webhooks,
            secret_recovery_days=base.settings.secret_recovery_days,
            protect=protect,
        ),
        base.opts,
    )
