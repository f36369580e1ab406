"""What must hold of the whole ledger at any moment; what does not, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lambdas.core.ledger.accounts import Account, AccountKey


@dataclass(frozen=True, slots=True)
class LedgerBooks:
    """One consistent view. `posted` and `reserved` are sums over postings and over open transfers, by account."""

    accounts: Sequence[Account]
    posted: Mapping[AccountKey, int]
    reserved: Mapping[AccountKey, int]


def violations(books: LedgerBooks) -> tuple[str, ...]:
    """Every broken rule in words; empty when the books are right.

    Postings sum to zero in every currency; each balance is the sum of its postings, each reservation that of its open
    transfers; no account owes more than its cap, reservations counted as paid.
    """
    return (*_currencies(books), *_accounts(books))


def _currencies(books: LedgerBooks) -> tuple[str, ...]:
    sums: dict[str, int] = {}
    for (_, currency), amount_minor in books.posted.items():
        sums[currency] = sums.get(currency, 0) + amount_minor
    return tuple(f"postings in {currency} sum to {total}, not 0" for currency, total in sorted(sums.items()) if total)


def _accounts(books: LedgerBooks) -> tuple[str, ...]:
    found: list[str] = []
    known = {account.key for account in books.accounts}
    unknown = sorted((books.posted.keys() | books.reserved.keys()) - known)
    found += [f"{participant} {currency} has entries and is no account" for participant, currency in unknown]
    for account in books.accounts:
        name = f"{account.participant} {account.currency}"
        posted, reserved = books.posted.get(account.key, 0), books.reserved.get(account.key, 0)
        if account.balance_minor != posted:
            found.append(f"{name}: the balance is {account.balance_minor}, its postings sum to {posted}")
        if account.reserved_minor != reserved:
            found.append(f"{name}: {account.reserved_minor} is reserved, its open transfers sum to {reserved}")
        if account.available_minor < 0:
            found.append(f"{name}: {-account.available_minor} beyond its net debit cap")
    return tuple(found)
