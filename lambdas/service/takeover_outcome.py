"""What became of a lost Region's transaction."""

from lambdas.service.outcome import Outcome


class TakeoverOutcome(Outcome):
    """How one look at it ended."""

    REDRIVEN = "redriven"
    AWAITS_MESSAGE = "awaits_message"
    CANCELLED = "cancelled"
    SETTLED = "settled"
    TOLD_AGAIN = "told_again"
    ALREADY_ENDED = "already_ended"
    LEFT = "left_to_its_region"
    FENCED = "fenced"
    CHANGED = "changed_meanwhile"
