"""How many values a tenant may see in a minute."""

from datetime import datetime

MINUTE_SECONDS = 60


def minute_of(at: datetime) -> int:
    """The minute that a moment belongs to, counted since 1970."""
    return int(at.timestamp()) // MINUTE_SECONDS


def seconds_left(at: datetime) -> int:
    """Whole seconds to the next minute: 1 to 60."""
    return MINUTE_SECONDS - int(at.timestamp()) % MINUTE_SECONDS
