"""Message definitions that the hub takes in, and the definition of the answer to each: that of the same ISO release."""

import re
from collections.abc import Mapping

NAMESPACE_PREFIX = "urn:iso:std:iso:20022:tech:xsd:"

ANSWERS: Mapping[str, str] = {
    "pacs.008.001.08": "pacs.002.001.10",
    "pacs.008.001.09": "pacs.002.001.11",
    "pacs.008.001.10": "pacs.002.001.12",
    "pacs.008.001.11": "pacs.002.001.13",
    "pacs.008.001.12": "pacs.002.001.14",
    "pacs.008.001.13": "pacs.002.001.15",
    "pacs.009.001.08": "pacs.002.001.10",
    "pacs.009.001.09": "pacs.002.001.11",
    "pacs.009.001.10": "pacs.002.001.12",
    "pacs.009.001.11": "pacs.002.001.14",
    "pacs.009.001.12": "pacs.002.001.15",
    "pacs.004.001.09": "pacs.002.001.10",
    "pacs.004.001.10": "pacs.002.001.11",
    "pacs.004.001.11": "pacs.002.001.12",
    "pacs.004.001.13": "pacs.002.001.14",
    "pacs.004.001.14": "pacs.002.001.15",
    "pain.001.001.09": "pain.002.001.10",
    "pain.001.001.10": "pain.002.001.11",
    "pain.001.001.11": "pain.002.001.12",
    "pain.001.001.12": "pain.002.001.14",
    "camt.056.001.08": "camt.029.001.09",
    "camt.056.001.09": "camt.029.001.10",
    "camt.056.001.10": "camt.029.001.11",
    "camt.056.001.11": "camt.029.001.13",
}
HEADERS = ("head.001.001.01", "head.001.001.02", "head.001.001.03", "head.001.001.04")
# A header without a namespace says nothing of its version; .02 is the one that CBPR+, FedNow and T2 use.
DEFAULT_HEADER = "head.001.001.02"
# The answer to what is no message at all.
FALLBACK_ANSWER = "pacs.002.001.15"

_NAME = re.compile(r"[a-z]{4}\.\d{3}\.\d{3}\.\d{2}", re.ASCII)


def is_definition_name(text: str) -> bool:
    """Whether the text has the form of a message definition identifier, such as "pacs.008.001.08"."""
    return _NAME.fullmatch(text) is not None


def family(definition: str) -> str:
    """The message without its version: "pacs.008" of "pacs.008.001.08"."""
    return definition[:8]


def versions(of_family: str) -> tuple[str, ...]:
    """The supported definitions of a family, oldest first; empty when the family is not supported."""
    return tuple(definition for definition in ANSWERS if family(definition) == of_family)


def answer_definition(definition: str | None, claimed: str | None) -> str:
    """The definition of the answer: the paired one, or the newest of the family that an unsupported version claims.

    definition: a supported one, or None if the message cannot be recognised; then `claimed` is the best known name.
    """
    if definition is not None:
        return ANSWERS[definition]
    if claimed is None:
        return FALLBACK_ANSWER
    if claimed in ANSWERS:
        return ANSWERS[claimed]
    known = versions(family(claimed))
    return ANSWERS[known[-1]] if known else FALLBACK_ANSWER


def supported() -> str:
    """All supported definitions in one line, for a reader: "pacs.008.001.08 to .13, ..."."""
    families = dict.fromkeys(family(definition) for definition in ANSWERS)
    return ", ".join(f"{versions(name)[0]} to .{versions(name)[-1][-2:]}" for name in families)
