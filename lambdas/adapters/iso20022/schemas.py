"""The schemas that the build wrote beside this module: each compiled when it is first needed, and kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

_FOLDER = Path(__file__).parent / "xsd"
_XS = "{http://www.w3.org/2001/XMLSchema}"


class SchemaNotBuilt(Exception):
    """The schema of a supported definition is not there: `python -m tools.schemas` has not run."""


@dataclass(frozen=True, slots=True)
class Component:
    """What a complex type holds. children: in schema order, local name to its type's name ("" for a simple one)."""

    children: Mapping[str, str]
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """The component types of a definition by name, and the type of its root element."""

    root_type: str
    components: Mapping[str, Component]

    def names(self) -> frozenset[str]:
        """Every element name of the definition."""
        return frozenset(name for component in self.components.values() for name in component.children)


@cache
def _source(definition: str) -> etree._ElementTree:
    path = _FOLDER / f"{definition}.xsd"
    if not path.is_file():
        raise SchemaNotBuilt(f"{path} is missing; build the schemas (make build, or python -m tools.schemas)")
    return etree.parse(str(path))


@cache
def schema_of(definition: str) -> etree.XMLSchema:
    """The compiled schema of a definition such as "pacs.008.001.08". Raises SchemaNotBuilt."""
    return etree.XMLSchema(_source(definition))


@cache
def shape_of(definition: str) -> Shape:
    """The order of elements in a definition. Raises SchemaNotBuilt."""
    schema = _source(definition).getroot()
    components = {component.get("name", ""): _component(component) for component in schema.iter(f"{_XS}complexType")}
    root = schema.find(f"{_XS}element")
    if root is None:
        raise SchemaNotBuilt(f"the schema of {definition} declares no root element")
    return Shape(root.get("type", ""), components)


@cache
def names_of(definition: str) -> frozenset[str]:
    """Every element name that a definition knows, its root's included. Raises SchemaNotBuilt."""
    return shape_of(definition).names() | {"Document", "AppHdr"}


@cache
def attributes_of(definition: str) -> frozenset[str]:
    """Every attribute name that a definition knows. Raises SchemaNotBuilt."""
    return frozenset(name for component in shape_of(definition).components.values() for name in component.attributes)


def _component(complex_type: etree._Element) -> Component:
    children = {child.get("name", ""): child.get("type", "") for child in complex_type.iter(f"{_XS}element")}
    attributes = frozenset(attribute.get("name", "") for attribute in complex_type.iter(f"{_XS}attribute"))
    return Component(children, attributes)
