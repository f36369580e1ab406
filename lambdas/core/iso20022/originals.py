"""Rules for messages about other payments: each payment is named."""

from collections.abc import Iterator, Sequence

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.reason_codes import ReasonCode


def check_named(unnamed: Sequence[str]) -> Iterator[Reason]:
    """No part of the message means payments that it does not name: what an id alone means, two readers count
    differently."""
    for path in unnamed:
        text = "each payment is named by a TxInf of its own, and GrpCxl is not true; here payments are not named"
        yield Reason(ReasonCode.NARRATIVE, path, text)
