"""The codes of ISO 20022's ExternalPaymentCancellationRejection1Code set that this hub gives.

Source: ISO 20022 external code sets, as in `reason_codes`. Of a payment the set says that it was passed on or returned;
its codes for what was cancelled or refused before are those of requests to pay.
"""

from enum import StrEnum


class CancellationCode(StrEnum):
    """Why a payment is not cancelled."""

    NO_ORIGINAL = "NOOR"  # original transaction never received
    PASSED_ON = "PTNA"  # the payment instruction has been passed to the next agent
    ALREADY_RETURNED = "ARDT"
    NARRATIVE = "NARR"  # the reason is in the additional information
