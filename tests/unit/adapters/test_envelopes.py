"""What is sealed opens for what it was sealed for, in either Region, untouched, and for nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from lambdas.adapters.envelopes import KEY_MESSAGES, KEY_SECONDS, KEYS_KEPT
from lambdas.core.envelope import Envelope, EnvelopeContext, EnvelopeRefused, Purpose
from tests.unit.adapters.keys import Clock, FakeKms, envelopes
from tests.unit.service.fakes import OTHER_REGION, TRANSACTION_ID

CONTEXT = EnvelopeContext(TRANSACTION_ID, Purpose.INCOMING)
OTHERS = [
    replace(CONTEXT, purpose=Purpose.OUTGOING),
    replace(CONTEXT, transaction_id="7d9e5a10-1b2c-4d3e-8f40-a1b2c3d4e5f6"),
]
CONTENT = b"<Nm>Erika Mustermann</Nm>" * 20
KMS = FakeKms()
SEALED = envelopes(KMS).seal(CONTEXT, CONTENT)


@given(st.binary(max_size=5_000))
def test_any_content_comes_back_in_the_other_region_when_it_was_sealed_in_one(content: bytes) -> None:
    kms = FakeKms()
    sealed = envelopes(kms).seal(CONTEXT, content)
    assert envelopes(kms, OTHER_REGION).open(CONTEXT, sealed) == content


def test_nothing_of_the_content_is_seen_when_it_is_sealed() -> None:
    assert b"Erika" not in SEALED
    assert b"Erika" not in repr(Envelope.read(SEALED, CONTEXT)).encode()
    assert len(SEALED) < len(CONTENT) + 500


def test_the_sealed_form_is_another_when_the_same_content_is_sealed_again() -> None:
    sealing = envelopes(FakeKms())
    assert sealing.seal(CONTEXT, CONTENT) != sealing.seal(CONTEXT, CONTENT)


@pytest.mark.parametrize("context", OTHERS)
def test_it_is_refused_when_it_was_sealed_for_something_else(context: EnvelopeContext) -> None:
    with pytest.raises(EnvelopeRefused, match="context"):
        envelopes(KMS).open(context, SEALED)


@pytest.mark.parametrize("context", OTHERS)
def test_it_is_refused_when_its_header_was_changed_to_say_what_is_expected(context: EnvelopeContext) -> None:
    envelope = Envelope.read(SEALED, CONTEXT)
    forged = replace(envelope.header, context=context).to_bytes() + envelope.ciphertext
    with pytest.raises(EnvelopeRefused, match="as it was sealed"):
        envelopes(KMS).open(context, forged)


def test_it_is_refused_when_its_region_of_origin_was_changed() -> None:
    envelope = Envelope.read(SEALED, CONTEXT)
    forged = replace(envelope.header, region=OTHER_REGION).to_bytes() + envelope.ciphertext
    with pytest.raises(EnvelopeRefused, match="data key"):
        envelopes(KMS).open(CONTEXT, forged)


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_it_is_refused_when_any_byte_of_it_was_changed(position: int, change: int) -> None:
    touched = bytearray(SEALED)
    touched[position] ^= change
    with pytest.raises(EnvelopeRefused):
        envelopes(KMS).open(CONTEXT, bytes(touched))


@given(st.integers(0, len(SEALED) - 1))
def test_it_is_refused_when_it_is_cut_off(length: int) -> None:
    with pytest.raises(EnvelopeRefused):
        envelopes(KMS).open(CONTEXT, SEALED[:length])


@given(st.binary(max_size=300))
def test_it_is_refused_when_it_is_no_envelope(junk: bytes) -> None:
    with pytest.raises(EnvelopeRefused):
        envelopes(KMS).open(CONTEXT, junk)


def test_the_ciphertext_of_another_is_refused_when_it_is_put_behind_a_header() -> None:
    other = Envelope.read(envelopes(KMS).seal(CONTEXT, b"<other/>"), CONTEXT)
    with pytest.raises(EnvelopeRefused):
        envelopes(KMS).open(CONTEXT, Envelope.read(SEALED, CONTEXT).associated + other.ciphertext)


def test_a_data_key_is_asked_for_once_when_many_payloads_are_sealed_and_opened() -> None:
    kms = FakeKms()
    sealing, opening = envelopes(kms), envelopes(kms, OTHER_REGION)
    for _ in range(200):
        opening.open(CONTEXT, sealing.seal(CONTEXT, CONTENT))
    assert (kms.made, kms.decrypted) == (1, 1)


def test_a_new_data_key_is_asked_for_when_one_has_sealed_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.adapters.envelopes.KEY_MESSAGES", 3)
    kms = FakeKms()
    sealing = envelopes(kms)
    for _ in range(7):
        sealing.seal(CONTEXT, CONTENT)
    assert kms.made == 3
    assert KEY_MESSAGES < 2**32


def test_keys_are_asked_for_again_when_they_are_old() -> None:
    kms, clock = FakeKms(), Clock()
    both = envelopes(kms, clock=clock)
    sealed = both.seal(CONTEXT, CONTENT)
    both.open(CONTEXT, sealed)
    clock.seconds = KEY_SECONDS
    both.seal(CONTEXT, CONTENT)
    both.open(CONTEXT, sealed)
    assert (kms.made, kms.decrypted) == (2, 2)


def test_only_so_many_keys_are_kept_when_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.adapters.envelopes.KEYS_KEPT", 2)
    kms = FakeKms()
    sealed = [envelopes(kms).seal(CONTEXT, CONTENT) for _ in range(3)]
    opening = envelopes(kms)
    for each in (*sealed, sealed[2], sealed[1], sealed[0]):
        opening.open(CONTEXT, each)
    assert kms.decrypted == 4
    assert KEYS_KEPT > 2


def test_nothing_is_sealed_or_opened_when_kms_does_not_answer() -> None:
    kms = FakeKms()
    sealed = envelopes(kms).seal(CONTEXT, CONTENT)
    kms.down = True
    with pytest.raises(ClientError, match="KMSInternalException"):
        envelopes(kms).seal(CONTEXT, CONTENT)
    # Worth another delivery, and so no EnvelopeRefused.
    with pytest.raises(ClientError, match="KMSInternalException"):
        envelopes(kms).open(CONTEXT, sealed)


def test_no_old_key_is_used_when_kms_does_not_answer() -> None:
    kms, clock = FakeKms(), Clock()
    both = envelopes(kms, clock=clock)
    sealed = both.seal(CONTEXT, CONTENT)
    both.open(CONTEXT, sealed)
    kms.down, clock.seconds = True, KEY_SECONDS
    for attempt, content in ((both.seal, CONTENT), (both.open, sealed)):
        with pytest.raises(ClientError):
            attempt(CONTEXT, content)
