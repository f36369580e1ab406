"""Settlement accounts of the participants, as an environment's settings list them."""

from collections.abc import Mapping

import psycopg

OPEN_ACCOUNT = """
INSERT INTO ledger.accounts (participant, currency, net_debit_cap_minor) VALUES (%s, %s, %s)
ON CONFLICT (participant, currency) DO UPDATE SET net_debit_cap_minor = excluded.net_debit_cap_minor
"""


class CapInUse(Exception):
    """A participant owes more than the cap that it is to get."""


def open_accounts(
    connection: psycopg.Connection[tuple[object, ...]], caps_minor: Mapping[str, Mapping[str, int]]
) -> int:
    """Open every account that is not there, and give each its cap; how many accounts were named.

    An account that the settings no longer name stays as it is: it may hold money. Raises CapInUse.
    """
    named = [(bic, currency, cap) for bic, caps in caps_minor.items() for currency, cap in caps.items()]
    for bic, currency, cap in named:
        try:
            connection.execute(OPEN_ACCOUNT, (bic, currency, cap))
        except psycopg.errors.CheckViolation as error:
            raise CapInUse(f"{bic} {currency}: it uses more than a cap of {cap} would allow") from error
    return len(named)
