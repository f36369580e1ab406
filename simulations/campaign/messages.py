"""Messages that clients of the campaign send: good ones, and ones that are refused for a reason."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from simulations.traffic.files import read_message_file
from simulations.traffic.payments import CREDITOR_IBAN, DEBTOR_AGENT, DEFINITION, NAMESPACES, credit_transfer
from simulations.traffic.references import OwnReferences
from simulations.traffic.samples import SAMPLES

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence

_NAMESPACE = f"{NAMESPACES}{DEFINITION}"
# Its net debit cap is zero: it pays nothing that it has not received.
POOR_AGENT = "POORLULLXXX"
_BODY, _HEADER, _PAYMENT, _COUNT = (
    f"{{{_NAMESPACE}}}{name}" for name in ("FIToFICstmrCdtTrf", "GrpHdr", "CdtTrfTxInf", "NbOfTxs")
)


class Variety(StrEnum):
    """What becomes of a message if nothing goes wrong."""

    GOOD = "good"
    """One payment, which settles."""
    PART = "part"
    """Three payments, of which the second is refused for its IBAN."""
    POOR = "poor"
    """Refused: no funds."""
    WRONG = "wrong"
    """Refused: an IBAN's check digits."""
    INITIATION = "initiation"
    """A pain.001: three payments, which settle, under a deadline of their own."""
    INSTITUTIONS = "institutions"
    """A pacs.009: a transfer between institutions, which settles."""
    TEXT = "text"
    """Refused: no message at all."""


CREDIT_TRANSFERS = frozenset({Variety.GOOD, Variety.PART, Variety.POOR, Variety.WRONG})
"""Those of which a cancellation or a return can be made here."""


def message(variety: Variety, randomness: random.Random) -> bytes:
    """A message with ids of its own."""
    return _MAKERS[variety](randomness)


def batch(messages: Sequence[bytes]) -> bytes:
    """One message with the payments of several."""
    ET.register_namespace("", _NAMESPACE)
    first, *others = (ET.fromstring(each) for each in messages)  # noqa: S314 made here a moment ago
    body = first.find(_BODY)
    count = first.find(f"{_BODY}/{_HEADER}/{_COUNT}")
    if body is None or count is None:
        raise ValueError("expected credit transfers of simulations.traffic.payments")
    body.extend(copy.deepcopy(payment) for other in others for payment in other.iter(_PAYMENT))
    count.text = str(len(messages))
    written: bytes = ET.tostring(first, encoding="UTF-8", xml_declaration=True)
    return written


def _sample(name: str, randomness: random.Random) -> bytes:
    return OwnReferences(randomness).of(read_message_file(SAMPLES / name)).body


def _good(randomness: random.Random) -> bytes:
    return credit_transfer(randomness, datetime.now(UTC))


def _wrong(transfer: bytes) -> bytes:
    return transfer.replace(CREDITOR_IBAN.encode(), f"DE88{CREDITOR_IBAN[4:]}".encode())


def _part(randomness: random.Random) -> bytes:
    return batch([_good(randomness), _wrong(_good(randomness)), _good(randomness)])


_MAKERS: Mapping[Variety, Callable[[random.Random], bytes]] = {
    Variety.GOOD: _good,
    Variety.PART: _part,
    Variety.POOR: lambda randomness: _good(randomness).replace(DEBTOR_AGENT.encode(), POOR_AGENT.encode()),
    Variety.WRONG: lambda randomness: _wrong(_good(randomness)),
    Variety.INITIATION: lambda randomness: _sample("09-initiation.xml", randomness),
    Variety.INSTITUTIONS: lambda randomness: _sample("08-between-institutions.xml", randomness),
    Variety.TEXT: lambda randomness: f"no message, {randomness.getrandbits(64):x}".encode(),
}
