"""The settings of the monitoring hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.monitoring.objectives import ObjectiveSettings
from stacks.bounds import LONGEST_DAYS
from stacks.hubs.security_settings import ADDRESS
from stacks.settings_file import keys_of

if TYPE_CHECKING:
    from stacks.settings_file import Section

MODEL = r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)*"


@dataclass(frozen=True, slots=True)
class MonitoringSettings:
    """`alert_addresses`: who gets an e-mail of each alarm; `compliance_addresses`: of audit chain and vault.

    `log_accounts`: other accounts that may send their logs, if any. `archive_days`: how long collected lines are kept.
    `model`, `embedding_model`: Bedrock models that word the support advisor's answers, and that read its documents.
    """

    alert_addresses: tuple[str, ...]
    compliance_addresses: tuple[str, ...]
    log_accounts: tuple[str, ...]
    archive_days: int
    objectives: ObjectiveSettings
    model: str
    embedding_model: str


def read_monitoring(section: Section) -> MonitoringSettings:
    """The settings; raises SettingsError."""
    return MonitoringSettings(
        alert_addresses=section.texts("alert_addresses", ADDRESS, "an e-mail address"),
        compliance_addresses=section.texts("compliance_addresses", ADDRESS, "an e-mail address"),
        log_accounts=_log_accounts(section),
        archive_days=section.whole("archive_days", 1, LONGEST_DAYS),
        objectives=_objectives(section),
        model=section.text("model", MODEL, "the id of a foundation model"),
        embedding_model=section.text("embedding_model", MODEL, "the id of a foundation model"),
    )


def _log_accounts(section: Section) -> tuple[str, ...]:
    if section.values["log_accounts"] is None:
        return ()
    return section.texts("log_accounts", r"\d{12}", "an account id in quotes")


def _objectives(section: Section) -> ObjectiveSettings:
    own = section.section("objectives", keys_of(ObjectiveSettings))
    within_ms = own.whole("within_ms", 1, 30_000)
    p99_ms = own.whole("p99_ms", 1, 30_000)
    if p99_ms < within_ms:
        own.refuse("p99_ms", f"{p99_ms} is less than within_ms", f"at least {within_ms}")
    return ObjectiveSettings(
        within_ms=within_ms,
        misses_per_million=own.whole("misses_per_million", 1, 50_000),
        p99_ms=p99_ms,
        least_calls=own.whole("least_calls", 1, 1_000_000),
    )
