"""Subjects' keys and values: bound to their context, and any change is an error that gives nothing."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

import botocore.session
import pytest
from botocore.stub import ANY, Stubber

from lambdas.adapters.encryption_sdk import KmsSubjectKeyWrap, SdkValueSeal
from lambdas.core.vault.kinds import ValueKind
from lambdas.service.vault_ports import VaultCorrupted, VaultUnavailable

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient

KEY_ID = "mrk-0123456789abcdef0123456789abcdef"
HOME, AWAY = (f"arn:aws:kms:{region}:000000000000:key/{KEY_ID}" for region in ("eu-west-1", "eu-west-2"))
CONTEXT = {"purpose": "vault", "tenant": "participant-a"}
DATA_KEY = secrets.token_bytes(32)
TOKEN, OTHER_TOKEN = "tok_name_1_" + "a" * 32, "tok_name_1_" + "b" * 32
SEAL = SdkValueSeal()


def kms(region: str) -> KMSClient:
    session = botocore.session.get_session()
    client = session.create_client("kms", region_name=region, aws_access_key_id="none", aws_secret_access_key="none")
    return cast("KMSClient", client)


def data_key(stub: Stubber, arn: str) -> None:
    stub.add_response(
        "generate_data_key",
        {"Plaintext": DATA_KEY, "CiphertextBlob": b"wrapped", "KeyId": arn},
        {"KeyId": arn, "NumberOfBytes": 32, "EncryptionContext": CONTEXT},
    )


def opened(stub: Stubber, arn: str) -> None:
    asked = {"CiphertextBlob": b"wrapped", "EncryptionContext": CONTEXT, "KeyId": arn}
    stub.add_response("decrypt", {"Plaintext": DATA_KEY, "KeyId": arn}, asked)


def test_one_call_of_kms_serves_many_subjects_when_they_are_one_tenants() -> None:
    client = kms("eu-west-1")
    with Stubber(client) as stub:
        data_key(stub, HOME)
        wrap = KmsSubjectKeyWrap(client, HOME)
        made = [(f"subject-{each}", secrets.token_bytes(32)) for each in range(20)]
        wrapped = [wrap.wrap("participant-a", name, key) for name, key in made]
        opened(stub, HOME)
        found = [wrap.unwrap("participant-a", name, each) for (name, _), each in zip(made, wrapped, strict=True)]
        assert found == [key for _, key in made]
        stub.assert_no_pending_responses()


def test_the_other_regions_key_opens_it_when_one_region_wrapped_it() -> None:
    home, away = kms("eu-west-1"), kms("eu-west-2")
    key = secrets.token_bytes(32)
    with Stubber(home) as stub:
        data_key(stub, HOME)
        wrapped = KmsSubjectKeyWrap(home, HOME).wrap("participant-a", "subject-1", key)
    with Stubber(away) as stub:
        opened(stub, AWAY)
        assert KmsSubjectKeyWrap(away, AWAY).unwrap("participant-a", "subject-1", wrapped) == key


@pytest.mark.parametrize(("tenant", "subject"), [("participant-b", "subject-1"), ("participant-a", "subject-2")])
def test_key_is_not_given_when_it_is_another_subjects_or_tenants(tenant: str, subject: str) -> None:
    client = kms("eu-west-1")
    with Stubber(client) as stub:
        data_key(stub, HOME)
        wrap = KmsSubjectKeyWrap(client, HOME)
        wrapped = wrap.wrap("participant-a", "subject-1", secrets.token_bytes(32))
        opened(stub, HOME)
        with pytest.raises(VaultCorrupted):
            wrap.unwrap(tenant, subject, wrapped)


def test_the_vault_is_unavailable_when_kms_refuses() -> None:
    client = kms("eu-west-1")
    with Stubber(client) as stub:
        stub.add_client_error("generate_data_key", "KMSInvalidStateException")
        wrap = KmsSubjectKeyWrap(client, HOME)
        with pytest.raises(VaultUnavailable):
            wrap.wrap("participant-a", "subject-1", secrets.token_bytes(32))
        data_key(stub, HOME)
        wrapped = wrap.wrap("participant-a", "subject-1", secrets.token_bytes(32))
        stub.add_client_error(
            "decrypt",
            "AccessDeniedException",
            expected_params={
                "CiphertextBlob": ANY,
                "EncryptionContext": CONTEXT,
                "KeyId": HOME,
            },
        )
        with pytest.raises(VaultUnavailable):
            wrap.unwrap("participant-a", "subject-1", wrapped)


def test_value_is_given_when_everything_is_as_it_was_sealed() -> None:
    key = secrets.token_bytes(32)
    sealed = SEAL.seal(key, "participant-a", ValueKind.NAME, TOKEN, "Zoë")
    assert SEAL.unseal(key, "participant-a", ValueKind.NAME, TOKEN, sealed) == "Zoë"
    assert "Zoë".encode() not in sealed


@pytest.mark.parametrize(
    ("tenant", "kind", "token"),
    [
        ("participant-b", ValueKind.NAME, TOKEN),
        ("participant-a", ValueKind.ADDRESS, TOKEN),
        ("participant-a", ValueKind.NAME, OTHER_TOKEN),
    ],
)
def test_value_is_not_given_when_its_context_is_another(tenant: str, kind: ValueKind, token: str) -> None:
    key = secrets.token_bytes(32)
    sealed = SEAL.seal(key, "participant-a", ValueKind.NAME, TOKEN, "Zoë")
    with pytest.raises(VaultCorrupted):
        SEAL.unseal(key, tenant, kind, token, sealed)


def test_value_is_not_given_when_the_key_is_anothers() -> None:
    sealed = SEAL.seal(secrets.token_bytes(32), "participant-a", ValueKind.NAME, TOKEN, "Zoë")
    with pytest.raises(VaultCorrupted):
        SEAL.unseal(secrets.token_bytes(32), "participant-a", ValueKind.NAME, TOKEN, sealed)


def test_value_is_not_given_when_any_byte_is_changed_or_its_end_is_cut_off() -> None:
    key = secrets.token_bytes(32)
    sealed = SEAL.seal(key, "participant-a", ValueKind.NAME, TOKEN, "Zoë")
    broken = [sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in range(len(sealed))]
    broken += [sealed[:length] for length in range(0, len(sealed), 7)]
    for each in broken:
        with pytest.raises(VaultCorrupted):
            SEAL.unseal(key, "participant-a", ValueKind.NAME, TOKEN, each)
