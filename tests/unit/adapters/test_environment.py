"""Settings from environment variables."""

import pytest

from lambdas.adapters.environment import (
    IncomingSettings,
    IntakeSettings,
    InvalidEnvironment,
    OutgoingSettings,
    ProcessingSettings,
    ReleasingSettings,
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
    "LEDGER_ENDPOINT": "cluster.dsql.eu-west-1.on.aws",
    "LEDGER_DATABASE": "postgres",
    "LEDGER_USER": "twinrail",
    "LEDGER_SSLMODE": "verify-full",
}
LEDGER = ("LEDGER_ENDPOINT", "LEDGER_DATABASE", "LEDGER_USER", "LEDGER_SSLMODE")
NEEDS = {
    TransactionSettings: {"API_CLIENTS", "TRANSACTIONS_TABLE", "DEADLINE_SECONDS"},
    IntakeSettings: {"API_CLIENTS", "INCOMING_QUEUE_URL"},
    IncomingSettings: {"TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "PROCESSING_QUEUE_URL"},
    ProcessingSettings: {"TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "RELEASING_QUEUE_URL", "NAMESPACE_POLICY", *LEDGER},
    ReleasingSettings: {"TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "NOTIFICATION_TOPIC_ARN", *LEDGER},
    OutgoingSettings: {"API_CLIENTS", "TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS"},
}
Settings = type[
    TransactionSettings | IntakeSettings | IncomingSettings | ProcessingSettings | ReleasingSettings | OutgoingSettings
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
