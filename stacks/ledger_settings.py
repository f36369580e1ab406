"""The settings of an environment's ledger: who has settlement accounts, and what each may owe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from components.payment.ledger import MAXIMUM_CAP_MINOR, PARTICIPANTS_LIMIT, LedgerSettings

if TYPE_CHECKING:
    from components.payment.ledger import SslMode
    from stacks.settings_file import Section

_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def read_ledger(section: Section) -> LedgerSettings:
    """The ledger's settings.

    Raises:
        SettingsError: something in the section breaks a rule.

    """
    modes: dict[str, SslMode] = {"disable": "disable", "require": "require", "verify-full": "verify-full"}
    participants = section.section("participants")
    if not 1 <= len(participants.values) <= PARTICIPANTS_LIMIT:
        section.refuse("participants", f"{len(participants.values)} participants", f"1 to {PARTICIPANTS_LIMIT}")
    return LedgerSettings(
        sslmode=section.choice("sslmode", modes),
        participants={bic: _caps(participants, bic) for bic in participants.values},
    )


def _caps(participants: Section, bic: str) -> dict[str, int]:
    if not _BIC.fullmatch(bic):
        participants.refuse(bic, "no BIC without branch", "4 letters or digits, a country, 2 letters or digits")
    caps = participants.section(bic)
    for currency in caps.values:
        if not _CURRENCY.fullmatch(currency):
            caps.refuse(currency, "no currency", "its ISO 4217 code")
    return {currency: caps.whole(currency, 0, MAXIMUM_CAP_MINOR) for currency in caps.values}
