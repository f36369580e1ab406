"""What each function of the message path is told: exactly the variables that it reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi

from components.payment.ledger import BOOKKEEPERS
from components.payment.message_path import FunctionName, QueueName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.payment.ledger import LedgerAccess

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

_SERVES_API = frozenset({FunctionName.TRANSACTION, FunctionName.INTAKE, FunctionName.OUTGOING})
_STORING = frozenset({FunctionName.INCOMING, FunctionName.PROCESSING, FunctionName.RELEASING, FunctionName.OUTGOING})
_SENDS_TO = {
    FunctionName.INTAKE: QueueName.INCOMING,
    FunctionName.INCOMING: QueueName.PROCESSING,
    FunctionName.PROCESSING: QueueName.RELEASING,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a Region's functions can be told. `bucket_names` is by Region; `deadline_seconds` from acceptance to end.

    `client_ids` are the app client ids of the Region's own user pool by registered name: at most CLIENTS_LIMIT.
    """

    environment: str
    log_level: LogLevel
    deadline_seconds: int
    namespace_policy: NamespacePolicy
    table_name: pulumi.Input[str]
    bucket_names: Mapping[str, pulumi.Input[str]]
    queue_urls: Mapping[QueueName, pulumi.Input[str]]
    topic_arn: pulumi.Input[str]
    client_ids: Mapping[str, pulumi.Input[str]]
    ledger: LedgerAccess


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
    if function is not FunctionName.INTAKE:
        variables["TRANSACTIONS_TABLE"] = told.table_name
    if function in _STORING:
        variables["PAYLOAD_BUCKETS"] = pulumi.Output.json_dumps(dict(told.bucket_names), sort_keys=True)
    if function in _SENDS_TO:
        queue = _SENDS_TO[function]
        variables[f"{queue.upper()}_QUEUE_URL"] = told.queue_urls[queue]
    if function in BOOKKEEPERS:
        variables |= told.ledger.variables()
    return variables | _own(function, told)


def _api_clients(client_ids: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
    """App client id to registered name, as JSON without a byte too many."""
    names = sorted(client_ids)
    return pulumi.Output.all(*(client_ids[name] for name in names)).apply(
        lambda ids: json.dumps(dict(zip(ids, names, strict=True)), separators=(",", ":"))
    )


def _own(function: FunctionName, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    match function:
        case FunctionName.TRANSACTION:
            return {"DEADLINE_SECONDS": str(told.deadline_seconds)}
        case FunctionName.PROCESSING:
            return {"NAMESPACE_POLICY": told.namespace_policy}
        case FunctionName.RELEASING:
            return {"NOTIFICATION_TOPIC_ARN": told.topic_arn}
        case _:
            return {}
