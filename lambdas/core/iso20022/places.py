"""Rules for countries (ISO 3166-1 alpha-2)."""

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.countries import COUNTRIES
from lambdas.core.iso20022.message import PartyValue
from lambdas.core.iso20022.reason_codes import AGENT_COUNTRY_CODES, COUNTRY_CODES, RESIDENCE_CODES, ReasonCode

_TEXT = "a country is an officially assigned ISO 3166 code of two letters; this one is not"


def check_country(country: PartyValue) -> Reason | None:
    """The country of an address exists; the code says whether it is a party's or a financial institution's."""
    if country.value in COUNTRIES:
        return None
    if country.of_agent:
        code = AGENT_COUNTRY_CODES.get(country.role, ReasonCode.INVALID_AGENT_COUNTRY)
    else:
        code = COUNTRY_CODES.get(country.role, ReasonCode.INVALID_COUNTRY)
    return Reason(code, country.path, _TEXT)


def check_residence(country: PartyValue) -> Reason | None:
    """The country of residence exists."""
    if country.value in COUNTRIES:
        return None
    return Reason(RESIDENCE_CODES.get(country.role, ReasonCode.INVALID_RESIDENCE), country.path, _TEXT)
