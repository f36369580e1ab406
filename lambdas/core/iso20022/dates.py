"""Rules for dates.

Settlement and execution dates are held against the message's own creation date and not against today: a message that
waited in a queue, or is sent again from an archive, means what it meant when it was made. Only a creation date in the
future is held against today.
"""

from datetime import date, timedelta

from lambdas.core.iso20022.assessment import Reason
from lambdas.core.iso20022.message import Located
from lambdas.core.iso20022.reason_codes import ReasonCode

SETTLEMENT_DAYS_AHEAD = 90
EXECUTION_DAYS_AHEAD = 365
# The sender's local date may be a day ahead of UTC's.
CREATION_DAYS_AHEAD = 1


def calendar_date(text: str) -> date | None:
    """The date that an ISO date or date and time starts with; None if that is no day of the Gregorian calendar."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def check_creation(created_at: Located, today: date) -> Reason | None:
    """The message was made on a calendar day, at most one day after `today`."""
    created = calendar_date(created_at.value)
    if created is None:
        return Reason(ReasonCode.INVALID_CREATION_DATE, created_at.path, "expected a date of the calendar")
    if created > today + timedelta(days=CREATION_DAYS_AHEAD):
        return Reason(ReasonCode.INVALID_CREATION_DATE, created_at.path, "a message is not made in the future")
    return None


def check_settlement(settlement: Located, created: date) -> Reason | None:
    """Not before the day on which the message was made, nor more than SETTLEMENT_DAYS_AHEAD days after it."""
    day = calendar_date(settlement.value)
    if day is None:
        return Reason(ReasonCode.INVALID_DATE, settlement.path, "expected a date of the calendar")
    if day < created:
        text = "a settlement date is not before the day on which the message was created"
        return Reason(ReasonCode.INVALID_DATE, settlement.path, text)
    if (day - created).days > SETTLEMENT_DAYS_AHEAD:
        text = f"a settlement date is at most {SETTLEMENT_DAYS_AHEAD} days after the day of creation"
        return Reason(ReasonCode.FUTURE_DATE_NOT_SUPPORTED, settlement.path, text)
    return None


def check_execution(execution: Located, created: date) -> Reason | None:
    """Not before the day on which the message was made, nor more than EXECUTION_DAYS_AHEAD days after it."""
    day = calendar_date(execution.value)
    if day is None:
        return Reason(ReasonCode.INVALID_DATE, execution.path, "expected a date of the calendar")
    if day < created:
        text = "a requested execution date is not before the day on which the message was created"
        return Reason(ReasonCode.EXECUTION_DATE_IN_THE_PAST, execution.path, text)
    if (day - created).days > EXECUTION_DAYS_AHEAD:
        text = f"a requested execution date is at most {EXECUTION_DAYS_AHEAD} days after the day of creation"
        return Reason(ReasonCode.EXECUTION_DATE_TOO_FAR_AHEAD, execution.path, text)
    return None
