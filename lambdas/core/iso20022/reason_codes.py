"""The codes of ISO 20022's ExternalStatusReason1Code set that this hub gives.

Source: ISO 20022 external code sets (https://www.iso20022.org/catalogue-messages/additional-content-messages/
external-code-sets); the comment of each is the set's own meaning in short.
"""

from collections.abc import Mapping
from enum import StrEnum

from lambdas.core.iso20022.message import Role


class ReasonCode(StrEnum):
    """Why a message or a payment is refused."""

    SETTLEMENT_TIMEOUT = "AB03"  # settlement aborted due to timeout; the hub is the one that settles
    INVALID_ACCOUNT = (
        "AC01"  # whose account it is, the reason's path says; rulebooks expect this one for an invalid IBAN
    )
    INVALID_AGENT_COUNTRY = "AG04"
    INVALID_DEBTOR_AGENT_COUNTRY = "AG05"
    INVALID_CREDITOR_AGENT_COUNTRY = "AG06"
    ZERO_AMOUNT = "AM01"
    NOT_ALLOWED_CURRENCY = "AM03"  # a currency that cannot be processed
    NOT_ALLOWED_AMOUNT = "AM02"  # greater than the allowed maximum
    INSUFFICIENT_FUNDS = "AM04"
    DUPLICATION = "AM05"
    NO_ORIGINAL_PAYMENT = "AG09"  # original payment never received
    INCORRECT_AGENT = "AGNT"  # agent in the payment workflow is incorrect
    WRONG_AMOUNT = "AM09"  # amount is not the amount agreed or expected
    INVALID_CONTROL_SUM = "AM10"  # sum of instructed amounts does not equal the control sum
    INVALID_CURRENCY = "AM11"  # transaction currency invalid or missing
    INVALID_GROUP_CONTROL_SUM = "AM17"  # control sum at the payment information level is invalid
    INVALID_NUMBER_OF_TRANSACTIONS = "AM19"  # at the group level
    INVALID_GROUP_NUMBER_OF_TRANSACTIONS = "AM20"  # at the payment information level
    INVALID_COUNTRY = "BE09"
    INVALID_DEBTOR_COUNTRY = "BE10"
    INVALID_CREDITOR_COUNTRY = "BE11"
    INVALID_RESIDENCE = "BE12"
    INVALID_DEBTOR_RESIDENCE = "BE13"
    INVALID_CREDITOR_RESIDENCE = "BE14"
    INCORRECT_CURRENCY = "CURR"  # currency of the payment is incorrect
    CANCELLED = "DS02"  # an authorized user has cancelled the order
    EXECUTION_DATE_TOO_FAR_AHEAD = "CH03"
    EXECUTION_DATE_IN_THE_PAST = "CH04"
    WRONG_NUMBER_OF_DECIMALS = "CH20"  # number of decimals not compatible with the currency
    INVALID_DATE = "DT01"  # e.g. wrong settlement date
    INVALID_CREATION_DATE = "DT02"  # in the group header
    FUTURE_DATE_NOT_SUPPORTED = "DT04"
    END_TO_END_ID_NOT_UNIQUE = "DU04"
    INSTRUCTION_ID_NOT_UNIQUE = "DU05"
    INVALID_FILE_FORMAT = "FF01"
    NOT_RETURNABLE = "FF12"  # original payment is not eligible to be returned given its current status
    NARRATIVE = "NARR"  # the reason is in the additional information
    WRONG_BIC_FORMAT = "RC01"  # bank identifier code has an incorrect format
    INVALID_DEBTOR_AGENT = "RC03"  # debtor bank identifier is invalid or missing
    INVALID_CREDITOR_AGENT = "RC04"  # creditor bank identifier is invalid or missing


COUNTRY_CODES: Mapping[Role, ReasonCode] = {
    Role.DEBTOR: ReasonCode.INVALID_DEBTOR_COUNTRY,
    Role.CREDITOR: ReasonCode.INVALID_CREDITOR_COUNTRY,
}
AGENT_COUNTRY_CODES: Mapping[Role, ReasonCode] = {
    Role.DEBTOR: ReasonCode.INVALID_DEBTOR_AGENT_COUNTRY,
    Role.CREDITOR: ReasonCode.INVALID_CREDITOR_AGENT_COUNTRY,
}
RESIDENCE_CODES: Mapping[Role, ReasonCode] = {
    Role.DEBTOR: ReasonCode.INVALID_DEBTOR_RESIDENCE,
    Role.CREDITOR: ReasonCode.INVALID_CREDITOR_RESIDENCE,
}
