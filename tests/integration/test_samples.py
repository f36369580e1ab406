"""Every sample gets, in either Region, the answer that samples/index.json says."""

from __future__ import annotations

import random

import pytest

from simulations.traffic.references import with_own_references
from simulations.traffic.samples import Sample, deviations, load_samples
from simulations.traffic.sending import send_message
from tests.integration.conftest import Hub


@pytest.mark.parametrize("sample", load_samples(), ids=lambda sample: sample.name)
def test_answer_is_as_the_index_says_when_a_sample_is_sent(hub: Hub, region: str, sample: Sample) -> None:
    # The ledger takes each payment once, whichever Region it comes to: each sending has references of its own.
    message = with_own_references(sample.message, random.SystemRandom())
    sent = send_message(hub.client(region), message, patience_seconds=30)
    assert deviations(sample, sent.view, sent.answer) == []
    assert {entry["region"] for entry in sent.view["history"]} == {region}
