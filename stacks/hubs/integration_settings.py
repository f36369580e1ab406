"""The settings of the integration hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from components.integration.record_copy import RecordCopySettings
from components.integration.webhook import WebhookSettings
from components.payment.message_api import Throttling
from components.security.trust_bundle import check_bundle
from stacks.edge_settings import LEAST, MOST, read_throttling
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stacks.settings_file import Section

AUTHORITIES = Path(__file__).resolve().parents[1] / "environments" / "authorities"
BROKERS = ("mq.m5.large", "mq.m5.xlarge", "mq.m5.2xlarge", "mq.m5.4xlarge")
"""Of ActiveMQ; mq.t3.micro is for trying out, and cannot be made larger into these."""
CACHES = ("cache.t4g.small", "cache.t4g.medium", "cache.m7g.large", "cache.r7g.large", "cache.r7g.xlarge")
MOST_UNITS = 256
"""Aurora capacity units of an instance (Aurora User Guide, "Aurora Serverless v2 capacity")."""
LONGEST_BACKUP_DAYS = 35
MOST_CALLS = 300
"""A second, of all API destinations of an account in a Region, before AWS is asked for more (EventBridge User Guide,
"Quotas")."""
URL = r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/[A-Za-z0-9._~/-]*)?"


@dataclass(frozen=True, slots=True)
class IntegrationSettings:
    """`site_requests_per_minute`: of one address, on the site of third parties. `broker_type`, `cache_type`: sizes.

    `authorities`: certificates of those whose clients may call the API of third parties, in PEM; the settings name the
    file in stacks/environments/authorities. `third_parties`: what that API takes in each Region.

    `webhooks` by participant.
    """

    site_requests_per_minute: int
    broker_type: str
    records: RecordCopySettings
    cache_type: str
    authorities: str
    third_parties: Throttling
    webhooks: Mapping[str, WebhookSettings]


def read_integration(section: Section, participants: Collection[str]) -> IntegrationSettings:
    """The settings; raises SettingsError. `participants`: those that may have a webhook."""
    return IntegrationSettings(
        site_requests_per_minute=section.whole("site_requests_per_minute", LEAST, MOST),
        broker_type=section.choice("broker_type", {each: each for each in BROKERS}),
        records=_records(section.section("records", keys_of(RecordCopySettings))),
        cache_type=section.choice("cache_type", {each: each for each in CACHES}),
        authorities=_authorities(section),
        third_parties=read_throttling(section.section("third_parties", keys_of(Throttling))),
        webhooks=_webhooks(section.section("webhooks"), participants),
    )


def _authorities(section: Section) -> str:
    name = section.text("authorities", r"[a-z][a-z0-9-]*\.pem", "a file's name as example.pem")
    path = AUTHORITIES / name
    if not path.is_file():
        section.refuse(
            "authorities", f"{name!r} is not there", f"a file in {AUTHORITIES.parent.name}/{AUTHORITIES.name}"
        )
    certificates = path.read_text(encoding="utf-8")
    try:
        check_bundle(certificates)
    except ValueError as error:
        section.refuse("authorities", f"{name}: {error}", "authorities' certificates in PEM")
    return certificates


def _records(section: Section) -> RecordCopySettings:
    units, largest = section.whole("units", 1, MOST_UNITS), section.whole("largest_units", 1, MOST_UNITS)
    if largest < units:
        section.refuse("largest_units", f"{largest} is less than the first", f"at least units ({units})")
    return RecordCopySettings(units, largest, section.whole("backup_days", 1, LONGEST_BACKUP_DAYS))


def _webhooks(section: Section, participants: Collection[str]) -> dict[str, WebhookSettings]:
    for name in section.values:
        if name not in participants:
            section.refuse(name, "no such client", f"one of {', '.join(participants)}")
    webhooks = {name: _webhook(section.section(name, keys_of(WebhookSettings))) for name in section.values}
    if sum(each.per_second for each in webhooks.values()) > MOST_CALLS:
        section.refuse("", "more calls a second than EventBridge makes", f"{MOST_CALLS} of all together")
    return webhooks


def _webhook(section: Section) -> WebhookSettings:
    return WebhookSettings(section.text("url", URL, "an https URL"), section.whole("per_second", 1, MOST_CALLS))
