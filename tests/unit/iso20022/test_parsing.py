"""XML that is none, or that would have the reader do things."""

from pathlib import Path

import pytest

from tests.unit.iso20022.samples import assess, changed, refusal, text_of

ENTITY_TEXT = "a message has no document type declaration and declares no entities"
ENCODING_TEXT = "the bytes are not text in the declared encoding (UTF-8 when none is declared)"


def with_declaration(declaration: str, *changes: tuple[str, str]) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return changed("01-single.xml", (head, f"{head}\n{declaration}"), *changes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_rejection_when_a_document_type_is_declared_in_any_encoding(encoding: str) -> None:
    body = with_declaration("<!DOCTYPE Document>").replace("UTF-8", encoding.partition("-l")[0].upper())
    assert refusal(body.encode(encoding)) == ("FF01", "", ENTITY_TEXT)


def test_rejection_when_the_declaration_hides_in_ebcdic() -> None:
    body = with_declaration('<!DOCTYPE Document [<!ENTITY x "y">]>').replace("UTF-8", "IBM037")
    assert refusal(body.encode("cp037"))[:2] == ("FF01", "")


def test_file_is_not_read_when_an_external_entity_names_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-the-house")
    body = with_declaration(
        f'<!DOCTYPE Document [<!ENTITY x SYSTEM "{secret.as_uri()}">]>', ("Alder &amp; Finch Ltd", "&x;")
    )
    assessment = assess(body)
    assert not assessment.accepted
    assert "the-secret-of-the-house" not in repr(assessment)


def test_rejection_when_an_entity_is_used_that_nobody_declared() -> None:
    assert refusal(changed("01-single.xml", ("Canal Street", "&street;")))[:2] == ("FF01", "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_acceptance_when_the_declared_encoding_is_that_of_the_bytes(encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "latin-1": "ISO-8859-1"}[encoding]
    body = changed("01-single.xml", ("UTF-8", declared), ("Canal Street", "Rue du Canal, Orl\u00e9ans"))
    assert assess(body.encode(encoding)).accepted


def test_rejection_when_the_bytes_are_not_utf_8() -> None:
    body = changed("01-single.xml", ("Canal Street", "Orl\u00e9ans")).encode("latin-1")
    assert refusal(body) == ("FF01", "", ENCODING_TEXT)


def test_rejection_when_the_declared_encoding_is_unknown() -> None:
    assert refusal(changed("01-single.xml", ("UTF-8", "X-NONE"))) == ("FF01", "", ENCODING_TEXT)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_rejection_when_the_body_is_cut_off(share: float) -> None:
    body = text_of("01-single.xml")
    code, path, text = refusal(body[: int(len(body) * share)])
    assert (code, path) == ("FF01", "")
    assert text.startswith("not well-formed XML")


@pytest.mark.parametrize("body", ["", "   ", "hello", '{"Document": {}}', "<", "<Document>", "<?xml version='1.0'?>"])
def test_rejection_when_the_body_is_no_xml(body: str) -> None:
    assert refusal(body)[:2] == ("FF01", "")


def test_rejection_when_the_xml_is_nested_too_deeply() -> None:
    deep = "<a>" * 5_000 + "</a>" * 5_000
    assert refusal(deep) == ("FF01", "", "the XML is nested too deeply or a text in it is too long")


def test_rejection_when_the_body_is_larger_than_256_kb() -> None:
    code, _, text = refusal(text_of("01-single.xml") + " " * 262_144)
    assert code == "FF01"
    assert text.startswith("a message has at most 262144 bytes")


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/xhtml"])
def test_rejection_when_the_content_type_is_another(content_type: str) -> None:
    body = text_of("01-single.xml")
    expected = ("FF01", "", "expected the content type application/xml or application/json")
    assert refusal(body, content_type=content_type) == expected


def test_acceptance_when_the_content_type_has_a_parameter() -> None:
    assert assess(text_of("01-single.xml"), content_type="Application/XML; charset=utf-8").accepted


def test_acceptance_when_comments_and_instructions_stand_between_elements() -> None:
    assert assess(changed("01-single.xml", ("<GrpHdr>", "<?x y?><!-- a comment --><GrpHdr>"))).accepted
