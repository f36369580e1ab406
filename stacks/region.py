"""The layer of one Region: what runs there. It knows the foundation's exports and nothing of another Region's stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through, use_by_logs
from components.blocks.naming import Names, arn
from components.monitoring.api_logging import ApiLogging, ApiLoggingArgs
from components.network.api_domains import ApiDomains, ApiDomainsArgs
from components.network.api_names import ApiNames
from components.network.api_records import ApiRecords, ApiRecordsArgs, Probing
from components.network.endpoint_policies import GATEWAYS, INTERFACES, endpoint_policies
from components.network.private_network import PrivateNetwork, PrivateNetworkArgs
from components.payment.api_document import read_api_document
from components.payment.environment import Surroundings
from components.payment.event_stream import EventStream, EventStreamArgs
from components.payment.functions import CodePackage, MessageFunctions, MessageFunctionsArgs
from components.payment.grants import Reach, StreamReach
from components.payment.ledger import LedgerAccess
from components.payment.message_api import TLS_POLICY, MessageApi, MessageApiArgs
from components.payment.message_path import API, EVENT_QUEUES, TICK_QUEUES, FunctionName, QueueName, queue_name
from components.payment.notifications import Notifications, NotificationsArgs
from components.payment.queues import MessageQueues, MessageQueuesArgs
from components.payment.ticks import Ticks, TicksArgs
from components.security.audit_alarm import AuditAlarm, AuditAlarmArgs
from components.security.custody import Custody, CustodyArgs
from components.security.identity import Identity, IdentityArgs
from stacks.edge import FIREWALL, guard, reachable
from stacks.foundation_outputs import read_foundation
from stacks.hubs.base import ApiBase, RegionBase
from stacks.hubs.build import build_region_hubs
from stacks.providers import provider_for
from stacks.settings import PROJECT_ROOT
from stacks.vault import watch_vault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.statement import Statement
    from components.network.endpoint_policies import Reachable
    from components.payment.environment import Retry
    from stacks.foundation_outputs import FoundationOutputs
    from stacks.settings import Settings

_TICKS = {
    FunctionName.TIMEOUT: ("Transactions past their deadline are looked for", "tick-schedule"),
    FunctionName.RECOVER: ("The opposite Region is looked at", "recovery-tick-schedule"),
    FunctionName.ATTEST: ("The audit chain is verified, and where it stands signed", "audit-tick-schedule"),
}
API_DOCUMENT = PROJECT_ROOT / "lambdas" / "api" / "openapi.json"


@dataclass(frozen=True, slots=True)
class _Channels:
    """What the functions of the Region speak through."""

    queues: MessageQueues
    stream: EventStream
    ticks: Mapping[FunctionName, Ticks]
    notifications: Notifications


def build_region(settings: Settings, region: str) -> dict[str, object]:
    """Build the layer of one Region; gives what it exports."""
    names = Names(settings.environment, settings.account_id)
    foundation = read_foundation(settings, region)
    opts = pulumi.ResourceOptions(provider=provider_for(settings, region))
    payload_key = foundation.payload_key_arns[region]
    operations = RegionalKey(
        "operations",
        RegionalKeyArgs(
            alias=names.key_alias("operations"),
            description="Logs, function environments and client secrets",
            statements=operations_key_statements(names, region),
            protect=settings.deletion_protection,
        ),
        opts,
    )
    identity = Identity(
        "identity",
        IdentityArgs(
            names=names,
            region=region,
            clients={name: client.scopes for name, client in settings.clients.items()},
            key_arn=operations.arn,
            secret_recovery_days=settings.secret_recovery_days,
            deletion_protection=settings.deletion_protection,
        ),
        opts,
    )
    notifications = Notifications("notifications", NotificationsArgs(names=names, key_arn=payload_key), opts)
    queues = MessageQueues(
        "queues",
        MessageQueuesArgs(
            names=names,
            region=region,
            key_arn=payload_key,
            sizes=settings.functions.sizes,
            deliveries={queue: retry.deliveries for queue, retry in _retries(settings).items()},
            topic_arn=notifications.topic.arn,
            protect=settings.deletion_protection,
        ),
        opts,
    )
    ticks = {function: _ticks(settings, names, region, function, opts) for function in TICK_QUEUES}
    ticked = tuple(each.queue_arn for each in ticks.values())
    # Every key that a function may ever use in the network is to be named here.
    within = reachable(
        settings,
        region,
        foundation=foundation,
        queues=queues,
        tick_queue_arns=ticked,
        identity=identity,
        key_arns=(payload_key, operations.arn),
    )
    network = _network(settings, region, within, opts)
    stream = _stream(settings, network, payload_key, opts)
    channels = _Channels(queues, stream, ticks, notifications)
    functions = MessageFunctions(
        "functions",
        MessageFunctionsArgs(
            names=names,
            code=_code(settings),
            roles=foundation.roles,
            sizes=settings.functions.sizes,
            consumption=settings.functions.consumption,
            reach=_reach(settings, region, foundation, channels),
            surroundings=_surroundings(settings, region, foundation, identity, channels),
            log_retention_days=settings.log_retention_days,
            log_key_arn=operations.arn,
            region=region,
            networks={FunctionName.PUBLISHING: stream.function_network},
        ),
        opts,
    )
    Custody("changes", CustodyArgs(names, queues.queues[QueueName.CHANGES].arn), opts)
    AuditAlarm("audit-chain", AuditAlarmArgs(names, functions.functions[FunctionName.ATTEST].log_group_name), opts)
    document, logging = read_api_document(API_DOCUMENT, frozenset(FunctionName)), _logging(names, region, opts)
    api = MessageApi(
        API,
        MessageApiArgs(
            names=names,
            document=document,
            functions=functions.functions,
            user_pool_arn=identity.user_pool_arn,
            throttling=settings.api,
            logging=logging,
            log_retention_days=settings.log_retention_days,
            log_key_arn=operations.arn,
        ),
        opts,
    )
    firewall = guard(settings, region, opts, api=api, identity=identity, log_key_arn=operations.arn)
    records = _publish(settings, region, foundation, api, opts)
    watch_vault(settings, names, functions.functions[FunctionName.VAULT], opts)
    build_region_hubs(
        RegionBase(
            settings=settings,
            names=names,
            region=region,
            network=network,
            foundation=foundation,
            alarm_arns=queues.alarm_arns,
            topic_arn=notifications.topic.arn,
            api=ApiBase(
                document=document,
                functions=functions.functions,
                user_pool_arn=identity.user_pool_arn,
                logging=logging,
                web_acl_arn=firewall.arn,
                names=ApiNames(settings.dns.domain),
                health_check_id=records.health_check_id,
            ),
            opts=opts,
        )
    )
    first_client = identity.clients[next(iter(settings.clients))]
    return {
        "region": region,
        "environment": settings.environment,
        "api_url": api.url,
        "api_names": ApiNames(settings.dns.domain).answered_by(region),
        "auth_url": identity.auth_url,
        "user_pool_id": identity.user_pool_id,
        "client_id": first_client.client_id,
        "client_secret_arn": first_client.secret_arn,
        "clients": {
            name: {"client_id": client.client_id, "secret_arn": client.secret_arn}
            for name, client in identity.clients.items()
        },
        "queue_urls": {name.value: queue.url for name, queue in queues.queues.items()},
        "dead_letter_queue_urls": {name.value: queue.dead_letter_url for name, queue in queues.queues.items()},
        "tick_queue_url": ticks[FunctionName.TIMEOUT].queue_url,
        "recovery_tick_queue_url": ticks[FunctionName.RECOVER].queue_url,
        "audit_tick_queue_url": ticks[FunctionName.ATTEST].queue_url,
        "event_stream": {"bootstrap_servers": stream.bootstrap_servers, "topic": stream.topic_name},
        "notification_topic_arn": notifications.topic.arn,
        "function_names": {name.value: function.function_name for name, function in functions.functions.items()},
    }


def operations_key_statements(names: Names, region: str) -> tuple[Statement, ...]:
    """Who may use the operations key: these log groups, and whoever deploys, through Lambda and Secrets Manager."""
    log_groups = [names.function_log_group(function) for function in FunctionName] + [names.api_log_group(API)]
    log_groups.append(names.firewall_log_group(FIREWALL))
    services = (f"lambda.{region}.amazonaws.com", f"secretsmanager.{region}.amazonaws.com")
    return (
        administration(names.account_id),
        use_by_account_through("EnvironmentsAndSecrets", names.account_id, services),
        use_by_logs(region, [arn("logs", region, names.account_id, f"log-group:{group}") for group in log_groups]),
    )


def _retries(settings: Settings) -> dict[QueueName, Retry]:
    return {queue: settings.event_retry if queue in EVENT_QUEUES else settings.retry for queue in QueueName}


def _network(settings: Settings, region: str, within: Reachable, opts: pulumi.ResourceOptions) -> PrivateNetwork:
    return PrivateNetwork(
        "network",
        PrivateNetworkArgs(
            names=Names(settings.environment, settings.account_id),
            region=region,
            settings=settings.network[region],
            interface_endpoints=INTERFACES,
            gateway_endpoints=GATEWAYS,
            policies=endpoint_policies(within),
        ),
        opts,
    )


def _stream(
    settings: Settings, network: PrivateNetwork, key_arn: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> EventStream:
    return EventStream(
        "events",
        EventStreamArgs(
            names=Names(settings.environment, settings.account_id),
            network=network,
            settings=settings.event_stream,
            key_arn=key_arn,
            deletion_protection=settings.deletion_protection,
        ),
        opts,
    )


def _publish(
    settings: Settings,
    region: str,
    foundation: FoundationOutputs,
    api: MessageApi,
    opts: pulumi.ResourceOptions,
) -> ApiRecords:
    """Give the API its names, and the Region its part in the answers of DNS."""
    api_names = ApiNames(settings.dns.domain)
    domains = ApiDomains(
        "api-domains",
        ApiDomainsArgs(
            names=api_names.answered_by(region),
            certificate_arn=foundation.certificate_arn,
            api_id=api.api_id,
            stage_name=api.stage_name,
            tls_policy=TLS_POLICY,
        ),
        opts,
    )
    return ApiRecords(
        "api-records",
        ApiRecordsArgs(
            api_names=api_names,
            region=region,
            zone_id=foundation.zone_id,
            targets=domains.targets,
            ttl_seconds=settings.dns.ttl_seconds,
            probing=Probing(settings.dns.interval_seconds, settings.dns.failures),
            standing="PRIMARY" if region == settings.regions[0] else "SECONDARY",
            switch_check_id=foundation.switch_check_id,
        ),
        opts,
    )


def _logging(names: Names, region: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return ApiLogging("api-logging", ApiLoggingArgs(names=names, region=region), opts).setting


def _opposite(settings: Settings, region: str) -> str:
    return next(each for each in settings.regions if each != region)


def _ticks(
    settings: Settings, names: Names, region: str, function: FunctionName, opts: pulumi.ResourceOptions
) -> Ticks:
    purpose, schedule_name = _TICKS[function]
    return Ticks(
        TICK_QUEUES[function],
        TicksArgs(
            names=names,
            region=region,
            purpose=purpose,
            schedule_name=schedule_name,
            consumer_timeout_seconds=settings.functions.sizes[function].timeout_seconds,
        ),
        opts,
    )


def _code(settings: Settings) -> CodePackage:
    built = settings.functions
    return CodePackage(
        functions=str(built.package / "functions.zip"),
        layer=str(built.package / "layer.zip"),
        runtime=built.runtime,
        architecture=built.architecture,
    )


def _reach(settings: Settings, region: str, foundation: FoundationOutputs, channels: _Channels) -> Reach:
    names = Names(settings.environment, settings.account_id)
    return Reach(
        regions=(region, *(other for other in settings.regions if other != region)),
        table_arn=foundation.table_arn,
        leadership_arn=foundation.leadership_table_arn,
        bucket_arns=foundation.bucket_arns,
        key_arns=foundation.payload_key_arns,
        envelope_key_arn=foundation.envelope_key_arn,
        queue_arns={name: queue.arn for name, queue in channels.queues.queues.items()},
        dead_letter_queue_arns={name: queue.dead_letter_arn for name, queue in channels.queues.queues.items()},
        tick_queue_arns={function: each.queue_arn for function, each in channels.ticks.items()},
        topic_arn=channels.notifications.topic.arn,
        ledger_arn=foundation.ledger_arn,
        stream=StreamReach(
            cluster_arn=channels.stream.cluster_arn,
            topic_arn=channels.stream.topic_arn,
            published_arn=channels.stream.published.arn,
            by_iam=settings.event_stream.security == "iam",
        ),
        vault=foundation.vault,
        opposite_events_arn=arn("sqs", _opposite(settings, region), names.account_id, _events_queue(names)),
        audit=foundation.audit,
    )


def _events_queue(names: Names) -> str:
    """The queue of payment events, by its name: it is called so in both Regions."""
    return queue_name(names, QueueName.PAYMENT_EVENTS)


def _surroundings(
    settings: Settings, region: str, foundation: FoundationOutputs, identity: Identity, channels: _Channels
) -> Surroundings:
    names = Names(settings.environment, settings.account_id)
    return Surroundings(
        environment=settings.environment,
        log_level=settings.functions.log_level,
        deadlines=settings.deadlines,
        retry=_retries(settings),
        recovery=settings.recovery,
        namespace_policy=settings.namespace_policy,
        opposite_region=_opposite(settings, region),
        opposite_events_queue_url=names.queue_url(_opposite(settings, region), _events_queue(names)),
        stream=channels.stream.variables(),
        vault=foundation.vault.variables(),
        table_name=foundation.table_name,
        leadership_table_name=foundation.leadership_table_name,
        bucket_names=foundation.bucket_names,
        queue_urls={name: queue.url for name, queue in channels.queues.queues.items()},
        dead_letter_queue_urls={name: queue.dead_letter_url for name, queue in channels.queues.queues.items()},
        tick_queue_urls={function: each.queue_url for function, each in channels.ticks.items()},
        topic_arn=channels.notifications.topic.arn,
        client_ids={name: client.client_id for name, client in identity.clients.items()},
        ledger=LedgerAccess(foundation.ledger_endpoint, settings.ledger.sslmode),
        audit=foundation.audit,
        payload_key_arn=foundation.payload_key_arns[region],
        envelope_key_arn=foundation.envelope_key_arn,
    )
