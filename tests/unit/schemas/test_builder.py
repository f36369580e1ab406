"""The schema builder: what it builds compiles and is the same each time; what it does not know, it refuses."""

import dataclasses
from decimal import Decimal
from enum import Enum
from pathlib import Path

import pytest
from lxml import etree
from xsdata.models.datatype import XmlPeriod

from lambdas.core.iso20022.definitions import ANSWERS, HEADERS
from tools.schemas.__main__ import write_schemas
from tools.schemas.builder import SchemaBuilder, build_schema
from tools.schemas.definitions import DEFINITIONS
from tools.schemas.types import UnknownMetadata

SPACE = "urn:test"


def element(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "type": "Element", **more}


@dataclasses.dataclass(kw_only=True)
class Amount:
    value: Decimal = dataclasses.field(metadata={"required": True, "min_inclusive": Decimal(0), "fraction_digits": 5})
    ccy: str = dataclasses.field(
        metadata={"name": "Ccy", "type": "Attribute", "required": True, "pattern": "[A-Z]{3,3}"}
    )


class Colour(Enum):
    RED = "RED"
    BLUE = "BLUE"


@dataclasses.dataclass(kw_only=True)
class ThingChoice:
    one: Colour | None = dataclasses.field(default=None, metadata=element("One"))
    many: list[str] = dataclasses.field(default_factory=list, metadata=element("Many", max_length=3))


@dataclasses.dataclass(kw_only=True)
class Document:
    amount: Amount = dataclasses.field(metadata=element("Amt", required=True))
    things: list[ThingChoice] = dataclasses.field(default_factory=list, metadata=element("Thg", max_occurs=2))
    month: XmlPeriod | None = dataclasses.field(default=None, metadata=element("XpryDt"))
    year: XmlPeriod | None = dataclasses.field(default=None, metadata=element("Yr"))


@dataclasses.dataclass(kw_only=True)
class OddPeriod:
    odd: XmlPeriod | None = dataclasses.field(default=None, metadata=element("Odd"))


@dataclasses.dataclass(kw_only=True)
class OddFacet:
    odd: str | None = dataclasses.field(default=None, metadata=element("Odd", colour="red"))


@dataclasses.dataclass(kw_only=True)
class OddUnion:
    odd: str | Decimal = dataclasses.field(default="", metadata=element("Odd"))


@pytest.fixture(scope="module", name="schema")
def built_schema() -> etree.XMLSchema:
    builder = SchemaBuilder(SPACE, globals())
    builder.root("Document", Document)
    return etree.XMLSchema(etree.fromstring(etree.tostring(builder.schema)))


@pytest.mark.parametrize(
    ("content", "valid"),
    [
        ('<Amt Ccy="EUR">1.00</Amt>', True),
        ('<Amt Ccy="EUR">1.000001</Amt>', False),
        ('<Amt Ccy="EUR">-1</Amt>', False),
        ('<Amt Ccy="eur">1</Amt>', False),
        ("<Amt>1</Amt>", False),
        ("", False),
        ('<Amt Ccy="EUR">1</Amt><Thg><One>RED</One></Thg>', True),
        ('<Amt Ccy="EUR">1</Amt><Thg><One>GREEN</One></Thg>', False),
        ('<Amt Ccy="EUR">1</Amt><Thg><Many>a</Many><Many>b</Many></Thg>', True),
        ('<Amt Ccy="EUR">1</Amt><Thg><Many>abcd</Many></Thg>', False),
        ('<Amt Ccy="EUR">1</Amt><Thg><One>RED</One><Many>a</Many></Thg>', False),
        ('<Amt Ccy="EUR">1</Amt><Thg/>', False),
        ('<Amt Ccy="EUR">1</Amt><Thg><One>RED</One></Thg><Thg><One>RED</One></Thg><Thg><One>RED</One></Thg>', False),
        ('<Thg><One>RED</One></Thg><Amt Ccy="EUR">1</Amt>', False),
        ('<Amt Ccy="EUR">1</Amt><XpryDt>2026-01</XpryDt><Yr>2026</Yr>', True),
        ('<Amt Ccy="EUR">1</Amt><XpryDt>2026</XpryDt>', False),
        ('<Amt Ccy="EUR">1</Amt><Yr>2026-01</Yr>', False),
    ],
)
def test_message_is_judged_by_its_metadata_when_a_schema_is_built(
    schema: etree.XMLSchema, content: str, *, valid: bool
) -> None:
    assert schema.validate(etree.fromstring(f'<Document xmlns="{SPACE}">{content}</Document>')) is valid


@pytest.mark.parametrize("component", [OddPeriod, OddFacet, OddUnion])
def test_builder_refuses_when_metadata_says_what_it_does_not_know(component: type) -> None:
    with pytest.raises(UnknownMetadata):
        SchemaBuilder(SPACE, globals()).root("Document", component)


def test_definitions_are_those_of_the_product_when_both_are_compared() -> None:
    assert set(DEFINITIONS) == {*ANSWERS, *ANSWERS.values(), *HEADERS}


def test_same_bytes_when_a_schema_is_built_twice() -> None:
    assert build_schema("pacs.002.001.10") == build_schema("pacs.002.001.10")


def test_folder_holds_every_schema_and_no_other_when_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "pacs.008.001.01.xsd").write_text("stale")
    assert write_schemas(tmp_path) == len(DEFINITIONS)
    assert {path.stem for path in tmp_path.iterdir()} == set(DEFINITIONS)
    for path in tmp_path.iterdir():
        etree.XMLSchema(etree.parse(str(path)))
