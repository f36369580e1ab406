"""Attempts against sealed payloads: in the queues and buckets of the deployed hub, by someone who can write to both."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lambdas.core.envelope import Envelope, EnvelopeContext, Purpose
from lambdas.core.messages import IncomingMessage
from lambdas.core.payload import pack
from tests.integration.conftest import REGIONS, Hub
from tests.integration.hub_controls import XML, await_truth, item, settle
from tests.integration.test_dead_letters import letters

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("hub")]
PARTICIPANT = "participant-a"
HERE, THERE = REGIONS


def queue(hub: Hub, transaction_id: str, sealed: bytes) -> None:
    """Put a message on the incoming queue whose body is this, past the API."""
    message = IncomingMessage(transaction_id, PARTICIPANT, XML, None, b"")
    hub.aws("sqs", HERE).send_message(
        QueueUrl=hub.exports[f"dev-{HERE}"]["queue_urls"]["incoming"],
        MessageBody=message.to_json(lambda _context, _content: sealed),
        MessageGroupId=transaction_id,
        MessageDeduplicationId=uuid.uuid4().hex,
    )


def refused_in_queue(hub: Hub, transaction_id: str) -> str:
    """Why it was put among the dead letters, at its first delivery; nothing was recorded of it."""
    await_truth(lambda: bool(letters(hub, HERE, transaction_id)), patience_seconds=120)
    (letter,) = letters(hub, HERE, transaction_id)
    assert letter.deliveries == 1
    record = item(hub, HERE, transaction_id)
    assert (record["status"], record["message"]) == ({"S": "ACCP"}, {"NULL": True})
    return letter.reason


def opened(hub: Hub) -> str:
    return hub.client(HERE).open_transaction().transaction_id


def sealed_for(hub: Hub, transaction_id: str, body: bytes, purpose: Purpose = Purpose.INCOMING) -> bytes:
    return hub.envelopes(HERE).seal(EnvelopeContext(transaction_id, purpose), body)


def answer_key(hub: Hub, transaction_id: str) -> str:
    return str(item(hub, HERE, transaction_id)["answer"]["M"]["key"]["S"])


def put_answer(hub: Hub, key: str, body: bytes) -> None:
    for region in REGIONS:
        bucket = hub.exports["dev-foundation"]["payload_buckets"][region]
        hub.aws("s3", region).put_object(Bucket=bucket, Key=key, Body=body)


def sealed_answer(hub: Hub, key: str) -> bytes:
    bucket = hub.exports["dev-foundation"]["payload_buckets"][HERE]
    sealed: bytes = hub.aws("s3", HERE).get_object(Bucket=bucket, Key=key)["Body"].read()
    return sealed


def asked_for_answer(hub: Hub, transaction_id: str) -> tuple[int, str]:
    client = hub.client(HERE)
    reply = hub.http.get(
        f"{client.endpoint.api}/messages",
        headers={"Authorization": f"Bearer {client.token()}", "X-Transaction-Id": transaction_id},
    )
    return reply.status_code, reply.text


@pytest.mark.attack("queue a message that nobody sealed", refused="dead letter at once; nothing recorded")
def test_nothing_is_taken_on_when_a_message_is_not_sealed(hub: Hub, payment: Callable[[], bytes]) -> None:
    transaction_id = opened(hub)
    queue(hub, transaction_id, payment())
    assert refused_in_queue(hub, transaction_id).startswith("EnvelopeRefused (envelope: expected one of version 1")


@pytest.mark.attack("queue another transaction's sealed message", refused="dead letter at once; nothing recorded")
def test_nothing_is_taken_on_when_a_message_was_sealed_for_another_transaction(
    hub: Hub, payment: Callable[[], bytes]
) -> None:
    transaction_id = opened(hub)
    queue(hub, transaction_id, sealed_for(hub, opened(hub), payment()))
    assert refused_in_queue(hub, transaction_id).startswith("EnvelopeRefused (envelope.context")


@pytest.mark.attack("queue an answer as if it were a message", refused="dead letter at once; nothing recorded")
def test_nothing_is_taken_on_when_an_answer_is_sent_as_a_message(hub: Hub, payment: Callable[[], bytes]) -> None:
    transaction_id = opened(hub)
    queue(hub, transaction_id, sealed_for(hub, transaction_id, payment(), Purpose.OUTGOING))
    assert refused_in_queue(hub, transaction_id).startswith("EnvelopeRefused (envelope.context")


@pytest.mark.attack(
    "change the header of a sealed message to name one's own transaction", refused="dead letter at once"
)
def test_nothing_is_taken_on_when_the_context_was_rewritten(hub: Hub, payment: Callable[[], bytes]) -> None:
    transaction_id, other = opened(hub), opened(hub)
    sealed = sealed_for(hub, other, payment())
    queue(hub, transaction_id, sealed.replace(other.encode(), transaction_id.encode()))
    assert refused_in_queue(hub, transaction_id).startswith("EnvelopeRefused (envelope: expected it as it was sealed")


@pytest.mark.attack("change one bit of a sealed message", refused="dead letter at once; nothing recorded")
def test_nothing_is_taken_on_when_a_bit_was_changed(hub: Hub, payment: Callable[[], bytes]) -> None:
    transaction_id = opened(hub)
    sealed = bytearray(sealed_for(hub, transaction_id, payment()))
    sealed[-20] ^= 1
    queue(hub, transaction_id, bytes(sealed))
    assert refused_in_queue(hub, transaction_id).startswith("EnvelopeRefused")


@pytest.mark.attack("replace an answer by another transaction's", refused="500 without content, in either Region")
def test_no_answer_is_shown_when_it_was_replaced_by_anothers(hub: Hub, payment: Callable[[], bytes]) -> None:
    mine, others = (str(settle(hub, HERE, payment())["transaction_id"]) for _ in range(2))
    own = sealed_answer(hub, answer_key(hub, mine))
    put_answer(hub, answer_key(hub, mine), sealed_answer(hub, answer_key(hub, others)))
    status, text = asked_for_answer(hub, mine)
    assert status >= 500
    assert "Document" not in text
    put_answer(hub, answer_key(hub, mine), own)
    assert asked_for_answer(hub, mine)[0] == 200


@pytest.mark.attack("replace an answer by one in clear", refused="500 without content: what is not sealed is not shown")
def test_no_answer_is_shown_when_it_is_not_sealed(hub: Hub, payment: Callable[[], bytes]) -> None:
    transaction_id = str(settle(hub, HERE, payment())["transaction_id"])
    key = answer_key(hub, transaction_id)
    own = sealed_answer(hub, key)
    put_answer(hub, key, b"<Document>settled</Document>")
    status, text = asked_for_answer(hub, transaction_id)
    assert status >= 500
    assert "settled" not in text
    put_answer(hub, key, own)


@pytest.mark.attack("have KMS decrypt a data key under another context", refused="by KMS, for each change of it")
@pytest.mark.parametrize("context", [{}, {"purpose": "health"}, {"purpose": "payload", "region": THERE}])
def test_no_data_key_is_decrypted_when_the_context_is_another(
    hub: Hub, payment: Callable[[], bytes], context: dict[str, str]
) -> None:
    transaction_id = opened(hub)
    of_it = EnvelopeContext(transaction_id, Purpose.INCOMING)
    header = Envelope.read(sealed_for(hub, transaction_id, payment()), of_it).header
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        hub.aws("kms", HERE).decrypt(CiphertextBlob=header.encrypted_key, EncryptionContext=context)


@pytest.mark.attack("read a payment out of a queue", refused="what waits there is sealed")
def test_no_payment_is_read_when_its_queue_message_is(payment: Callable[[], bytes], hub: Hub) -> None:
    transaction_id, body = opened(hub), payment()
    message: dict[str, Any] = json.loads(
        IncomingMessage(transaction_id, PARTICIPANT, XML, None, body).to_json(hub.envelopes(HERE).seal)
    )
    assert pack(body) not in message["body"]
    assert set(message) == {"transaction_id", "participant", "content_type", "message_type", "consistency", "body"}
