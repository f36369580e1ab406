"""The risk engine in a Region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.stream import StreamArgs
from components.data.profiles import PROFILES
from components.risk.alerts import FraudAlerts, FraudAlertsArgs
from components.risk.decision_flow import DecisionFlow, DecisionFlowArgs
from components.risk.internal_api import InternalApi, InternalApiArgs
from components.risk.key_statements import DECIDING, TRAINING
from components.risk.predictor import Predictor, PredictorArgs
from components.risk.signal_pipe import PIPE, SignalPipe, SignalPipeArgs, pipe_log_group
from components.risk.signals import RiskSignals
from components.risk.state_machine import machine_log_group
from components.risk.stores import RiskStores, RiskStoresArgs
from components.risk.trainer import Trainer, TrainerArgs

if TYPE_CHECKING:
    from stacks.hubs.base import RegionBase
    from stacks.hubs.risk_settings import RiskSettings

ALERTS = "fraud-alerts"


def build_region(base: RegionBase, settings: RiskSettings) -> None:
    """Signals, the flow that decides on them, what it asks and whom it tells, and its API."""
    names, region, protect, opts = base.names, base.region, base.settings.deletion_protection, base.opts
    log_days = base.settings.log_retention_days
    machines = tuple(machine_log_group(names, each) for each in (DECIDING, TRAINING))
    stores = RiskStores(
        "risk-stores",
        RiskStoresArgs(
            names, region, base.settings.payloads.retention_days, (*machines, pipe_log_group(names)), protect
        ),
        opts,
    )
    image = settings.images[region]
    Trainer("risk-trainer", TrainerArgs(names, region, stores, image, settings.training, log_days), opts)
    flow = _flow(base, settings, stores)
    signals = RiskSignals(PIPE, StreamArgs(names.regional(PIPE), stores.key_arn, settings.signal_hours, protect), opts)
    SignalPipe(
        PIPE,
        SignalPipeArgs(
            names=names,
            region=region,
            stream_arn=signals.arn,
            machine_arn=flow.machine_arn,
            key_arn=stores.key_arn,
            log_retention_days=log_days,
            protect=protect,
        ),
        opts,
    )
    InternalApi(
        "risk-api",
        InternalApiArgs(
            names=names,
            region=region,
            vpc_id=base.network.vpc_id,
            subnet_ids=tuple(base.network.subnet_ids),
            machine_arn=flow.machine_arn,
            key_arn=stores.key_arn,
            rate_per_second=base.settings.api.rate_per_second,
            burst=base.settings.api.burst,
        ),
        opts,
    )


def _flow(base: RegionBase, settings: RiskSettings, stores: RiskStores) -> DecisionFlow:
    names, region, opts = base.names, base.region, base.opts
    alerts = FraudAlerts(ALERTS, FraudAlertsArgs(names, stores.key_arn, settings.alarm_addresses), opts)
    predictor = None
    if settings.predictor is not None:
        args = PredictorArgs(names, region, stores, settings.images[region], settings.predictor)
        predictor = Predictor("risk-predictor", args, opts)
    profiles = None if base.foundation.data is None else base.foundation.data.profiles
    return DecisionFlow(
        DECIDING,
        DecisionFlowArgs(
            names=names,
            region=region,
            stores=stores,
            alerts=alerts,
            profiles=profiles,
            profiles_table=None if profiles is None else names.regional(PROFILES),
            predictor=predictor,
            rules=settings.rules,
            decision_days=settings.decision_days,
            log_retention_days=base.settings.log_retention_days,
        ),
        opts,
    )
