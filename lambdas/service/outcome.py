"""What became of a queue message: how the use cases behind queues end."""

from enum import StrEnum


class Outcome(StrEnum):
    """Every such use case has its own outcomes; each of them means that the message is done with."""

    @property
    def needs_attention(self) -> bool:
        """Whether the message had no effect on its transaction although it is not a mere repetition."""
        return self.value.startswith(("refused", "fenced", "ended_otherwise"))
