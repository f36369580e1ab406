"""Settings of the functions, from the environment variables that their stack gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lambdas.core.documents import Fields, MalformedDocument
from lambdas.core.iso20022.assessment import NamespacePolicy
from lambdas.core.recovery import Patience

Environment = Mapping[str, str]


class InvalidEnvironment(RuntimeError):
    """A variable that the function cannot work without is missing or makes no sense; the message names it."""


STREAM_SECURITY = ("plaintext", "iam")
SSL_MODES = ("disable", "require", "verify-full")


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """Where the ledger is and who asks it. `sslmode` is libpq's."""

    region: str
    function: str
    endpoint: str
    database: str
    user: str
    sslmode: str

    @classmethod
    def read(cls, environment: Environment) -> "LedgerSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "LEDGER_ENDPOINT"),
            _required(environment, "LEDGER_DATABASE"),
            _required(environment, "LEDGER_USER"),
            _one_of(environment, "LEDGER_SSLMODE", SSL_MODES),
        )


@dataclass(frozen=True, slots=True)
class SourceQueue:
    """The queue that feeds a function, and what becomes of a message that fails.

    deliveries: how often a message is tried. first_seconds, longest_seconds: how long it then waits; twice as long
    after each try.
    """

    url: str
    dead_letter_url: str
    deliveries: int
    first_seconds: int
    longest_seconds: int

    @property
    def ordered(self) -> bool:
        """Whether it is a FIFO queue: SQS wants the suffix in the names of these, and of no others."""
        return self.url.endswith(".fifo")

    @classmethod
    def read(cls, environment: Environment) -> "SourceQueue":
        """Raises InvalidEnvironment."""
        return cls(
            _required(environment, "SOURCE_QUEUE_URL"),
            _required(environment, "DEAD_LETTER_QUEUE_URL"),
            _positive(environment, "DELIVERIES"),
            _positive(environment, "RETRY_FIRST_SECONDS"),
            _positive(environment, "RETRY_LONGEST_SECONDS"),
        )


@dataclass(frozen=True, slots=True)
class TransactionSettings:
    """What the function `transaction` needs."""

    region: str
    function: str
    api_clients: Mapping[str, str]
    transactions_table: str
    deadline_seconds: int

    @classmethod
    def read(cls, environment: Environment) -> "TransactionSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _api_clients(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _positive(environment, "DEADLINE_SECONDS"),
        )


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """What the function `intake` needs."""

    region: str
    function: str
    api_clients: Mapping[str, str]
    incoming_queue_url: str
    envelope_key_arn: str

    @classmethod
    def read(cls, environment: Environment) -> "IntakeSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _api_clients(environment),
            _required(environment, "INCOMING_QUEUE_URL"),
            _required(environment, "ENVELOPE_KEY_ARN"),
        )


@dataclass(frozen=True, slots=True)
class IncomingSettings:
    """What the function `incoming` needs."""

    region: str
    function: str
    transactions_table: str
    payload_buckets: Mapping[str, str]
    envelope_key_arn: str
    processing_queue_url: str
    source: SourceQueue

    @classmethod
    def read(cls, environment: Environment) -> "IncomingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _buckets(environment),
            _required(environment, "ENVELOPE_KEY_ARN"),
            _required(environment, "PROCESSING_QUEUE_URL"),
            SourceQueue.read(environment),
        )


@dataclass(frozen=True, slots=True)
class ProcessingSettings:
    """What the function `processing` needs."""

    region: str
    function: str
    transactions_table: str
    payload_buckets: Mapping[str, str]
    envelope_key_arn: str
    releasing_queue_url: str
    notification_topic_arn: str
    namespace_policy: NamespacePolicy
    deadlines: Mapping[str, int]
    source: SourceQueue
    ledger: LedgerSettings

    @classmethod
    def read(cls, environment: Environment) -> "ProcessingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _buckets(environment),
            _required(environment, "ENVELOPE_KEY_ARN"),
            _required(environment, "RELEASING_QUEUE_URL"),
            _required(environment, "NOTIFICATION_TOPIC_ARN"),
            _namespace_policy(environment),
            _deadlines(environment),
            SourceQueue.read(environment),
            LedgerSettings.read(environment),
        )


@dataclass(frozen=True, slots=True)
class ReleasingSettings:
    """What the function `releasing` needs."""

    region: str
    function: str
    transactions_table: str
    payload_buckets: Mapping[str, str]
    envelope_key_arn: str
    notification_topic_arn: str
    source: SourceQueue
    ledger: LedgerSettings

    @classmethod
    def read(cls, environment: Environment) -> "ReleasingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _buckets(environment),
            _required(environment, "ENVELOPE_KEY_ARN"),
            _required(environment, "NOTIFICATION_TOPIC_ARN"),
            SourceQueue.read(environment),
            LedgerSettings.read(environment),
        )


@dataclass(frozen=True, slots=True)
class TimeoutSettings:
    """What the function `timeout` needs."""

    region: str
    function: str
    transactions_table: str
    open_index: str
    payload_buckets: Mapping[str, str]
    envelope_key_arn: str
    tick_queue_url: str
    notification_topic_arn: str
    namespace_policy: NamespacePolicy
    ledger: LedgerSettings

    @classmethod
    def read(cls, environment: Environment) -> "TimeoutSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _required(environment, "OPEN_INDEX"),
            _buckets(environment),
            _required(environment, "ENVELOPE_KEY_ARN"),
            _required(environment, "TICK_QUEUE_URL"),
            _required(environment, "NOTIFICATION_TOPIC_ARN"),
            _namespace_policy(environment),
            LedgerSettings.read(environment),
        )


@dataclass(frozen=True, slots=True)
class OutgoingSettings:
    """What the function `outgoing` needs."""

    region: str
    function: str
    api_clients: Mapping[str, str]
    transactions_table: str
    payload_buckets: Mapping[str, str]
    envelope_key_arn: str

    @classmethod
    def read(cls, environment: Environment) -> "OutgoingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _api_clients(environment),
            _required(environment, "TRANSACTIONS_TABLE"),
            _buckets(environment),
            _required(environment, "ENVELOPE_KEY_ARN"),
        )


@dataclass(frozen=True, slots=True)
class HealthSettings:
    """Where each thing is that a Region's health is asked of, all of its own Region."""

    region: str
    function: str
    incoming_queue_url: str
    payload_bucket: str
    transactions_table: str
    payload_key_arn: str
    envelope_key_arn: str
    ledger: LedgerSettings

    @classmethod
    def read(cls, environment: Environment) -> "HealthSettings":
        """Raises InvalidEnvironment."""
        region, function = _where(environment)
        return cls(
            region,
            function,
            _required(environment, "INCOMING_QUEUE_URL"),
            _buckets(environment)[region],
            _required(environment, "TRANSACTIONS_TABLE"),
            _required(environment, "PAYLOAD_KEY_ARN"),
            _required(environment, "ENVELOPE_KEY_ARN"),
            LedgerSettings.read(environment),
        )


@dataclass(frozen=True, slots=True)
class ReadinessSettings:
    """What the function `health` needs. leadership_table: where it says who carries the Region's transactions."""

    health: HealthSettings
    leadership_table: str

    @classmethod
    def read(cls, environment: Environment) -> "ReadinessSettings":
        """Raises InvalidEnvironment."""
        return cls(HealthSettings.read(environment), _required(environment, "LEADERSHIP_TABLE"))


@dataclass(frozen=True, slots=True)
class RecoverSettings:
    """What the function `recover` needs. health: to know of its own Region; timeout: to end what it takes over."""

    health: HealthSettings
    timeout: TimeoutSettings
    leadership_table: str
    audit_table: str
    opposite_region: str
    processing_queue_url: str
    patience: Patience

    @classmethod
    def read(cls, environment: Environment) -> "RecoverSettings":
        """Raises InvalidEnvironment."""
        return cls(
            HealthSettings.read(environment),
            TimeoutSettings.read(environment),
            _required(environment, "LEADERSHIP_TABLE"),
            _required(environment, "AUDIT_TABLE"),
            _required(environment, "OPPOSITE_REGION"),
            _required(environment, "PROCESSING_QUEUE_URL"),
            Patience(
                look_seconds=_positive(environment, "RECOVERY_LOOK_SECONDS"),
                failures=_positive(environment, "RECOVERY_FAILURES"),
                successes=_positive(environment, "RECOVERY_SUCCESSES"),
                silent_seconds=_positive(environment, "RECOVERY_SILENT_SECONDS"),
                longest_seconds=_positive(environment, "RECOVERY_LONGEST_SECONDS"),
            ),
        )


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Where the Region's event stream is. security: `iam` signs on as the function's role, over TLS."""

    region: str
    function: str
    bootstrap_servers: str
    topic: str
    security: str

    @classmethod
    def read(cls, environment: Environment) -> "StreamSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "STREAM_BOOTSTRAP_SERVERS"),
            _required(environment, "STREAM_TOPIC"),
            _one_of(environment, "STREAM_SECURITY", STREAM_SECURITY),
        )


@dataclass(frozen=True, slots=True)
class PublishingSettings:
    """What the function `publishing` needs."""

    region: str
    function: str
    published_events_table: str
    source: SourceQueue
    stream: StreamSettings

    @classmethod
    def read(cls, environment: Environment) -> "PublishingSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "PUBLISHED_EVENTS_TABLE"),
            SourceQueue.read(environment),
            StreamSettings.read(environment),
        )


@dataclass(frozen=True, slots=True)
class SyncerSettings:
    """What the function `syncer` needs."""

    region: str
    function: str
    opposite_region: str
    opposite_queue_url: str
    source: SourceQueue

    @classmethod
    def read(cls, environment: Environment) -> "SyncerSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "OPPOSITE_REGION"),
            _required(environment, "OPPOSITE_EVENTS_QUEUE_URL"),
            SourceQueue.read(environment),
        )


@dataclass(frozen=True, slots=True)
class AttestSettings:
    """What the function `attest` needs. heads_bucket: in the opposite Region."""

    region: str
    function: str
    audit_table: str
    audit_key_arn: str
    opposite_region: str
    heads_bucket: str

    @classmethod
    def read(cls, environment: Environment) -> "AttestSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _required(environment, "AUDIT_TABLE"),
            _required(environment, "AUDIT_KEY_ARN"),
            _required(environment, "OPPOSITE_REGION"),
            _required(environment, "AUDIT_HEADS_BUCKET"),
        )


@dataclass(frozen=True, slots=True)
class CustodySettings:
    """What the function `custody` needs."""

    region: str
    function: str
    audit_table: str
    source: SourceQueue

    @classmethod
    def read(cls, environment: Environment) -> "CustodySettings":
        """Raises InvalidEnvironment."""
        return cls(*_where(environment), _required(environment, "AUDIT_TABLE"), SourceQueue.read(environment))


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """What the function `vault` needs. values_per_minute: how many a client may see in clear."""

    region: str
    function: str
    api_clients: Mapping[str, str]
    tokens_table: str
    subjects_table: str
    token_key_arn: str
    token_key_version: int
    vault_key_arn: str
    values_per_minute: int
    audit_table: str

    @classmethod
    def read(cls, environment: Environment) -> "VaultSettings":
        """Raises InvalidEnvironment."""
        return cls(
            *_where(environment),
            _api_clients(environment),
            _required(environment, "VAULT_TOKENS_TABLE"),
            _required(environment, "VAULT_SUBJECTS_TABLE"),
            _required(environment, "TOKEN_KEY_ARN"),
            _positive(environment, "TOKEN_KEY_VERSION"),
            _required(environment, "VAULT_KEY_ARN"),
            _positive(environment, "DETOKENISE_PER_MINUTE"),
            _required(environment, "AUDIT_TABLE"),
        )


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


def _deadlines(environment: Environment) -> Mapping[str, int]:
    """Message family (`pacs.008`) to seconds, of the families that have a deadline of their own."""
    try:
        fields = Fields.parse(_required(environment, "DEADLINES"), "DEADLINES")
        return MappingProxyType({family: fields.whole_number(family) for family in fields.values})
    except MalformedDocument as error:
        raise InvalidEnvironment(
            "environment variable DEADLINES: expected a JSON object of message family to seconds"
        ) from error


def _one_of(environment: Environment, name: str, choices: tuple[str, ...]) -> str:
    value = _required(environment, name)
    if value not in choices:
        raise InvalidEnvironment(f"environment variable {name}: expected one of {', '.join(choices)}")
    return value


def _namespace_policy(environment: Environment) -> NamespacePolicy:
    try:
        return NamespacePolicy(_required(environment, "NAMESPACE_POLICY"))
    except ValueError as error:
        expected = ", ".join(NamespacePolicy)
        raise InvalidEnvironment(f"environment variable NAMESPACE_POLICY: expected one of {expected}") from error


def _api_clients(environment: Environment) -> Mapping[str, str]:
    """App client id, of this Region's user pool, to the participant's registered name."""
    clients = _texts(environment, "API_CLIENTS", "app client id to client name")
    if not clients:
        raise InvalidEnvironment("environment variable API_CLIENTS: expected at least one client")
    return MappingProxyType(clients)


def _texts(environment: Environment, name: str, expected: str) -> dict[str, str]:
    try:
        fields = Fields.parse(_required(environment, name), name)
        return {key: fields.text(key) for key in fields.values}
    except MalformedDocument as error:
        raise InvalidEnvironment(f"environment variable {name}: expected a JSON object of {expected}") from error


def _buckets(environment: Environment) -> Mapping[str, str]:
    """Region to bucket name, this Region's among them."""
    buckets = _texts(environment, "PAYLOAD_BUCKETS", "Region to bucket")
    if _required(environment, "AWS_REGION") not in buckets:
        raise InvalidEnvironment(
            "environment variable PAYLOAD_BUCKETS: expected a bucket for the function's own Region"
        )
    return MappingProxyType(buckets)
