"""Which definition a message is, and what may stand around it."""

import pytest

from lambdas.core.iso20022.definitions import ANSWERS, versions
from tests.unit.iso20022.samples import INFER, NAMESPACE, STRICT, assess, changed, refusal, text_of

OWN = f' xmlns="{NAMESPACE}pacs.008.001.10"'
HEAD = f' xmlns="{NAMESPACE}head.001.001.02"'


def document(file: str = "01-single.xml") -> str:
    return text_of(file).partition("?>\n")[2]


@pytest.mark.parametrize("definition", versions("pacs.008"))
def test_acceptance_when_the_version_is_supported(definition: str) -> None:
    assessment = assess(changed("01-single.xml", ("pacs.008.001.08", definition)))
    assert assessment.accepted
    assert STRICT.answer_definition(assessment) == ANSWERS[definition]


@pytest.mark.parametrize("version", ["07", "14", "99"])
def test_rejection_when_the_version_is_not_supported(version: str) -> None:
    assessment = assess(changed("01-single.xml", ("pacs.008.001.08", f"pacs.008.001.{version}")))
    assert assessment.definition is None
    assert assessment.claimed_definition == f"pacs.008.001.{version}"
    assert assessment.message_id == "TW01-M"
    assert assessment.reason is not None
    assert "pacs.008.001.13" in assessment.reason.text


@pytest.mark.parametrize(
    ("claimed", "answer"),
    [
        ("pain.001.001.03", "pain.002.001.14"),
        ("camt.056.001.01", "camt.029.001.13"),
        ("camt.053.001.08", "pacs.002.001.15"),
    ],
)
def test_newest_answer_of_the_family_when_the_version_is_not_supported(claimed: str, answer: str) -> None:
    assessment = assess(f'<Document xmlns="{NAMESPACE}{claimed}"/>')
    assert STRICT.answer_definition(assessment) == answer


@pytest.mark.parametrize("namespace", ["urn:other", "http://www.w3.org/2001/XMLSchema", "pacs.008.001.08"])
def test_rejection_when_the_namespace_is_not_of_iso_20022(namespace: str) -> None:
    code, path, text = refusal(changed("01-single.xml", (f"{NAMESPACE}pacs.008.001.08", namespace)))
    assert (code, path) == ("FF01", "Document")
    assert NAMESPACE in text


def test_rejection_when_a_strict_hub_gets_no_namespace() -> None:
    code, path, text = refusal(changed("03-with-header.xml", (OWN, "")))
    assert (code, path) == ("FF01", "Document")
    assert f"expected {NAMESPACE} and pacs.008.001.10" in text


@pytest.mark.parametrize("namespaces", [[OWN], [OWN, HEAD]])
def test_acceptance_when_an_inferring_hub_gets_no_namespace(namespaces: list[str]) -> None:
    body = changed("03-with-header.xml", *((namespace, "") for namespace in namespaces))
    assessment = assess(body, codec=INFER)
    assert assessment.accepted
    assert assessment.definition == "pacs.008.001.10"


def test_rejection_when_an_inferring_hub_gets_no_namespace_and_no_header() -> None:
    assert not assess(text_of("26-no-namespace.xml"), codec=INFER).accepted


def test_rejection_when_an_inferring_hub_is_told_of_an_unsupported_definition() -> None:
    body = changed("03-with-header.xml", (OWN, ""), ("pacs.008.001.10", "pacs.008.001.02"))
    reason = assess(body, codec=INFER).reason
    assert reason is not None
    assert reason.path == "AppHdr/MsgDefIdr"


def test_rejection_when_the_message_type_disagrees_with_the_namespace() -> None:
    reason = assess(text_of("01-single.xml"), message_type="pacs.008.001.09").reason
    assert reason is not None
    assert reason.text == "the X-Message-Type header disagrees with the message; expected pacs.008.001.08"


@pytest.mark.parametrize("message_type", ["pacs.008.001.08", None])
def test_acceptance_when_the_message_type_agrees_or_is_not_given(message_type: str | None) -> None:
    assert assess(text_of("01-single.xml"), message_type=message_type).accepted


def test_acceptance_when_the_document_is_wrapped_twice() -> None:
    body = f'<e:Envelope xmlns:e="urn:e"><e:Body><Message>{document()}</Message></e:Body></e:Envelope>'
    assert assess(body).accepted


@pytest.mark.parametrize("count", [0, 2])
def test_rejection_when_there_is_not_one_document(count: int) -> None:
    code, path, text = refusal(f"<Batch>{document() * count}</Batch>")
    assert (code, path) == ("FF01", "")
    assert "expected one Document" in text


@pytest.mark.parametrize("version", ["01", "02", "03", "04"])
def test_acceptance_when_the_header_is_of_a_known_version(version: str) -> None:
    assessment = assess(changed("03-with-header.xml", ("head.001.001.02", f"head.001.001.{version}")))
    assert assessment.accepted
    assert assessment.header is not None
    assert assessment.header.version == f"head.001.001.{version}"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("<BizMsgIdr>TW03-M</BizMsgIdr>", "", "AppHdr/MsgDefIdr"),
        ("head.001.001.02", "head.001.001.09", "AppHdr"),
        ("<MsgDefIdr>pacs.008.001.10</MsgDefIdr>", "<MsgDefIdr>x</MsgDefIdr>", "AppHdr/MsgDefIdr"),
    ],
)
def test_rejection_when_the_header_is_not_valid(old: str, new: str, path: str) -> None:
    assessment = assess(changed("03-with-header.xml", (old, new)))
    assert assessment.reason is not None
    assert (assessment.reason.code, assessment.reason.path) == ("FF01", path)
    assert assessment.message_id == "TW03-M"
    assert [payment.end_to_end_id for payment in assessment.payments] == ["TW03-E001"]
