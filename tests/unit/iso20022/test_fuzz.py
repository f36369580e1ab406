"""Whatever comes in: an assessment, a valid answer, and no party's data in the reasons. The seed is in the example."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lambdas.core.iso20022.assessment import Assessment
from tests.unit.iso20022.mutants import damaged_bytes, damaged_tree
from tests.unit.iso20022.samples import INFER, JSON, SAMPLES, XML, assess

FILES = {
    sample.file: sample
    for sample in SAMPLES
    if sample.file
    in {
        "01-single.xml",
        "03-with-header.xml",
        "04-prefixed.xml",
        "07-batch-in-part.xml",
        "08-between-institutions.xml",
        "09-initiation.xml",
        "11-cancellation.xml",
        "12-return.xml",
        "26-no-namespace.xml",
        "32-latin-1.xml",
    }
}
PRIVATE_TAGS = frozenset({"Nm", "StrtNm", "IBAN", "Ustrd"})
SEEDS = st.integers(min_value=0, max_value=2**48)
FUZZ = settings(max_examples=60, deadline=None, print_blob=True)


def private_texts(body: bytes) -> frozenset[str]:
    texts = {
        element.text or ""
        for element in etree.fromstring(body).iter()
        if element.tag.rpartition("}")[2] in PRIVATE_TAGS
    }
    return frozenset(texts | {"BorealisCyclesSARL", "AlderFinch"}) - {""}


def require_silence(assessment: Assessment, private: frozenset[str]) -> None:
    reasons = [*assessment.reasons, *(payment.reason for payment in assessment.payments)]
    told = " ".join(f"{reason.path} {reason.text}" for reason in reasons if reason is not None)
    assert not [text for text in private if text in told]


@pytest.mark.parametrize("file", sorted(FILES))
@FUZZ
@given(seed=SEEDS)
def test_valid_answer_without_party_data_when_elements_are_damaged(file: str, seed: int) -> None:
    body = FILES[file].body()
    require_silence(assess(damaged_tree(body, seed)), private_texts(body))


@pytest.mark.parametrize("file", ["03-with-header.xml", "04-prefixed.xml"])
@FUZZ
@given(seed=SEEDS)
def test_valid_answer_when_bytes_are_damaged(file: str, seed: int) -> None:
    assess(damaged_bytes(FILES[file].body(), seed))


@FUZZ
@given(seed=SEEDS)
def test_valid_answer_when_bytes_of_json_are_damaged(seed: int) -> None:
    sample = next(each for each in SAMPLES if each.file == "05-with-header.json")
    assess(damaged_bytes(sample.body(), seed), content_type=JSON)


@FUZZ
@given(seed=SEEDS)
def test_valid_answer_when_the_namespace_is_inferred_from_a_damaged_message(seed: int) -> None:
    body = FILES["03-with-header.xml"].body().replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.10"', b"")
    assess(damaged_tree(body, seed), codec=INFER)


@FUZZ
@given(body=st.binary(max_size=300), content_type=st.sampled_from([XML, JSON, "text/plain", ""]))
def test_rejection_when_the_body_is_any_bytes(body: bytes, content_type: str) -> None:
    assert not assess(body, content_type=content_type).accepted


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=20,
)


@FUZZ
@given(header=JSON_VALUES, document=JSON_VALUES)
def test_rejection_when_the_json_is_any_value(header: object, document: object) -> None:
    body = json.dumps({"Document": {"FIToFICstmrCdtTrf": document}, "AppHdr": header})
    assert not assess(body, content_type=JSON, message_type="pacs.008.001.08").accepted
