"""Functions are told exactly what they read, and are fed from their queues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi
import pytest

from components.payment.environment import (
    CLIENT_ID_LENGTH,
    CLIENT_NAME_LENGTH,
    CLIENTS_LIMIT,
    ENVIRONMENT_BYTES,
    OTHER_VARIABLES_BYTES,
)
from tests.component.recording import REGIONS

if TYPE_CHECKING:
    from tests.component.recording import RecordedStack

pytestmark = pytest.mark.xdist_group("program")

FUNCTION = "aws:lambda/function:Function"
COMMON = {"ENVIRONMENT", "LOG_LEVEL", "POWERTOOLS_SERVICE_NAME"}
LEDGER = {"LEDGER_ENDPOINT", "LEDGER_DATABASE", "LEDGER_USER", "LEDGER_SSLMODE"}
SOURCE = {
    "SOURCE_QUEUE_URL",
    "DEAD_LETTER_QUEUE_URL",
    "DELIVERIES",
    "RETRY_FIRST_SECONDS",
    "RETRY_LONGEST_SECONDS",
}
READS = {
    "transaction": {"API_CLIENTS", "TRANSACTIONS_TABLE", "DEADLINE_SECONDS"},
    "intake": {"API_CLIENTS", "INCOMING_QUEUE_URL", "ENVELOPE_KEY_ARN"},
    "incoming": {"TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "PROCESSING_QUEUE_URL", "ENVELOPE_KEY_ARN"} | SOURCE,
    "processing": {
        "TRANSACTIONS_TABLE",
        "PAYLOAD_BUCKETS",
        "RELEASING_QUEUE_URL",
        "NOTIFICATION_TOPIC_ARN",
        "NAMESPACE_POLICY",
        "DEADLINES",
        "ENVELOPE_KEY_ARN",
    }
    | SOURCE
    | LEDGER,
    "releasing": {"TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "NOTIFICATION_TOPIC_ARN", "ENVELOPE_KEY_ARN"}
    | SOURCE
    | LEDGER,
    "outgoing": {"API_CLIENTS", "TRANSACTIONS_TABLE", "PAYLOAD_BUCKETS", "ENVELOPE_KEY_ARN"},
    "timeout": {
        "ENVELOPE_KEY_ARN",
        "TRANSACTIONS_TABLE",
        "OPEN_INDEX",
        "PAYLOAD_BUCKETS",
        "TICK_QUEUE_URL",
        "NOTIFICATION_TOPIC_ARN",
        "NAMESPACE_POLICY",
    }
    | LEDGER,
    "health": {
        "INCOMING_QUEUE_URL",
        "PAYLOAD_BUCKETS",
        "TRANSACTIONS_TABLE",
        "PAYLOAD_KEY_ARN",
        "ENVELOPE_KEY_ARN",
        "LEADERSHIP_TABLE",
    }
    | LEDGER,
    "recover": {
        "ENVELOPE_KEY_ARN",
        "TRANSACTIONS_TABLE",
        "LEADERSHIP_TABLE",
        "OPEN_INDEX",
        "PAYLOAD_BUCKETS",
        "PAYLOAD_KEY_ARN",
        "INCOMING_QUEUE_URL",
        "PROCESSING_QUEUE_URL",
        "TICK_QUEUE_URL",
        "NOTIFICATION_TOPIC_ARN",
        "NAMESPACE_POLICY",
        "OPPOSITE_REGION",
        "AUDIT_TABLE",
        "RECOVERY_LOOK_SECONDS",
        "RECOVERY_FAILURES",
        "RECOVERY_SUCCESSES",
        "RECOVERY_SILENT_SECONDS",
        "RECOVERY_LONGEST_SECONDS",
    }
    | LEDGER,
    "publishing": {"STREAM_BOOTSTRAP_SERVERS", "STREAM_TOPIC", "STREAM_SECURITY", "PUBLISHED_EVENTS_TABLE"} | SOURCE,
    "syncer": {"OPPOSITE_REGION", "OPPOSITE_EVENTS_QUEUE_URL"} | SOURCE,
    "attest": {"AUDIT_TABLE", "AUDIT_KEY_ARN", "AUDIT_HEADS_BUCKET", "OPPOSITE_REGION"},
    "vault": {
        "API_CLIENTS",
        "VAULT_TOKENS_TABLE",
        "VAULT_SUBJECTS_TABLE",
        "TOKEN_KEY_ARN",
        "TOKEN_KEY_VERSION",
        "VAULT_KEY_ARN",
        "DETOKENISE_PER_MINUTE",
        "AUDIT_TABLE",
    },
    "custody": {"AUDIT_TABLE"} | SOURCE,
}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", READS)
def test_function_is_told_what_it_reads_and_no_more_when_it_is_deployed(
    dev: dict[str, RecordedStack], region: str, name: str
) -> None:
    stack = dev[f"dev-{region}"]
    variables = stack.one(FUNCTION, name).inputs["environment"]["variables"]
    assert set(variables) == COMMON | READS[name]
    assert variables["POWERTOOLS_SERVICE_NAME"] == name
    if "PAYLOAD_BUCKETS" in variables:
        assert json.loads(variables["PAYLOAD_BUCKETS"]) == dev["dev-foundation"].exports["payload_buckets"]
    if "LEDGER_ENDPOINT" in variables:
        exported = dev["dev-foundation"].exports["ledger"]
        assert variables["LEDGER_ENDPOINT"] == exported["endpoints"][region] == f"ledger-{region}.dsql.{region}.on.aws"
        user = exported["observer" if name == "health" else "user"]
        assert (variables["LEDGER_DATABASE"], variables["LEDGER_USER"]) == (exported["database"], user)
    if "PAYLOAD_KEY_ARN" in variables:
        assert variables["PAYLOAD_KEY_ARN"] == dev["dev-foundation"].exports["payload_key_arns"][region]
    if "API_CLIENTS" in variables:
        assert json.loads(variables["API_CLIENTS"]) == {
            client["client_id"]: client_name for client_name, client in stack.exports["clients"].items()
        }
    for variable in variables.keys() & {f"{queue.upper()}_QUEUE_URL" for queue in stack.exports["queue_urls"]}:
        queue = variable.removesuffix("_QUEUE_URL").lower()
        assert variables[variable] == stack.exports["queue_urls"][queue]


@pytest.mark.parametrize("name", [name for name, read in READS.items() if "API_CLIENTS" in read])
def test_environment_is_within_lambdas_limit_when_there_are_as_many_clients_as_settings_allow(
    prod: dict[str, RecordedStack], name: str
) -> None:
    variables = prod["prod-eu-west-1"].one(FUNCTION, name).inputs["environment"]["variables"]
    longest = {f"{each:0>{CLIENT_ID_LENGTH}}": f"{each:x>{CLIENT_NAME_LENGTH}}" for each in range(CLIENTS_LIMIT)}
    clients = {"API_CLIENTS": json.dumps(longest, separators=(",", ":"))}
    assert len(json.dumps(variables | {"API_CLIENTS": ""})) <= OTHER_VARIABLES_BYTES
    assert len(json.dumps(variables | clients)) <= ENVIRONMENT_BYTES
    assert ": " not in variables["API_CLIENTS"]


def test_function_is_versioned_and_locked_up_when_it_is_deployed(dev: dict[str, RecordedStack]) -> None:
    stack = dev["dev-eu-west-1"]
    operations = stack.one("aws:kms/key:Key", "operations").outputs["arn"]
    for name, function in stack.of(FUNCTION).items():
        inputs = function.inputs
        assert inputs["handler"] == f"lambdas.functions.{name}.handler.handle"
        assert inputs["publish"] is True
        assert inputs["kmsKeyArn"] == operations
        assert inputs["loggingConfig"]["logGroup"] == f"/aws/lambda/twinrail-dev-{name}"
        assert stack.one("aws:lambda/alias:Alias", name).inputs["name"] == "live"
        assert f"aws:iam/rolePolicy:RolePolicy::{name}" in " ".join(function.dependencies)


@pytest.mark.parametrize(
    ("environment", "folder", "architecture"), [("dev", "dist/local", "x86_64"), ("prod", "dist/aws/arm64", "arm64")]
)
def test_code_is_named_by_the_settings_when_nothing_is_built(
    environment: str, folder: str, architecture: str, request: pytest.FixtureRequest
) -> None:
    stacks: dict[str, RecordedStack] = request.getfixturevalue(environment)
    stack = stacks[f"{environment}-eu-west-1"]
    layer = stack.one("aws:lambda/layerVersion:LayerVersion", "dependencies").inputs
    assert isinstance(layer["code"], pulumi.FileArchive)
    assert layer["code"].path.endswith(f"/{folder}/layer.zip")
    assert layer["compatibleArchitectures"] == [architecture]
    for function in stack.of(FUNCTION).values():
        assert function.inputs["code"].path.endswith(f"/{folder}/functions.zip")
        assert function.inputs["architectures"] == [architecture]


@pytest.mark.parametrize("queue", ["incoming", "processing", "releasing"])
def test_function_is_fed_record_by_record_when_its_queue_has_messages(
    dev: dict[str, RecordedStack], queue: str
) -> None:
    stack = dev["dev-eu-west-1"]
    mapping = stack.one("aws:lambda/eventSourceMapping:EventSourceMapping", queue)
    assert mapping.inputs["eventSourceArn"] == stack.one("aws:sqs/queue:Queue", queue).outputs["arn"]
    assert mapping.inputs["functionName"] == stack.one("aws:lambda/alias:Alias", queue).outputs["arn"]
    assert mapping.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping.inputs["batchSize"] == 10
    assert mapping.inputs["scalingConfig"]["maximumConcurrency"] >= 2
    assert f"aws:iam/rolePolicy:RolePolicy::{queue}" in " ".join(mapping.dependencies)
