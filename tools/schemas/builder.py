"""Builds the schema of one message definition."""

import dataclasses
import enum
import importlib
import typing
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from lxml import etree

from tools.schemas.definitions import root_class
from tools.schemas.types import Field, UnknownMetadata, read_field

_XS = "http://www.w3.org/2001/XMLSchema"


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XS}}}{tag}", attributes)


def _restrict(parent: etree._Element, base: str, field: Field) -> None:
    restriction = _add(parent, "restriction", base=base)
    for facet in field.facets:
        _add(restriction, facet.name, value=facet.value)


class SchemaBuilder:
    """Writes each component that the root reaches once, in the order in which it is first met."""

    def __init__(self, namespace: str, names: Mapping[str, object]) -> None:
        self._names = dict(names)
        self._written: set[type] = set()
        self.schema = etree.XML(f"<xs:schema xmlns:xs={quoteattr(_XS)} xmlns={quoteattr(namespace)}/>")
        self.schema.set("targetNamespace", namespace)
        self.schema.set("elementFormDefault", "qualified")

    def root(self, tag: str, component: type) -> None:
        """Declare the document's root element and every type below it."""
        _add(self.schema, "element", name=tag, type=component.__name__)
        self._component(component)

    def _component(self, component: type) -> None:
        if component in self._written:
            return
        self._written.add(component)
        if issubclass(component, enum.Enum):
            self._enumeration(component)
            return
        fields = self._fields(component)
        if any(field.kind == "Text" for field in fields):
            self._simple_content(component, fields)
        else:
            self._complex_content(component, fields)

    def _fields(self, component: type) -> list[Field]:
        if not dataclasses.is_dataclass(component):
            raise UnknownMetadata(f"{component!r} is no dataclass")
        hints = typing.get_type_hints(component, self._names)
        return [read_field(field, hints[field.name]) for field in dataclasses.fields(component)]

    def _enumeration(self, component: type[enum.Enum]) -> None:
        restriction = _add(_add(self.schema, "simpleType", name=component.__name__), "restriction", base="xs:string")
        for member in component:
            _add(restriction, "enumeration", value=str(member.value))

    def _simple_content(self, component: type, fields: list[Field]) -> None:
        complex_type = _add(self.schema, "complexType", name=component.__name__)
        content = next(field for field in fields if field.kind == "Text")
        base = f"{component.__name__}_SimpleType"
        _restrict(_add(self.schema, "simpleType", name=base), self._type_name(content), content)
        extension = _add(_add(complex_type, "simpleContent"), "extension", base=base)
        for field in fields:
            if field.kind == "Attribute":
                self._attribute(extension, field)

    def _attribute(self, extension: etree._Element, field: Field) -> None:
        attribute = _add(extension, "attribute", name=field.name, use="required" if field.required else "optional")
        if field.component is None:
            _restrict(_add(attribute, "simpleType"), self._type_name(field), field)
        else:
            attribute.set("type", self._type_name(field))

    def _type_name(self, field: Field) -> str:
        if field.component is None:
            return f"xs:{field.primitive}"
        self._component(field.component)
        return field.component.__name__

    def _complex_content(self, component: type, fields: list[Field]) -> None:
        # ISO 20022 names every choice component so and nothing else; the metadata tells no choice from a sequence.
        is_choice = component.__name__.endswith("Choice")
        complex_type = _add(self.schema, "complexType", name=component.__name__)
        group = _add(complex_type, "choice" if is_choice else "sequence")
        for field in fields:
            if field.kind == "Wildcard":
                _add(group, "any", namespace=field.wildcard_namespace, processContents="lax")
            elif field.kind == "Element":
                self._element(group, field, is_choice=is_choice)
            else:
                raise UnknownMetadata(f"{component.__name__}.{field.name}: {field.kind} beside elements")

    def _element(self, group: etree._Element, field: Field, *, is_choice: bool) -> None:
        element = _add(group, "element", name=field.name)
        # The metadata calls every member of a choice optional; the choice is between members that are there.
        minimum = max(1, field.minimum) if is_choice else field.minimum
        if minimum != 1:
            element.set("minOccurs", str(minimum))
        if field.maximum != 1:
            element.set("maxOccurs", "unbounded" if field.maximum is None else str(field.maximum))
        if field.component is None and field.facets:
            _restrict(_add(element, "simpleType"), self._type_name(field), field)
        else:
            element.set("type", self._type_name(field))


def build_schema(definition: str) -> bytes:
    """The XSD of a definition such as "pacs.008.001.08", as UTF-8; the same bytes every time.

    Raises ModuleNotFoundError when pyiso20022 has no such definition, UnknownMetadata when it says something new.
    """
    name = definition.replace(".", "_")
    module = importlib.import_module(f"pyiso20022.{definition[:4]}.{name}.{name}")
    component = getattr(module, root_class(definition))
    builder = SchemaBuilder(str(module.__NAMESPACE__), vars(module))
    builder.root(root_class(definition), component)
    return etree.tostring(builder.schema, pretty_print=True, xml_declaration=True, encoding="UTF-8")
