"""What wraps a value does not hide it; what was found is said without saying it."""

from __future__ import annotations

import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from simulations.scan.search import Finding, Stored, search
from simulations.scan.values import Kind, Value, comparable

NAME = "Quill & Märsh Pottery"
VALUE = Value(comparable(NAME), Kind.NAME, "a.xml: Document/Nm")
TEXT = f'<Nm>{NAME}</Nm> and other things that go "on" and on'

WRAPPINGS: dict[str, Callable[[str], bytes | str]] = {
    "as it is": lambda text: text,
    "utf-8": lambda text: text.encode(),
    "latin-1": lambda text: text.encode("latin-1"),
    "utf-16": lambda text: text.encode("utf-16"),
    "upper case": str.upper,
    "lower case": str.lower,
    "without spaces": lambda text: text.replace(" ", ""),
    "with more spaces": lambda text: text.replace(" ", " \n "),
    "JSON": lambda text: json.dumps({"deep": [{"inside": text}]}),
    "JSON in JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text))),
    "XML": lambda text: text.replace("&", "&amp;").replace("ä", "&#228;"),
    "URL": quote,
    "form": quote_plus,
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 within a word": lambda text: f"x{base64.b64encode(text.encode()).decode()}",
    "base64 of the value alone": lambda _text: base64.b64encode(NAME.encode()),
    "base64 in lines": lambda text: base64.encodebytes(f"{'x' * 50}{text}".encode()),
    "base64 in lines in JSON": lambda text: json.dumps(base64.encodebytes(f"{'x' * 50}{text}".encode()).decode()),
    "a line's end within, in JSON": lambda text: json.dumps(text.replace(" ", "\r\n")),
    "base64 in JSON": lambda text: json.dumps({"body": base64.b64encode(text.encode()).decode()}),
    "hexadecimal": lambda text: text.encode().hex(),
    "HEXADECIMAL": lambda text: text.encode().hex().upper(),
    "zlib": lambda text: zlib.compress(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib and base64": lambda text: base64.b64encode(zlib.compress(text.encode())),
    "zlib and base64 in JSON": lambda text: json.dumps({"p": base64.b64encode(zlib.compress(text.encode())).decode()}),
    "base64 twice": lambda text: base64.b64encode(base64.b64encode(text.encode())),
    "JSON in base64 in zlib in base64": lambda text: base64.b64encode(
        zlib.compress(json.dumps({"x": base64.b64encode(text.encode()).decode()}).encode())
    ),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_a_value_is_found_when_it_is_wrapped(wrapping: str) -> None:
    report = search([VALUE], [Stored("s3 eu-west-1 bucket", "key", "body", WRAPPINGS[wrapping](TEXT))])
    assert [(each.store, each.key, each.kind) for each in report.findings] == [("s3 eu-west-1 bucket", "key", "name")]


def test_nothing_is_found_when_contents_are_random() -> None:
    seed = random.SystemRandom().getrandbits(32)
    randomness = random.Random(seed)
    things = [
        Stored("s", str(number), "", base64.b64encode(randomness.randbytes(randomness.randint(0, 3_000))))
        for number in range(50)
    ]
    report = search([VALUE], things)
    assert report.findings == (), f"seed {seed}"
    assert report.read == {"s": 50}


def test_nothing_is_found_when_only_a_part_of_a_value_is_there() -> None:
    assert search([VALUE], [Stored("s", "k", "", "Quill & Märsh Potteri")]).findings == ()


def test_the_field_is_named_when_the_content_is_json() -> None:
    content = json.dumps({"a": 1, "payments": [{"id": "x"}, {"debtor": {"name": NAME}}]})
    (found,) = search([VALUE], [Stored("sqs", "id", "Body", content)]).findings
    assert found.field == "Body.payments[1].debtor.name"


def test_layers_are_named_from_the_outside_when_a_value_was_wrapped() -> None:
    content = base64.b64encode(zlib.compress(TEXT.encode()))
    (found,) = search([VALUE], [Stored("s", "k", "", content)]).findings
    assert found.layers == ("base64", "zlib")


def test_the_key_is_withheld_when_it_has_the_value() -> None:
    named_by_it = Stored("s", "k", "", json.dumps({NAME: NAME}))
    report = search([VALUE], [Stored("s", f"incoming/{NAME}", "body", TEXT), named_by_it])
    assert {each.field for each in report.findings if each.key != "k"} == {"key", "body"}
    assert_unsaid(json.dumps(report.document()))


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_the_value_is_never_said_when_it_is_found(wrapping: str) -> None:
    assert_unsaid(json.dumps(search([VALUE], [Stored("s", "k", "f", WRAPPINGS[wrapping](TEXT))]).document()))


def assert_unsaid(text: str) -> None:
    assert search([VALUE], [Stored("report", "", "", text)]).findings == ()


def test_each_place_is_named_when_two_have_the_same_content() -> None:
    places = [Stored("s3 a", "k", "body", TEXT), Stored("s3 b", "k", "body", TEXT)]
    assert [each.store for each in search([VALUE], places).findings] == ["s3 a", "s3 b"]


def test_a_finding_is_told_once_when_it_is_met_twice() -> None:
    place = Stored("s", "k", "f", TEXT)
    assert search([VALUE], [place, place]).findings == (Finding("s", "k", "f", (), "name", VALUE.source),)


def test_a_bomb_does_not_go_off_when_it_is_inflated() -> None:
    bomb = zlib.compress(bytes(200 * 1024 * 1024), 9)
    assert search([VALUE], [Stored("s", "k", "", bomb)]).findings == ()


def test_value_is_found_once_and_all_is_counted_when_there_is_more_than_one_process_reads() -> None:
    things = [
        Stored("logs eu-west-1 group", f"line {number}", "message", f"{number} {TEXT if number % 900 == 0 else ''}")
        for number in range(2_500)
    ]
    report = search([VALUE], [*things, *things[:1]])
    assert report.read == {"logs eu-west-1 group": 2_501}
    assert [each.key for each in report.findings] == ["line 0", "line 900", "line 1800"]
