"""How many decimals a currency has (ISO 4217, list one): those that have not two."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

_OTHER = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS = {currency: decimals for decimals, currencies in _OTHER.items() for currency in currencies.split()}
_USUAL = 2


def minor(amount: Decimal, currency: str) -> Decimal:
    """The amount in minor units; with a fraction left where it has more decimals than its currency."""
    return amount.scaleb(_DECIMALS.get(currency, _USUAL))
