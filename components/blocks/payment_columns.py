"""What a table says of a payment, wherever it is kept for those who ask about many: no name, no account."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PAYMENT_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "transaction_token": "string",
        "message_type": "string",
        "status": "string",
        "reason": "string",
        "currency": "string",
        "amount_minor": "bigint",
        "debtor_agent": "string",
        "creditor_agent": "string",
        "debtor_token": "string",
        "creditor_token": "string",
        "region": "string",
    }
)
"""Names to types of Hive. Tokens where a name or an account would be; amounts in minor units of the currency."""
