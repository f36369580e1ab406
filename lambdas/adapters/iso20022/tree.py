"""Small steps over an element tree: names without namespaces, children with readable paths, text."""

from collections import Counter
from collections.abc import Iterator
from html import escape

from lxml import etree


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """The element's namespace; empty when it has none."""
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def children_with_paths(element: etree._Element, path: str) -> Iterator[tuple[etree._Element, str, str]]:
    """Each child, its local name and its path below `path`; `[n]`, from 1, where siblings share the name."""
    names = [local_name(child) for child in element]
    if len(set(names)) == len(names):
        for child, name in zip(element, names, strict=True):
            yield child, name, f"{path}/{name}"
        return
    total = Counter(names)
    seen: dict[str, int] = {}
    for child, name in zip(element, names, strict=True):
        seen[name] = seen.get(name, 0) + 1
        yield child, name, f"{path}/{name}[{seen[name]}]" if total[name] > 1 else f"{path}/{name}"


def text_of(element: etree._Element) -> str:
    """The element's own text; empty when it has none."""
    return element.text or ""


def descend(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first element found by following local names from `element`'s own namespace; None if the way ends."""
    for name in names:
        if element is None:
            return None
        prefix = element.tag.rpartition("}")[0]
        element = next(element.iterchildren(f"{prefix}}}{name}" if prefix else name), None)
    return element


def new_root(name: str, root_namespace: str) -> etree._Element:
    """An empty element with a default namespace, or with none where `root_namespace` is empty."""
    declaration = f' xmlns="{escape(root_namespace)}"' if root_namespace else ""
    return etree.XML(f"<{name}{declaration}/>")


def placed_in(source: etree._Element, target_namespace: str) -> etree._Element:
    """A copy of the tree in which every element of no namespace is in `target_namespace`."""
    target = new_root(local_name(source), target_namespace)
    _fill(target, source, target_namespace)
    return target


def _fill(target: etree._Element, source: etree._Element, target_namespace: str) -> None:
    target.text, target.tail = source.text, source.tail
    for name, value in source.attrib.items():
        target.set(str(name), str(value))
    for child in source:
        tag = child.tag if namespace(child) else f"{{{target_namespace}}}{child.tag}"
        _fill(etree.SubElement(target, tag), child, target_namespace)
