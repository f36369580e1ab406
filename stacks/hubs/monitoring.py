"""The monitoring hub in a Region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.naming import arn
from components.monitoring.advisor_knowledge import AdvisorKnowledge, AdvisorKnowledgeArgs
from components.monitoring.advisor_models import AdvisorModels, AdvisorModelsArgs
from components.monitoring.advisor_store import AdvisorStore, AdvisorStoreArgs, invocation_log_group
from components.monitoring.alerts import Alerts, AlertsArgs
from components.monitoring.dashboards import PaymentDashboards, PaymentDashboardsArgs
from components.monitoring.log_collection import LogCollection, LogCollectionArgs
from components.monitoring.mail import Mail, MailArgs
from components.monitoring.objectives import Objectives, ObjectivesArgs, burn_alarms
from components.monitoring.support_advisor import SupportAdvisor, SupportAdvisorArgs
from components.payment.message_api import STAGE
from components.payment.message_path import API, FunctionName, QueueName, dead_letter_queue_name, queue_name

if TYPE_CHECKING:
    from stacks.hubs.base import RegionBase
    from stacks.hubs.monitoring_settings import MonitoringSettings


def build_region(base: RegionBase, settings: MonitoringSettings) -> None:
    """Logs, objectives, alerts, a dashboard, and whom to ask."""
    _collect(base, settings)
    _watch(base, settings)
    mail = Mail(
        "alert-mail", MailArgs(base.names, base.region, base.settings.dns.domain, base.foundation.zone_id), base.opts
    )
    Alerts(
        "alerts",
        AlertsArgs(
            names=base.names,
            region=base.region,
            addresses=settings.alert_addresses,
            compliance_addresses=settings.compliance_addresses,
            configuration_set=mail.configuration_set,
            protect=base.settings.deletion_protection,
        ),
        base.opts,
    )
    _advise(base, settings)


def _collect(base: RegionBase, settings: MonitoringSettings) -> None:
    """What models were asked stays where it is logged: it is no one's but the support advisor's."""
    LogCollection(
        "log-collection",
        LogCollectionArgs(
            names=base.names,
            region=base.region,
            accounts=settings.log_accounts,
            left_out=(invocation_log_group(base.names),),
            retention_days=settings.archive_days,
            lock_mode=base.settings.payloads.lock_mode,
            # For as long as the lines are asked for: what should not have been logged can go after that.
            lock_days=min(base.settings.log_retention_days, settings.archive_days),
            log_days=base.settings.log_retention_days,
            protect=base.settings.deletion_protection,
        ),
        base.opts,
    )


def _watch(base: RegionBase, settings: MonitoringSettings) -> None:
    names, objectives = base.names, settings.objectives
    api_name = names.regional(API)
    Objectives("objectives", ObjectivesArgs(names, api_name, STAGE, objectives), base.opts)
    burn_arns = tuple(arn("cloudwatch", base.region, names.account_id, f"alarm:{each}") for each in burn_alarms(names))
    PaymentDashboards(
        "dashboards",
        PaymentDashboardsArgs(
            names=names,
            region=base.region,
            api_name=api_name,
            stage=STAGE,
            functions=tuple(names.regional(each) for each in FunctionName),
            queues=tuple(queue_name(names, each) for each in QueueName),
            dead_letter_queues=tuple(dead_letter_queue_name(names, each) for each in QueueName),
            log_groups=tuple(names.function_log_group(each) for each in FunctionName),
            within_ms=objectives.within_ms,
            p99_ms=objectives.p99_ms,
            alarm_arns=(*burn_arns, *base.alarm_arns),
        ),
        base.opts,
    )


def _advise(base: RegionBase, settings: MonitoringSettings) -> None:
    names, region, protect = base.names, base.region, base.settings.deletion_protection
    store = AdvisorStore(
        "advisor", AdvisorStoreArgs(names, region, base.settings.log_retention_days, protect), base.opts
    )
    knowledge = AdvisorKnowledge(
        "advisor-knowledge", AdvisorKnowledgeArgs(names, region, store, settings.embedding_model, protect), base.opts
    )
    models = AdvisorModels(
        "advisor-models",
        AdvisorModelsArgs(names, region, store.key_arn, base.settings.log_retention_days),
        base.opts,
    )
    SupportAdvisor(
        "support-advisor",
        SupportAdvisorArgs(names, region, settings.model, store.key_arn, knowledge, models),
        base.opts,
    )
