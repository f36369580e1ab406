"""The clock and the randomness of the machine."""

import uuid
from datetime import UTC, datetime


class SystemClock:
    """Clock over the machine's."""

    def now(self) -> datetime:
        """UTC, cut to whole milliseconds."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class RandomIds:
    """IdSource over the machine's randomness."""

    def new_transaction_id(self) -> str:
        """A UUID version 4."""
        return str(uuid.uuid4())
