"""What ends the reading of a message: the reasons, and what was understood until then."""

from lxml import etree

from lambdas.core.iso20022.assessment import BusinessHeader, Reason
from lambdas.core.iso20022.reason_codes import ReasonCode


class Refused(Exception):
    """The message cannot be judged any further.

    claimed_definition: the best known name of what the message is; header: its AppHdr, where that was valid;
    document: its Document, from which the answer takes what it can.
    """

    def __init__(
        self,
        *reasons: Reason,
        claimed_definition: str | None = None,
        header: BusinessHeader | None = None,
        document: etree._Element | None = None,
    ) -> None:
        super().__init__(reasons[0].text)
        self.reasons = reasons
        self.claimed_definition = claimed_definition
        self.header = header
        self.document = document


def malformed(text: str, path: str = "") -> Refused:
    """A refusal with ISO's code for an incomplete or invalid file format."""
    return Refused(Reason(ReasonCode.INVALID_FILE_FORMAT, path, text))
