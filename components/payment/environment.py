"""What each function of the message path is told: exactly the variables that it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi

from components.payment.message_path import FunctionName, QueueName

if TYPE_CHECKING:
    from collections.abc import Mapping

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
NamespacePolicy = Literal["strict", "infer"]

_STORING = frozenset({FunctionName.INCOMING, FunctionName.PROCESSING, FunctionName.RELEASING, FunctionName.OUTGOING})
_SENDS_TO = {
    FunctionName.INTAKE: QueueName.INCOMING,
    FunctionName.INCOMING: QueueName.PROCESSING,
    FunctionName.PROCESSING: QueueName.RELEASING,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a Region's functions can be told. `bucket_names` is by Region; `deadline_seconds` from acceptance to end."""

    environment: str
    log_level: LogLevel
    deadline_seconds: int
    namespace_policy: NamespacePolicy
    table_name: pulumi.Input[str]
    bucket_names: Mapping[str, pulumi.Input[str]]
    queue_urls: Mapping[QueueName, pulumi.Input[str]]
    topic_arn: pulumi.Input[str]


def variables_of(function: FunctionName, service_name: str, told: Surroundings) -> dict[str, pulumi.Input[str]]:
    """The environment variables of one function. Lambda itself adds AWS_REGION."""
    variables: dict[str, pulumi.Input[str]] = {
        "ENVIRONMENT": told.environment,
        "LOG_LEVEL": told.log_level,
        "POWERTOOLS_SERVICE_NAME": service_name,
    }
    if function is not FunctionName.INTAKE:
        variables["TRANSACTIONS_TABLE"] = told.table_name
    if function in _STORING:
        variables["PAYLOAD_BUCKETS"] = pulumi.Output.json_dumps(dict(told.bucket_names), sort_keys=True)
    if function in _SENDS_TO:
        queue = _SENDS_TO[function]
        variables[f"{queue.upper()}_QUEUE_URL"] = told.queue_urls[queue]
    return variables | _own(function, told)


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
