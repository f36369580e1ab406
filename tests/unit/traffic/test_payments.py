"""Messages made for tests: valid by schema and market rules, and about the transfer that they are to be about."""

import random
from datetime import UTC, datetime

import pytest

from simulations.traffic.payments import cancellation_of, credit_transfer, return_of
from tests.unit.iso20022.samples import assess, text_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SEED = 56


def test_a_request_to_cancel_names_the_payment_when_it_is_made_from_a_transfer() -> None:
    randomness = random.Random(SEED)
    transfer = credit_transfer(randomness, NOW)
    [payment] = assess(transfer).payments
    request = assess(cancellation_of(transfer, randomness, NOW))
    [named] = request.payments
    assert request.definition == "camt.056.001.08"
    assert (named.uetr, named.transaction_id, named.amount) == (payment.uetr, payment.transaction_id, payment.amount)


def test_a_return_names_the_payment_when_it_is_made_from_a_transfer() -> None:
    randomness = random.Random(SEED)
    transfer = credit_transfer(randomness, NOW)
    [payment] = assess(transfer).payments
    returned = assess(return_of(transfer, randomness, NOW))
    [named] = returned.payments
    assert returned.definition == "pacs.004.001.09"
    assert (named.uetr, named.transaction_id, named.amount) == (payment.uetr, payment.transaction_id, payment.amount)


@pytest.mark.parametrize("make", [cancellation_of, return_of])
def test_every_payment_is_named_when_the_transfer_has_many(make: object) -> None:
    assert callable(make)
    transfer = text_of("06-batch-of-100.xml").encode()
    made = assess(make(transfer, random.Random(SEED), NOW))
    assert [each.uetr for each in made.payments] == [each.uetr for each in assess(transfer).payments]
    assert {each.currency for each in made.payments} == {each.currency for each in assess(transfer).payments}
