"""Every sample gets, in either Region, the answer that samples/index.json says."""

from __future__ import annotations

import random

import pytest

from simulations.traffic.references import OwnReferences
from simulations.traffic.samples import Sample, deviations, load_samples
from simulations.traffic.sending import send_message
from tests.integration.conftest import Hub

SAMPLES = load_samples()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_answer_is_as_the_index_says_when_a_sample_is_sent(hub: Hub, region: str, sample: Sample) -> None:
    # The ledger takes each payment once, whichever Region it comes to: each sending has references of its own.
    references = OwnReferences(random.SystemRandom())
    before = [each for each in SAMPLES if each.name == sample.after]
    for each in (*before, sample):
        sent = send_message(hub.client(region), references.of(each.message), patience_seconds=30)
        assert deviations(each, sent.view, sent.answer) == []
        assert {entry["region"] for entry in sent.view["history"]} == {region}
