"""What MiniStack's evaluation of policies gets from us, and what is noted of its decisions."""

from __future__ import annotations

import json

import pytest
from ministack.core import iam_evaluator
from ministack.services import sts

from simulations.cloud.authorizations import AuthorizationLog, role_arn
from simulations.cloud.iam_evaluation import kms_context

SESSION = "arn:aws:sts::000000000000:assumed-role/twinrail-dev-eu-west-1-intake/twinrail-dev-intake"


def test_the_role_is_the_principal_when_a_session_calls() -> None:
    assert role_arn(SESSION) == "arn:aws:iam::000000000000:role/twinrail-dev-eu-west-1-intake"
    assert role_arn("arn:aws:iam::000000000000:root") == "arn:aws:iam::000000000000:root"


def test_the_encryption_context_is_a_condition_key_when_a_request_bears_one() -> None:
    body = json.dumps({"KeyId": "k", "EncryptionContext": {"purpose": "health"}}).encode()
    assert kms_context(body) == {
        "kms:EncryptionContext:purpose": "health",
        "kms:EncryptionContextKeys": ["purpose"],
    }


def test_the_algorithm_is_a_condition_key_when_a_request_signs() -> None:
    body = json.dumps({"SigningAlgorithm": "ECDSA_SHA_384"}).encode()
    assert kms_context(body) == {"kms:SigningAlgorithm": "ECDSA_SHA_384", "kms:MessageType": "RAW"}
    digest = json.dumps({"SigningAlgorithm": "ECDSA_SHA_384", "MessageType": "DIGEST"}).encode()
    assert kms_context(digest)["kms:MessageType"] == "DIGEST"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"EncryptionContext": "purpose"}', b'{"EncryptionContext": {}}'])
def test_no_key_is_given_when_the_request_bears_nothing(body: bytes) -> None:
    assert kms_context(body) == {}


def test_only_roles_are_noted_when_calls_are_decided() -> None:
    log = AuthorizationLog()
    log.record("arn:aws:iam::000000000000:root", "sqs:SendMessage", "arn:q", allowed=True)
    log.record("", "sqs:SendMessage", "arn:q", allowed=True)
    log.record(SESSION, "sqs:SendMessage", "arn:q", allowed=False)
    log.record(SESSION, "sqs:SendMessage", "arn:q", allowed=False)
    assert log.counted() == [
        {
            "role": "twinrail-dev-eu-west-1-intake",
            "session": "twinrail-dev-intake",
            "action": "sqs:SendMessage",
            "resource": "arn:q",
            "allowed": False,
            "count": 2,
        }
    ]


def test_objects_of_one_kind_are_one_entry_when_their_keys_are_ids() -> None:
    log = AuthorizationLog()
    bucket = "arn:aws:s3:::twinrail-dev-payloads-eu-west-1-000000000000"
    for key in ("8f98d955-8d5e-4e8b-af0e-2560696c46da/" + "a" * 64, "1c2e9c5e-9d5e-4e8b-af0e-2560696c46db/" + "b" * 64):
        log.record(SESSION, "s3:PutObject", f"{bucket}/incoming/{key}", allowed=True)
    assert [(each["resource"], each["count"]) for each in log.counted()] == [(f"{bucket}/incoming/{{id}}/{{id}}", 2)]


@pytest.mark.parametrize(("owner", "attribute"), [(sts, "_sessions"), (iam_evaluator, "AuthError")])
def test_the_attribute_is_there_when_the_evaluation_reads_it(owner: object, attribute: str) -> None:
    assert hasattr(owner, attribute)
