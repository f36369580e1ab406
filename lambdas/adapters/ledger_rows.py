"""Rows of the ledger as what core calls them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from lambdas.core.ledger.decisions import Transfer


def transfer_of(*columns: object) -> Transfer:
    """A transfer from its position, debtor, creditor, currency, amount and identities."""
    position, debtor, creditor, currency, amount, identities = columns
    return Transfer(
        int(str(position)), str(debtor), str(creditor), str(currency), int(str(amount)), _identities(identities)
    )


def moment(value: object) -> datetime:
    """A time of the database's own clock, in UTC."""
    if not isinstance(value, datetime):
        raise TypeError("expected a time from the ledger")
    return value.astimezone(UTC)


def _identities(text: object) -> tuple[str, ...]:
    return tuple(str(identity) for identity in json.loads(str(text)))
