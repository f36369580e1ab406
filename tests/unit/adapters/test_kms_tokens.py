"""KMS derives a key once for a tenant and use, until it is old or crowded out."""

from __future__ import annotations

from botocore.stub import Stubber

from lambdas.adapters.kms_tokens import MAX_AGE_SECONDS, MAX_KEYS, KmsTokenKeys
from tests.unit.adapters.test_encryption_sdk import kms

ARN = "arn:aws:kms:eu-west-1:000000000000:key/mrk-1"


class Ticking:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def derived(stub: Stubber, message: str, mac: bytes) -> None:
    asked = {"KeyId": ARN, "Message": message.encode(), "MacAlgorithm": "HMAC_SHA_256"}
    stub.add_response("generate_mac", {"Mac": mac}, asked)


def test_kms_is_asked_once_for_each_tenant_and_use_when_keys_are_fresh() -> None:
    client, clock = kms("eu-west-1"), Ticking()
    with Stubber(client) as stub:
        keys = KmsTokenKeys(client, ARN, 1, clock)
        derived(stub, "twinrail/vault/1/a/iban", b"1")
        derived(stub, "twinrail/vault/1/a/name", b"2")
        derived(stub, "twinrail/vault/1/b/iban", b"3")
        asked = [("a", "iban"), ("a", "name"), ("b", "iban")] * 3
        assert [keys.derive(*each) for each in asked] == [b"1", b"2", b"3"] * 3
        clock.now = MAX_AGE_SECONDS
        derived(stub, "twinrail/vault/1/a/iban", b"1")
        assert keys.derive("a", "iban") == b"1"
        stub.assert_no_pending_responses()


def test_the_longest_unused_is_derived_again_when_there_are_too_many() -> None:
    client = kms("eu-west-1")
    with Stubber(client) as stub:
        keys = KmsTokenKeys(client, ARN, 1, Ticking())
        for number in range(MAX_KEYS):
            derived(stub, f"twinrail/vault/1/{number}/iban", b"k")
            keys.derive(str(number), "iban")
        keys.derive("0", "iban")
        derived(stub, "twinrail/vault/1/new/iban", b"k")
        keys.derive("new", "iban")
        keys.derive("0", "iban")
        derived(stub, "twinrail/vault/1/1/iban", b"k")
        keys.derive("1", "iban")
        stub.assert_no_pending_responses()
