"""What each check asks. The SDK's stubber checks the forms; nothing that is asked changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.adapters import clients
from lambdas.adapters.environment import HealthSettings, LedgerSettings
from lambdas.adapters.health_probes import ATTEMPTS, region_probes
from lambdas.core.health import CheckName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient

FUNCTION, REGION = "health", "eu-west-1"
KEY_ARN = "arn:aws:kms:eu-west-1:000000000000:key/mrk-0"
ENVELOPE_KEY_ARN = "arn:aws:kms:eu-west-1:000000000000:key/mrk-1"
URL = "https://sqs.eu-west-1.amazonaws.com/000000000000/incoming.fifo"
SETTINGS = HealthSettings(
    REGION, FUNCTION, URL, "bucket", "table", KEY_ARN, ENVELOPE_KEY_ARN,
    LedgerSettings(REGION, FUNCTION, "127.0.0.1", "postgres", "observer", "disable"),
)  # fmt: skip
Asked = dict[str, object]
ASKED: dict[CheckName, tuple[Callable[..., BaseClient], str, dict[str, object], tuple[Asked, ...]]] = {
    CheckName.QUEUE: (
        clients.sqs, "get_queue_attributes", {},
        ({"QueueUrl": URL, "AttributeNames": ["ApproximateNumberOfMessages"]},),
    ),
    CheckName.STORE: (clients.s3, "head_bucket", {}, ({"Bucket": "bucket"},)),
    CheckName.TABLE: (
        clients.dynamodb, "get_item", {},
        ({"TableName": "table", "Key": {"transaction_id": {"S": "health"}}, "ConsistentRead": True},),
    ),
    CheckName.KEYS: (
        clients.kms, "generate_data_key_without_plaintext", {"KeyId": KEY_ARN},
        tuple(
            {"KeyId": each, "KeySpec": "AES_256", "EncryptionContext": {"purpose": "health"}}
            for each in (KEY_ARN, ENVELOPE_KEY_ARN)
        ),
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    caches = (clients.sqs, clients.s3, clients.dynamodb, clients.kms)
    for each in caches:
        each.cache_clear()
    yield
    for each in caches:
        each.cache_clear()


@pytest.mark.parametrize("name", ASKED)
def test_calls_that_change_nothing_are_made_when_something_is_checked(name: CheckName) -> None:
    make, operation, answer, asked = ASKED[name]
    probe = region_probes(SETTINGS)[name]
    with Stubber(make(REGION, FUNCTION, ATTEMPTS)) as stubber:
        for each in asked:
            stubber.add_response(operation, answer, each)
        probe()
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize("name", ASKED)
def test_a_check_raises_when_the_service_refuses(name: CheckName) -> None:
    make, operation, _, _ = ASKED[name]
    probe = region_probes(SETTINGS)[name]
    with Stubber(make(REGION, FUNCTION, ATTEMPTS)) as stubber:
        stubber.add_client_error(operation, "AccessDenied", http_status_code=403)
        with pytest.raises(ClientError, match="AccessDenied"):
            probe()


def test_everything_is_checked_when_a_region_is() -> None:
    assert set(region_probes(SETTINGS)) == set(CheckName)
