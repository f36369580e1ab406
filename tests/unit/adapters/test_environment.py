"""Settings from environment variables."""

import pytest

from lambdas.adapters.environment import (
    AttestSettings,
    HealthSettings,
    IncomingSettings,
    IntakeSettings,
    InvalidEnvironment,
    OutgoingSettings,
    ProcessingSettings,
    PublishingSettings,
    ReadinessSettings,
    ReleasingSettings,
    SourceQueue,
    SyncerSettings,
    TimeoutSettings,
    TransactionSettings,
)

WHOLE = {
    "AWS_REGION": "eu-west-1",
    "POWERTOOLS_SERVICE_NAME": "name",
    "API_CLIENTS": '{"3n4b5urk1ft4fl3mg5e62d9ado": "participant-a", "6rttqpv6ejuq48bjh1eqf8cne2": "participant-b"}',
    "TRANSACTIONS_TABLE": "table",
    "DEADLINE_SECONDS": "60",
    "INCOMING_QUEUE_URL": "incoming",
    "PROCESSING_QUEUE_URL": "processing",
    "RELEASING_QUEUE_URL": "releasing",
    "NOTIFICATION_TOPIC_ARN": "topic",
    "PAYLOAD_BUCKETS": '{"eu-west-1": "one", "eu-west-2": "two"}',
    "NAMESPACE_POLICY": "strict",
    "DEADLINES": '{"pain.001": 600}',
    "OPEN_INDEX": "index",
    "TICK_QUEUE_URL": "ticks",
    "SOURCE_QUEUE_URL": "source",
    "DEAD_LETTER_QUEUE_URL": "dead-letters",
    "DELIVERIES": "5",
    "RETRY_FIRST_SECONDS": "1",
    "RETRY_LONGEST_SECONDS": "180",
    "PAYLOAD_KEY_ARN": "key",
    "ENVELOPE_KEY_ARN": "envelope-key",
    "LEDGER_ENDPOINT": "cluster.dsql.eu-west-1.on.aws",
    "LEDGER_DATABASE": "postgres",
    "LEDGER_USER": "twinrail",
    "LEDGER_SSLMODE": "verify-full",
    "STREAM_BOOTSTRAP_SERVERS": "b-1:9098,b-2:9098",
    "STREAM_TOPIC": "payment-events",
    "STREAM_SECURITY": "iam",
    "PUBLISHED_EVENTS_TABLE": "published",
    "OPPOSITE_REGION": "eu-west-2",
    "OPPOSITE_EVENTS_QUEUE_URL": "opposite",
    "AUDIT_TABLE": "audit",
    "AUDIT_KEY_ARN": "audit-key",
    "AUDIT_HEADS_BUCKET": "heads",
}
SOURCE = {
    "SOURCE_QUEUE_URL",
    "DEAD_LETTER_QUEUE_URL",
    "DELIVERIES",
    "RETRY_FIRST_SECONDS",
    "RETRY_LONGEST_SECONDS",
}
LEDGER = ("LEDGER_ENDPOINT", "LEDGER_DATABASE", "LEDGER_USER", "LEDGER_SSLMODE")
NEEDS = {
    AttestSettings: {"AUDIT_TABLE", "AUDIT_KEY_ARN", "AUDIT_HEADS_BUCKET", "OPPOSITE_REGION"},
    TransactionSettings: {"API_CLIENTS", "TRANSACTIONS_TABLE", "DEADLINE_SECONDS"},
    IntakeSettings: {"ENVELOPE_KEY_ARN", "API_CLIENTS", "INCOMING_QUEUE_URL"},
    IncomingSettings: {"ENVELOPE_KEY_ARN", "TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "PROCESSING_QUEUE_URL"} | SOURCE,
    ProcessingSettings: {
        "ENVELOPE_KEY_ARN",
        "TRANSACTIONS_TABLE",
        "PAYLOAD_BUCKETS",
        "RELEASING_QUEUE_URL",
        "NOTIFICATION_TOPIC_ARN",
        "NAMESPACE_POLICY",
        "DEADLINES",
        *LEDGER,
    }
    | SOURCE,
    ReleasingSettings: {"ENVELOPE_KEY_ARN", "TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "NOTIFICATION_TOPIC_ARN", *LEDGER}
    | SOURCE,
    OutgoingSettings: {"ENVELOPE_KEY_ARN", "API_CLIENTS", "TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS"},
    TimeoutSettings: {
        "ENVELOPE_KEY_ARN",
        "TRANSACTIONS_TABLE",
        "OPEN_INDEX",
        "PAYLOAD_BUCKETS",
        "TICK_QUEUE_URL",
        "NOTIFICATION_TOPIC_ARN",
        "NAMESPACE_POLICY",
        *LEDGER,
    },
    HealthSettings: {
        "ENVELOPE_KEY_ARN",
        "INCOMING_QUEUE_URL",
        "PAYLOAD_BUCKETS",
        "TRANSACTIONS_TABLE",
        "PAYLOAD_KEY_ARN",
        *LEDGER,
    },
    PublishingSettings: {"STREAM_BOOTSTRAP_SERVERS", "STREAM_TOPIC", "STREAM_SECURITY", "PUBLISHED_EVENTS_TABLE"}
    | SOURCE,
    SyncerSettings: {"OPPOSITE_REGION", "OPPOSITE_EVENTS_QUEUE_URL"} | SOURCE,
}
Settings = type[
    TimeoutSettings
    | TransactionSettings
    | IntakeSettings
    | IncomingSettings
    | ProcessingSettings
    | ReleasingSettings
    | OutgoingSettings
    | HealthSettings
    | PublishingSettings
    | SyncerSettings
]


@pytest.mark.parametrize("settings", list(NEEDS))
def test_settings_are_read_when_exactly_their_variables_are_there(settings: Settings) -> None:
    needed = NEEDS[settings] | {"AWS_REGION", "POWERTOOLS_SERVICE_NAME"}
    read = settings.read({name: WHOLE[name] for name in needed})
    assert (read.region, read.function) == ("eu-west-1", "name")


@pytest.mark.parametrize(
    ("settings", "name"),
    [(settings, name) for settings, names in NEEDS.items() for name in (*sorted(names), "AWS_REGION")],
)
@pytest.mark.parametrize("value", [None, ""])
def test_the_variable_is_named_when_it_is_missing_or_empty(settings: Settings, name: str, value: str | None) -> None:
    environment = {key: each for key, each in WHOLE.items() if key != name} | ({} if value is None else {name: value})
    with pytest.raises(InvalidEnvironment, match=name):
        settings.read(environment)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "soon", "²"])
def test_the_deadline_is_refused_when_it_is_no_whole_number_above_zero(value: str) -> None:
    with pytest.raises(InvalidEnvironment, match="DEADLINE_SECONDS"):
        TransactionSettings.read(WHOLE | {"DEADLINE_SECONDS": value})


def test_the_ledgers_ssl_mode_is_refused_when_it_would_let_an_unencrypted_connection_through() -> None:
    with pytest.raises(InvalidEnvironment, match="LEDGER_SSLMODE"):
        ReleasingSettings.read(WHOLE | {"LEDGER_SSLMODE": "prefer"})


def test_the_streams_security_is_refused_when_it_is_none_of_those_there_are() -> None:
    with pytest.raises(InvalidEnvironment, match="STREAM_SECURITY: expected one of plaintext, iam"):
        PublishingSettings.read(WHOLE | {"STREAM_SECURITY": "tls"})


@pytest.mark.parametrize(("url", "ordered"), [("https://sqs/1/incoming.fifo", True), ("https://sqs/1/syncing", False)])
def test_a_source_is_ordered_when_its_name_says_that_it_is_a_fifo_queue(url: str, *, ordered: bool) -> None:
    assert SourceQueue.read(WHOLE | {"SOURCE_QUEUE_URL": url}).ordered is ordered


@pytest.mark.parametrize("value", ["one", "[]", '{"eu-west-1": 1}', '{"eu-west-2": "two"}', "{"])
def test_the_buckets_are_refused_when_they_are_not_by_region_with_the_own_one(value: str) -> None:
    with pytest.raises(InvalidEnvironment, match="PAYLOAD_BUCKETS"):
        OutgoingSettings.read(WHOLE | {"PAYLOAD_BUCKETS": value})


def test_clients_are_known_by_id_and_cannot_be_changed_when_they_are_read() -> None:
    clients = IntakeSettings.read(WHOLE).api_clients
    assert clients["6rttqpv6ejuq48bjh1eqf8cne2"] == "participant-b"
    assert not isinstance(clients, dict)


@pytest.mark.parametrize("value", ["id", "[]", "{}", '{"id": 1}', '{"id": ""}', '{"id": null}', "{", "[" * 100_000])
@pytest.mark.parametrize("settings", [TransactionSettings, IntakeSettings, OutgoingSettings])
def test_the_clients_are_refused_when_they_are_not_names_by_id(settings: Settings, value: str) -> None:
    with pytest.raises(InvalidEnvironment, match="API_CLIENTS"):
        settings.read(WHOLE | {"API_CLIENTS": value})


def test_the_policy_is_refused_when_it_is_none_of_those_there_are() -> None:
    with pytest.raises(InvalidEnvironment, match="strict, infer"):
        ProcessingSettings.read(WHOLE | {"NAMESPACE_POLICY": "lenient"})


@pytest.mark.parametrize("value", ["60", "[]", '{"pain.001": "soon"}', '{"pain.001": 1.5}', "{"])
def test_the_deadlines_are_refused_when_they_are_not_seconds_by_family(value: str) -> None:
    with pytest.raises(InvalidEnvironment, match="DEADLINES"):
        ProcessingSettings.read(WHOLE | {"DEADLINES": value})


def test_no_family_has_a_deadline_of_its_own_when_none_is_named() -> None:
    assert ProcessingSettings.read(WHOLE | {"DEADLINES": "{}"}).deadlines == {}


@pytest.mark.parametrize("value", [None, ""])
def test_the_leadership_table_is_named_when_health_is_not_told_it(value: str | None) -> None:
    there = ReadinessSettings.read(WHOLE | {"LEADERSHIP_TABLE": "leadership"})
    assert (there.health, there.leadership_table) == (HealthSettings.read(WHOLE), "leadership")
    with pytest.raises(InvalidEnvironment, match="LEADERSHIP_TABLE"):
        ReadinessSettings.read(WHOLE | ({} if value is None else {"LEADERSHIP_TABLE": value}))
