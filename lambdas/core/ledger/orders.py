"""What a payment asks of the ledger, and by which references it is known for ever."""

import json
from dataclasses import dataclass

# ISO's word in a mandatory reference that the sender has not got: it identifies nothing.
NOT_PROVIDED = "NOTPROVIDED"


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """One payment of a message. `position` is its place in the message, from 0.

    debtor_agent, creditor_agent: BICs, None where the message names none. amount_minor: None where it is no exact
    amount or passes what the ledger takes. identities: see `business_identities`.
    """

    position: int
    debtor_agent: str | None
    creditor_agent: str | None
    currency: str
    amount_minor: int | None
    identities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """One payment that a message wants to give back. identities: those of the payment that is returned.

    returned_by: the BIC of who returns it, None where the message names none. amount_minor: as in `TransferOrder`.
    """

    position: int
    identities: tuple[str, ...]
    returned_by: str | None
    currency: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class CancellationOrder:
    """One payment that a message asks to cancel. identities: those of the payment that is to be cancelled.

    currency, amount_minor: what the request says the payment's amount is; without a currency it says nothing.
    """

    position: int
    identities: tuple[str, ...]
    currency: str | None
    amount_minor: int | None


def business_identities(
    *, uetr: str | None, instructing_agent: str | None, message_id: str | None, payment_transaction_id: str | None
) -> tuple[str, ...]:
    """Texts that only one payment may bear: its UETR, and the instructing agent with message and transaction id.

    JSON lists, because ids may hold any separator. An 8-character BIC is that of the head office (XXX, ISO 9362).
    """
    found: list[list[str]] = []
    if uetr is not None:
        found.append(["uetr", uetr.lower()])
    given = (instructing_agent, message_id, payment_transaction_id)
    agent, message, payment = given
    if agent is not None and message is not None and payment is not None and NOT_PROVIDED not in given:
        found.append(["reference", agent.ljust(11, "X"), message, payment])
    return tuple(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in found)
