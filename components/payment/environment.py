"""What each function of the message path is told: exactly the variables that it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi

from components.payment.ledger import BOOKKEEPERS, OBSERVER
from components.payment.message_path import (
    CONSUMERS,
    KEY_OBSERVERS,
    OPEN_INDEX,
    OPENERS,
    SEALERS,
    FunctionName,
    QueueName,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.payment.ledger import LedgerAccess
    from components.security.audit_reach import AuditReach

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
NamespacePolicy = Literal["strict", "infer"]

ENVIRONMENT_BYTES = 4_096
"""What Lambda takes of variables in all, measured as one JSON text (Lambda Developer Guide, "Lambda quotas")."""
OTHER_VARIABLES_BYTES = 1_024
"""Enough for every variable but API_CLIENTS."""
CLIENT_ID_LENGTH = 128
"""The longest app client id (Amazon Cognito API Reference, UserPoolClientType)."""
CLIENT_NAME_LENGTH = 31
# `"id":"name",`, of which each quote is escaped in the text that Lambda measures.
_CLIENT_BYTES = CLIENT_ID_LENGTH + CLIENT_NAME_LENGTH + len('\\"\\":\\"\\",')
CLIENTS_LIMIT = (ENVIRONMENT_BYTES - OTHER_VARIABLES_BYTES) // _CLIENT_BYTES
"""How many clients API_CLIENTS holds for certain, whatever their ids and names."""

_SERVES_API = frozenset({FunctionName.TRANSACTION, FunctionName.INTAKE, FunctionName.OUTGOING, FunctionName.VAULT})
_EVENTS = frozenset({FunctionName.PUBLISHING, FunctionName.SYNCER})
_APART = frozenset({FunctionName.ATTEST, FunctionName.VAULT, FunctionName.CUSTODY})
"""Who has to do with no transaction."""
_STORING = frozenset(FunctionName) - {FunctionName.TRANSACTION, FunctionName.INTAKE} - _EVENTS - _APART
_FED_FROM = {function: queue for queue, function in CONSUMERS.items()}
_SENDS_TO = {
    FunctionName.INTAKE: QueueName.INCOMING,
    FunctionName.INCOMING: QueueName.PROCESSING,
    FunctionName.PROCESSING: QueueName.RELEASING,
    FunctionName.RECOVER: QueueName.PROCESSING,
}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds from a transaction's opening to its end: by default, and of the message families that have their own."""

    default: int
    by_family: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Retry:
    """How long a message that failed waits for its next delivery: twice as long each time, within these (seconds).

    `deliveries`: how often it is tried before it goes among the dead letters.
    """

    deliveries: int
    first_seconds: int
    longest_seconds: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """When a Region is gone, and when it is believed again: how many looks in a row must say so.

    `look_seconds`: the time between two. `silent_seconds`: how old its last word may be. `longest_seconds`: how rarely
    one that is gone is looked at.
    """

    look_seconds: int
    failures: int
    successes: int
    silent_seconds: int
    longest_seconds: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a Region's functions can be told. `bucket_names` is by Region; `opposite_region` is the other one.

    `stream`: the variables that tell where the Region's event stream is; `vault`: those of the vault.

    `client_ids` are the app client ids of the Region's own user pool by registered name: at most CLIENTS_LIMIT.
    """

    environment: str
    log_level: LogLevel
    deadlines: Deadlines
    retry: Mapping[QueueName, Retry]
    recovery: Recovery
    stream: Mapping[str, pulumi.Input[str]]
    vault: Mapping[str, pulumi.Input[str]]
    opposite_events_queue_url: str
    namespace_policy: NamespacePolicy
    opposite_region: str
    table_name: pulumi.Input[str]
    leadership_table_name: pulumi.Input[str]
    bucket_names: Mapping[str, pulumi.Input[str]]
    queue_urls: Mapping[QueueName, pulumi.Input[str]]
    dead_letter_queue_urls: Mapping[QueueName, pulumi.Input[str]]
    tick_queue_urls: Mapping[FunctionName, pulumi.Input[str]]
    topic_arn: pulumi.Input[str]
    client_ids: Mapping[str, pulumi.Input[str]]
    ledger: LedgerAccess
    audit: AuditReach
    payload_key_arn: pulumi.Input[str]
    envelope_key_arn: pulumi.Input[str]


def variables_of(function: FunctionName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    """The environment variables of one function. Lambda itself adds AWS_REGION.

    The service name is the function's own, without the environment: logs and the tag of the function's calls say the
    same in each.
    """
    variables: dict[str, pulumi.Input[str]] = {
        "ENVIRONMENT": told.environment,
        "LOG_LEVEL": told.log_level,
        "POWERTOOLS_SERVICE_NAME": function.value,
    }
    if function in _SERVES_API:
        variables["API_CLIENTS"] = _api_clients(told.client_ids)
    if function not in {FunctionName.INTAKE, *_APART, *_EVENTS}:
        variables["TRANSACTIONS_TABLE"] = told.table_name
    if function in _STORING:
        variables["PAYLOAD_BUCKETS"] = pulumi.Output.json_dumps(dict(told.bucket_names), sort_keys=True)
    if function in _SENDS_TO:
        queue = _SENDS_TO[function]
        variables[f"{queue.upper()}_QUEUE_URL"] = told.queue_urls[queue]
    if function in _FED_FROM:
        variables |= _source(_FED_FROM[function], told)
    if function in (*_EVENTS, FunctionName.ATTEST):
        variables |= _elsewhere(function, told)
    if function in (*BOOKKEEPERS, OBSERVER):
        variables |= told.ledger.variables(function)
    return variables | _keys(function, told) | _own(function, told)


def _keys(function: FunctionName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    """The keys that a function asks KMS for by itself."""
    keys = {"ENVELOPE_KEY_ARN": told.envelope_key_arn} if function in {*SEALERS, *OPENERS, *KEY_OBSERVERS} else {}
    return keys | ({"PAYLOAD_KEY_ARN": told.payload_key_arn} if function in KEY_OBSERVERS else {})


def _source(queue: QueueName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    """The queue that feeds a function, and what becomes of what fails."""
    return {
        "SOURCE_QUEUE_URL": told.queue_urls[queue],
        "DEAD_LETTER_QUEUE_URL": told.dead_letter_queue_urls[queue],
        "DELIVERIES": str(told.retry[queue].deliveries),
        "RETRY_FIRST_SECONDS": str(told.retry[queue].first_seconds),
        "RETRY_LONGEST_SECONDS": str(told.retry[queue].longest_seconds),
    }


def _api_clients(client_ids: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
    """App client id to registered name, as JSON without a byte too many."""
    names = sorted(client_ids)
    return pulumi.Output.all(*(client_ids[name] for name in names)).apply(
        lambda ids: json.dumps(dict(zip(ids, names, strict=True)), separators=(",", ":"))
    )


def _own(function: FunctionName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    match function:
        case FunctionName.TRANSACTION:
            return {"DEADLINE_SECONDS": str(told.deadlines.default)}
        case FunctionName.PROCESSING:
            by_family = json.dumps(dict(told.deadlines.by_family), sort_keys=True, separators=(",", ":"))
            return {
                "NAMESPACE_POLICY": told.namespace_policy,
                "NOTIFICATION_TOPIC_ARN": told.topic_arn,
                "DEADLINES": by_family,
            }
        case FunctionName.RELEASING:
            return {"NOTIFICATION_TOPIC_ARN": told.topic_arn}
        case FunctionName.TIMEOUT | FunctionName.RECOVER:
            return _ending(function, told) | (_recovering(told) if function is FunctionName.RECOVER else {})
        case FunctionName.HEALTH:
            return {
                "INCOMING_QUEUE_URL": told.queue_urls[QueueName.INCOMING],
                "LEADERSHIP_TABLE": told.leadership_table_name,
            }
        case _:
            return _recording(function, told)


def _recording(function: FunctionName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    """Of those whose work is to put things on record, or that do nothing without."""
    if function not in {FunctionName.VAULT, FunctionName.CUSTODY}:
        return {}
    return told.audit.variables() | (dict(told.vault) if function is FunctionName.VAULT else {})


def _elsewhere(function: FunctionName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    """Where events and audit heads go: to the own stream, or to the opposite Region."""
    if function is FunctionName.ATTEST:
        return told.audit.signer_variables()
    if function is FunctionName.PUBLISHING:
        return dict(told.stream)
    return {
        "OPPOSITE_REGION": told.opposite_region,
        "OPPOSITE_EVENTS_QUEUE_URL": told.opposite_events_queue_url,
    }


def _ending(function: FunctionName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    """Of those that look for open transactions at every tick, and end them."""
    return {
        "NAMESPACE_POLICY": told.namespace_policy,
        "NOTIFICATION_TOPIC_ARN": told.topic_arn,
        "OPEN_INDEX": OPEN_INDEX,
        "TICK_QUEUE_URL": told.tick_queue_urls[function],
    }


def _recovering(told: Surroundings) -> dict[str, pulumi.Input[str]]:
    return {
        "INCOMING_QUEUE_URL": told.queue_urls[QueueName.INCOMING],
        "LEADERSHIP_TABLE": told.leadership_table_name,
        **told.audit.variables(),
        "OPPOSITE_REGION": told.opposite_region,
        "RECOVERY_LOOK_SECONDS": str(told.recovery.look_seconds),
        "RECOVERY_FAILURES": str(told.recovery.failures),
        "RECOVERY_SUCCESSES": str(told.recovery.successes),
        "RECOVERY_SILENT_SECONDS": str(told.recovery.silent_seconds),
        "RECOVERY_LONGEST_SECONDS": str(told.recovery.longest_seconds),
    }
