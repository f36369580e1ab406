"""Random damage to a message, from a seed: the same seed does the same damage."""

import copy
import random
from collections.abc import Callable

from lxml import etree

_VALUES = (
    "", " ", "X" * 36, "X" * 141, "-1", "1.123456", "99999999999999999999", "usd", "2026-13-01", "2026-02-30", "true",
    "GB33BUKB20201555555555", "\u00e9", "b94458f8-1f27-40e9-bf74-b07cbb33943Z", "0", "1e5", "NaN", "0001-01-01",
    "2026-01-12T24:00:00", "' is not accepted by the pattern 'Borealis Cycles SARL'.", "9999-12-31",
)  # fmt: skip


def damaged_bytes(body: bytes, seed: int) -> bytes:
    """The message with up to four of its bytes changed, lost, added or cut off."""
    chance = random.Random(seed)
    damaged = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(damaged)) if damaged else 0
        match chance.randrange(4):
            case 0:
                damaged[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del damaged[place : place + chance.randint(1, 40)]
            case 2:
                damaged[place:place] = chance.randbytes(chance.randint(1, 4))
            case _:
                del damaged[place:]
    return bytes(damaged)


def _remove(element: etree._Element, _root: etree._Element, _chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _repeat(element: etree._Element, _root: etree._Element, _chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.insert(parent.index(element), copy.deepcopy(element))


def _revalue(element: etree._Element, _root: etree._Element, chance: random.Random) -> None:
    element.text = chance.choice(_VALUES)


def _graft(element: etree._Element, root: etree._Element, chance: random.Random) -> None:
    target = chance.choice(list(root.iter()))
    target.insert(chance.randrange(len(target) + 1), copy.deepcopy(element))


def _rename(element: etree._Element, root: etree._Element, chance: random.Random) -> None:
    tags = [each.tag for each in root.iter()] + ["BorealisCyclesSARL", "{urn:other}AlderFinch"]
    element.tag = chance.choice(tags)


def _reattribute(element: etree._Element, _root: etree._Element, chance: random.Random) -> None:
    element.set(chance.choice(["Ccy", "BorealisCyclesSARL"]), chance.choice(["EUR", "eur", "", "XAU", "EUQ"]))


def _swap(element: etree._Element, root: etree._Element, chance: random.Random) -> None:
    other = chance.choice(list(root.iter()))
    element.text, other.text = other.text, element.text


_DAMAGES: tuple[Callable[[etree._Element, etree._Element, random.Random], None], ...] = (
    _remove,
    _repeat,
    _revalue,
    _revalue,
    _graft,
    _rename,
    _reattribute,
    _swap,
)


def damaged_tree(body: bytes, seed: int) -> bytes:
    """The message, still XML, with up to three of its elements changed."""
    chance = random.Random(seed)
    root = etree.fromstring(body)
    for _ in range(chance.randint(1, 3)):
        element = chance.choice(list(root.iter())[1:] or [root])
        chance.choice(_DAMAGES)(element, root, chance)
    return etree.tostring(root)
