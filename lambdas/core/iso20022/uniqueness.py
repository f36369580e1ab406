"""Rules for references: none stands twice in one message. The first payment that bears it keeps it."""

from collections.abc import Callable, Sequence

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.message import Located, Payment
from lambdas.core.iso20022.reason_codes import ReasonCode

# ISO's word in a mandatory reference that the sender has not got; it identifies nothing, so it may stand often.
NOT_PROVIDED = "NOTPROVIDED"

_REFERENCES: tuple[tuple[str, ReasonCode, Callable[[Payment], Located | None]], ...] = (
    ("UETR", ReasonCode.DUPLICATION, lambda payment: payment.uetr),
    ("transaction id", ReasonCode.DUPLICATION, lambda payment: payment.transaction_id),
    ("instruction id", ReasonCode.INSTRUCTION_ID_NOT_UNIQUE, lambda payment: payment.instruction_id),
    ("end-to-end id", ReasonCode.END_TO_END_ID_NOT_UNIQUE, lambda payment: payment.end_to_end_id),
)


def check_uniqueness(payments: Sequence[Payment]) -> dict[int, Reason]:
    """The reason against each payment, by its index, that repeats a reference of an earlier one."""
    reasons: dict[int, Reason] = {}
    for name, code, reference in _REFERENCES:
        seen: set[str] = set()
        for index, payment in enumerate(payments):
            located = reference(payment)
            if located is None or located.value == NOT_PROVIDED:
                continue
            if located.value in seen:
                text = f"the {name} is used once in a message; an earlier payment of this message has the same"
                reasons.setdefault(index, Reason(code, located.path, text))
            seen.add(located.value)
    return reasons
