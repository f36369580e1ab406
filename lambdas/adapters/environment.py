"""Settings of the functions, from the environment variables that their stack gives them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lambdas.core.documents import Fields, MalformedDocument
from lambdas.core.iso20022.assessment import NamespacePolicy

Environment = Mapping[str, str]


class InvalidEnvironment(RuntimeError):
    """A variable that the function cannot work without is missing or makes no sense; the message names it."""


@dataclass(frozen=True, slots=True)
class TransactionSettings:
    """What the function `transaction` needs."""

    region: str
    function: str
    transactions_table: str
    deadline_seconds: int

    @classmethod
    def read(cls, environment: Environment) -> "TransactionSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _positive(environment, "DEADLINE_SECONDS"),
        )


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What the function `intake` needs."""

    region: str
    function: str
    incoming_queue_url: str

    @classmethod
    def read(cls, environment: Environment) -> "IntakeSettings":
        """Raises InvalidEnvironment."""
        return cls(*_where(environment), _required(environment, "INCOMING_QUEUE_URL"))


@dataclass(frozen=True, slots=True)
class IncomingSettings:
    """What the function `incoming` needs."""

    region: str
    function: str
    transactions_table: str
    payload_buckets: Mapping[str, str]
    processing_queue_url: str

    @classmethod
    def read(cls, environment: Environment) -> "IncomingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _buckets(environment),
            _required(environment, "PROCESSING_QUEUE_URL"),
        )


@dataclass(frozen=True, slots=True)
class ProcessingSettings:
    """What the function `processing` needs."""

    region: str
    function: str
    transactions_table: str
    payload_buckets: Mapping[str, str]
    releasing_queue_url: str
    namespace_policy: NamespacePolicy

    @classmethod
    def read(cls, environment: Environment) -> "ProcessingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _buckets(environment),
            _required(environment, "RELEASING_QUEUE_URL"),
            _namespace_policy(environment),
        )


@dataclass(frozen=True, slots=True)
class ReleasingSettings:
    """What the function `releasing` needs."""

    region: str
    function: str
    transactions_table: str
    payload_buckets: Mapping[str, str]
    notification_topic_arn: str

    @classmethod
    def read(cls, environment: Environment) -> "ReleasingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _buckets(environment),
            _required(environment, "NOTIFICATION_TOPIC_ARN"),
        )


@dataclass(frozen=True, slots=True)
class OutgoingSettings:
    """What the function `outgoing` needs."""

    region: str
    function: str
    transactions_table: str
    payload_buckets: Mapping[str, str]

    @classmethod
    def read(cls, environment: Environment) -> "OutgoingSettings":
        """Raises InvalidEnvironment."""
        return cls(*_where(environment), _required(environment, "TRANSACTIONS_TABLE"), _buckets(environment))


def _where(environment: Environment) -> tuple[str, str]:
    return _required(environment, "AWS_REGION"), _required(environment, "POWERTOOLS_SERVICE_NAME")


def _required(environment: Environment, name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise InvalidEnvironment(f"environment variable {name} is missing or empty")
    return value


def _positive(environment: Environment, name: str) -> int:
    value = _required(environment, name)
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise InvalidEnvironment(f"environment variable {name}: expected a whole number above zero")
    return int(value)


def _namespace_policy(environment: Environment) -> NamespacePolicy:
    try:
        return NamespacePolicy(_required(environment, "NAMESPACE_POLICY"))
    except ValueError as error:
        expected = ", ".join(NamespacePolicy)
        raise InvalidEnvironment(f"environment variable NAMESPACE_POLICY: expected one of {expected}") from error


def _buckets(environment: Environment) -> Mapping[str, str]:
    """Region to bucket name, this Region's among them."""
    try:
        fields = Fields.of(json.loads(_required(environment, "PAYLOAD_BUCKETS")), "PAYLOAD_BUCKETS")
        buckets = {region: fields.text(region) for region in fields.values}
    except (ValueError, MalformedDocument) as error:
        raise InvalidEnvironment(
            "environment variable PAYLOAD_BUCKETS: expected a JSON object of Region to bucket"
        ) from error
    if _required(environment, "AWS_REGION") not in buckets:
        raise InvalidEnvironment(
            "environment variable PAYLOAD_BUCKETS: expected a bucket for the function's own Region"
        )
    return MappingProxyType(buckets)
