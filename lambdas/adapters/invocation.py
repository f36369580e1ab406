"""What Lambda says of an invocation."""

from typing import Protocol


class Invocation(Protocol):
    """The handler's context object, as far as the functions ask it.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    def get_remaining_time_in_millis(self) -> int:
        """Until the function's timeout."""
