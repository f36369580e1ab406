"""What a function's own credentials are good for when they are in the wrong hands: its calls, and no other.

On the deployed hub, with IAM enforced. A session is taken as Lambda takes it, under a name that tells it from Lambda's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from simulations.cloud.realisers.base import isolated_session
from tests.integration.conftest import Hub
from tests.integration.hub_controls import table_of

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("hub")]

ACCOUNT = "000000000000"
HERE, THERE = "eu-west-1", "eu-west-2"
KEY = {"transaction_id": {"S": "11111111-1111-4111-8111-111111111111"}}
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError"})


@dataclass(frozen=True)
class Session:
    """What a function holds: credentials of its role's session."""

    hub: Hub
    credentials: Credentials

    def client(self, service: str, region: str = HERE) -> Any:
        make: Callable[..., Any] = isolated_session().client
        return make(
            service,
            endpoint_url=self.hub.status["aws_endpoint"],
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            aws_session_token=self.credentials.token,
            config=Config(
                region_name=region, proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
            ),
        )


@pytest.fixture
def session(hub: Hub) -> Callable[[str], Session]:
    """The session of a function's role in eu-west-1."""

    def taken(function: str) -> Session:
        role = f"arn:aws:iam::{ACCOUNT}:role/twinrail-dev-{HERE}-{function}"
        given = hub.aws("sts", HERE).assume_role(RoleArn=role, RoleSessionName="attempt")["Credentials"]
        return Session(hub, Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))

    return taken


def code_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as raised:
        attempt()
    return str(raised.value.response["Error"]["Code"])


def queue_url(hub: Hub, region: str, name: str) -> str:
    return str(hub.aws("sqs", region).get_queue_url(QueueName=f"twinrail-dev-{name}")["QueueUrl"])


def payload_key(hub: Hub, region: str) -> str:
    aliases = hub.aws("kms", region).get_paginator("list_aliases").paginate().build_full_result()["Aliases"]
    (key,) = (each["TargetKeyId"] for each in aliases if "payloads" in each["AliasName"])
    return f"arn:aws:kms:{region}:{ACCOUNT}:key/{key}"


def signed(hub: Hub, credentials: Credentials, at: datetime, table: str) -> AWSRequest:
    """A read of the transactions table, signed as of a moment."""
    request = AWSRequest(
        "POST",
        hub.status["aws_endpoint"] + "/",
        headers={"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"},
        data=json.dumps({"TableName": table, "Key": KEY}),
    )
    signer: Any = SigV4Auth(credentials, "dynamodb", HERE)
    request.context["timestamp"] = at.strftime("%Y%m%dT%H%M%SZ")
    signer._modify_request_before_signing(request)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    signer._inject_signature_to_request(request, signer.signature(text, request))
    return request


def answer(hub: Hub, request: AWSRequest) -> httpx.Response:
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    return hub.http.post(str(request.url), content=request.data, headers=headers)


@pytest.mark.attack("Read received messages with the role that reads answers", refused="AccessDenied by IAM")
def test_another_prefix_is_refused_when_a_role_reads_one(session: Callable[[str], Session]) -> None:
    store = session("outgoing").client("s3")
    for region in (HERE, THERE):
        bucket = f"twinrail-dev-payloads-{region}-{ACCOUNT}"
        assert code_of(partial(store.get_object, Bucket=bucket, Key="incoming/a/b")) == "AccessDenied"
        # The refusal is of the prefix: under its own there is only nothing to be had.
        assert code_of(partial(store.get_object, Bucket=bucket, Key="outgoing/a/b")) == "NoSuchKey"


@pytest.mark.attack("List the payments in a bucket with a role that reads objects", refused="AccessDenied by IAM")
def test_a_list_is_refused_when_a_role_reads_objects(session: Callable[[str], Session]) -> None:
    store = session("outgoing").client("s3")
    bucket = f"twinrail-dev-payloads-{HERE}-{ACCOUNT}"
    assert code_of(lambda: store.list_objects_v2(Bucket=bucket)) == "AccessDenied"
    assert code_of(lambda: store.delete_object(Bucket=bucket, Key="outgoing/a/b")) == "AccessDenied"


@pytest.mark.attack("Read transactions with the role that takes messages in", refused="AccessDeniedException by IAM")
def test_a_table_is_refused_when_a_role_has_no_grant(hub: Hub, session: Callable[[str], Session]) -> None:
    table = table_of(hub)
    assert "Item" not in session("transaction").client("dynamodb").get_item(TableName=table, Key=KEY)
    intruder = session("intake").client("dynamodb")
    assert code_of(lambda: intruder.get_item(TableName=table, Key=KEY)) in DENIED
    assert code_of(lambda: intruder.scan(TableName=table)) in DENIED


@pytest.mark.attack("Scan or delete transactions with the role that opens them", refused="AccessDeniedException by IAM")
def test_another_action_is_refused_when_a_role_may_read_the_table(hub: Hub, session: Callable[[str], Session]) -> None:
    client = session("transaction").client("dynamodb")
    assert code_of(lambda: client.scan(TableName=table_of(hub))) in DENIED
    assert code_of(lambda: client.delete_item(TableName=table_of(hub), Key=KEY)) in DENIED


@pytest.mark.attack("Take a lead without being the one that takes over", refused="AccessDeniedException by IAM")
def test_leadership_is_refused_when_a_role_only_reads_it(session: Callable[[str], Session]) -> None:
    client, table = session("health").client("dynamodb"), "twinrail-dev-leadership"
    assert code_of(lambda: client.put_item(TableName=table, Item={"region": {"S": HERE}})) in DENIED


@pytest.mark.attack("Use the key under another context, or none", refused="AccessDeniedException by IAM's condition")
def test_the_key_is_refused_when_the_context_is_not_the_roles(hub: Hub, session: Callable[[str], Session]) -> None:
    client, key = session("health").client("kms"), payload_key(hub, HERE)

    def asked(**context: Any) -> Any:
        return client.generate_data_key_without_plaintext(KeyId=key, KeySpec="AES_256", **context)

    assert asked(EncryptionContext={"purpose": "health"})["CiphertextBlob"]
    assert code_of(asked) in DENIED
    assert code_of(lambda: asked(EncryptionContext={"purpose": "payload"})) in DENIED
    assert code_of(lambda: asked(EncryptionContext={"reason": "health"})) in DENIED


@pytest.mark.attack("Decrypt oneself, not through the store", refused="AccessDeniedException: kms:ViaService")
def test_a_key_for_services_is_refused_when_a_role_uses_it_itself(hub: Hub, session: Callable[[str], Session]) -> None:
    key = payload_key(hub, HERE)
    made = hub.aws("kms", HERE).generate_data_key(KeyId=key, KeySpec="AES_256")["CiphertextBlob"]
    client = session("processing").client("kms")
    assert code_of(lambda: client.decrypt(CiphertextBlob=made, KeyId=key)) in DENIED
    assert code_of(lambda: client.generate_data_key(KeyId=key, KeySpec="AES_256")) in DENIED


@pytest.mark.attack("Put a payment behind validation, straight on the releasing queue", refused="AccessDenied by IAM")
def test_another_queue_is_refused_when_a_role_sends(hub: Hub, session: Callable[[str], Session]) -> None:
    intake = session("intake")
    for region, name in ((HERE, "releasing.fifo"), (HERE, "processing.fifo"), (THERE, "incoming.fifo")):
        url, client = queue_url(hub, region, name), intake.client("sqs", region)
        one: dict[str, Any] = {"MessageBody": "{}", "MessageGroupId": "a", "MessageDeduplicationId": "a"}
        assert code_of(partial(client.send_message, QueueUrl=url, **one)) in DENIED
        # A batch is no way around.
        batch = [{"Id": "0", **one}]
        assert code_of(partial(client.send_message_batch, QueueUrl=url, Entries=batch)) in DENIED


@pytest.mark.attack("Take messages off a queue with a role that puts them on it", refused="AccessDenied by IAM")
def test_receiving_is_refused_when_a_role_sends(hub: Hub, session: Callable[[str], Session]) -> None:
    client, url = session("intake").client("sqs"), queue_url(hub, HERE, "incoming.fifo")
    assert code_of(lambda: client.receive_message(QueueUrl=url)) in DENIED
    assert code_of(lambda: client.purge_queue(QueueUrl=url)) in DENIED


@pytest.mark.attack("Become another function", refused="AccessDenied by the role's trust policy")
def test_another_role_is_refused_when_a_session_asks_for_it(session: Callable[[str], Session]) -> None:
    client = session("intake").client("sts")
    role = f"arn:aws:iam::{ACCOUNT}:role/twinrail-dev-{HERE}-processing"
    assert code_of(lambda: client.assume_role(RoleArn=role, RoleSessionName="attempt")) in DENIED


@pytest.mark.attack("Widen one's own role, or a key's policy", refused="AccessDenied by IAM")
def test_more_rights_are_refused_when_a_session_gives_them_to_itself(
    hub: Hub, session: Callable[[str], Session]
) -> None:
    role, key = f"twinrail-dev-{HERE}-intake", payload_key(hub, HERE)
    intruder = session("intake")
    everything = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}]})
    attempts: tuple[Callable[[], object], ...] = (
        lambda: intruder.client("iam").put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=everything),
        lambda: intruder.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=everything),
        lambda: intruder.client("kms").schedule_key_deletion(KeyId=key),
    )
    assert {code_of(attempt) for attempt in attempts} <= DENIED


@pytest.mark.attack("Call with a stolen key id and a guessed secret", refused="the signature does not match")
def test_a_signature_is_refused_when_the_secret_is_wrong(hub: Hub, session: Callable[[str], Session]) -> None:
    known = session("transaction")
    guessed = Credentials(known.credentials.access_key, "guessed", known.credentials.token)
    client = replace(known, credentials=guessed).client("dynamodb")
    assert code_of(lambda: client.get_item(TableName=table_of(hub), Key=KEY)) == "InvalidSignatureException"


@pytest.mark.attack("Call with a session's key and no session token", refused="an unknown key")
def test_a_session_is_refused_when_its_token_is_missing_or_another(hub: Hub, session: Callable[[str], Session]) -> None:
    known, other = session("transaction"), session("transaction").credentials.token
    for token in (None, other):
        incomplete = Credentials(known.credentials.access_key, known.credentials.secret_key, token)
        client = replace(known, credentials=incomplete).client("dynamodb")
        assert code_of(partial(client.get_item, TableName=table_of(hub), Key=KEY)) == "UnrecognizedClientException"


@pytest.mark.attack("Replay a call that was overheard, an hour later", refused="the signature is too old")
def test_a_call_is_refused_when_it_was_signed_an_hour_ago(hub: Hub, session: Callable[[str], Session]) -> None:
    credentials, now = session("transaction").credentials, datetime.now(UTC)
    assert answer(hub, signed(hub, credentials, now, table_of(hub))).status_code == 200
    late = answer(hub, signed(hub, credentials, now - timedelta(hours=1), table_of(hub)))
    assert (late.status_code, "InvalidSignatureException" in late.text) == (400, True)


@pytest.mark.attack("Change a call on its way", refused="the signature does not match")
def test_a_call_is_refused_when_its_body_is_not_the_signed_one(hub: Hub, session: Callable[[str], Session]) -> None:
    request = signed(hub, session("transaction").credentials, datetime.now(UTC), table_of(hub))
    request.data = json.dumps({"TableName": table_of(hub), "Key": {"transaction_id": {"S": "another"}}})
    changed = answer(hub, request)
    assert (changed.status_code, "InvalidSignatureException" in changed.text) == (400, True)


@pytest.mark.attack("Call without any signature", refused="no authentication token")
def test_a_call_is_refused_when_it_is_not_signed(hub: Hub) -> None:
    answered = hub.http.post(
        hub.status["aws_endpoint"] + "/",
        json={"TableName": table_of(hub), "Key": KEY},
        headers={"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"},
    )
    assert (answered.status_code, "MissingAuthenticationToken" in answered.text) == (400, True)
    bucket = f"{hub.status['aws_endpoint']}/twinrail-dev-payloads-{HERE}-{ACCOUNT}"
    assert hub.http.get(bucket, params={"list-type": "2"}).status_code == 403
    assert hub.http.get(f"{bucket}/outgoing/a/b").status_code == 403
