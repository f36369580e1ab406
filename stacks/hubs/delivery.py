"""The delivery of an environment: one pipeline for all its stacks, in its first Region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.administration.delivery_pipeline import DeliveryPipeline, DeliveryPipelineArgs
from components.payment.message_path import PAYMENT_QUEUES, dead_letter_queue_name

if TYPE_CHECKING:
    from components.administration.delivery_pipeline import DeliverySettings
    from stacks.hubs.base import FoundationBase


def build_foundation(base: FoundationBase, settings: DeliverySettings) -> None:
    """The pipeline: a Region's deployment is well while no payment has failed for good there."""
    home = base.settings.regions[0]
    DeliveryPipeline(
        "delivery",
        DeliveryPipelineArgs(
            names=base.names,
            region=home,
            regions=base.settings.regions,
            organization=base.settings.organization,
            alarm_names=tuple(dead_letter_queue_name(base.names, queue) for queue in PAYMENT_QUEUES),
            settings=settings,
            log_retention_days=base.settings.log_retention_days,
            protect=base.settings.deletion_protection,
        ),
        pulumi.ResourceOptions(provider=base.providers[home]),
    )
