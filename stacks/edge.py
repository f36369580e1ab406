"""A Region's edges: what requests meet on their way in, and what its private network may reach of AWS's services."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.blocks.naming import Names, arn
from components.network.endpoint_policies import Reachable
from components.payment.event_stream import PUBLISHED_EVENTS
from components.payment.message_path import OPEN_INDEX
from components.reporting.datasets import dataset
from components.security.web_acl import WebAcl, WebAclArgs, stage_arn

if TYPE_CHECKING:
    from components.payment.message_api import MessageApi
    from components.payment.queues import MessageQueues
    from components.security.identity import Identity
    from stacks.foundation_outputs import FoundationOutputs
    from stacks.settings import Settings

FIREWALL = "edge"
PREFIXES = ("incoming", "outgoing", "refused")
"""Of the payload buckets' keys."""


def guard(
    settings: Settings,
    region: str,
    opts: pulumi.ResourceOptions,
    *,
    api: MessageApi,
    identity: Identity,
    log_key_arn: pulumi.Input[str],
) -> WebAcl:
    """Put the web ACL before the Region's API and its token endpoint."""
    return WebAcl(
        FIREWALL,
        WebAclArgs(
            names=Names(settings.environment, settings.account_id),
            settings=settings.edge,
            largest_body_bytes=api.largest_body_bytes,
            stage_arn=stage_arn(region, api.api_id, api.stage_name),
            user_pool_arn=identity.user_pool_arn,
            log_retention_days=settings.log_retention_days,
            log_key_arn=log_key_arn,
        ),
        opts,
    )


def reachable(
    settings: Settings,
    region: str,
    *,
    foundation: FoundationOutputs,
    queues: MessageQueues,
    tick_queue_arns: tuple[pulumi.Input[str], ...],
    identity: Identity,
    key_arns: tuple[pulumi.Input[str], ...],
) -> Reachable:
    """The hub's own resources in the Region, as its network's endpoints let them through."""
    names = Names(settings.environment, settings.account_id)
    open_transactions = pulumi.Output.concat(foundation.table_arn, "/index/", OPEN_INDEX)
    published = arn("dynamodb", region, names.account_id, f"table/{names.regional(PUBLISHED_EVENTS)}")
    return Reachable(
        account_id=names.account_id,
        table_arns=(foundation.table_arn, open_transactions, foundation.leadership_table_arn, published),
        bucket_arns=(foundation.bucket_arns[region],),
        prefixes=PREFIXES,
        queue_arns=(
            *(queue.arn for queue in queues.queues.values()),
            *(queue.dead_letter_arn for queue in queues.queues.values()),
            *tick_queue_arns,
        ),
        key_arns=key_arns,
        secret_arns=tuple(client.secret_arn for client in identity.clients.values()),
        datasets=() if settings.hubs.reporting is None else (dataset(names, region),),
    )
