"""Rules for financial institutions: the form of a BIC (ISO 9362)."""

import re

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.countries import COUNTRIES
from lambdas.core.iso20022.message import PartyValue
from lambdas.core.iso20022.reason_codes import ReasonCode

_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", re.ASCII)


def check_bic(bic: PartyValue) -> Reason | None:
    """Four characters of the party, an ISO 3166 country, two of the location, and three of the branch or none."""
    if _BIC.fullmatch(bic.value) is None:
        text = f"a BIC has 8 or 11 upper-case letters and digits, the country fifth; it has {len(bic.value)} characters"
        return Reason(ReasonCode.WRONG_BIC_FORMAT, bic.path, text)
    if bic.value[4:6] not in COUNTRIES:
        text = "characters 5 and 6 of a BIC are an ISO 3166 country code; these are none"
        return Reason(ReasonCode.WRONG_BIC_FORMAT, bic.path, text)
    return None
