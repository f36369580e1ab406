"""Invariant I2, transaction by transaction: the ledger moved what the message asked for and the record says, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.checkers.case import REQUEST_TO_CANCEL, RETURN
from simulations.checkers.currencies import minor
from simulations.checkers.ledger import Posting
from simulations.checkers.statuses import Reserved, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.checkers.case import Case, Rule
    from simulations.checkers.ledger import LedgerEntry, Money
    from simulations.checkers.messages import AskedPayment


def _known(case: Case) -> str | None:
    if case.ledger is None or case.record is not None or case.malformed is not None:
        return None
    return f"{case.ledger.state} in the ledger, and no transaction"


def _settled(case: Case) -> str | None:
    if _status(case) is not Status.ACSC or _state(case) in {Reserved.POSTED, Reserved.RESERVED}:
        return None
    return f"ACSC, and {_state(case) or 'nothing'} in the ledger"


def _not_settled(case: Case) -> str | None:
    if _status(case) not in {Status.RJCT, Status.CANC} or _state(case) is not Reserved.POSTED:
        return None
    return f"{_status(case)}, and posted in the ledger"


def _outlived(case: Case) -> str | None:
    if case.record is None or not case.record.ended or _state(case) is not Reserved.RESERVED:
        return None
    return f"{case.record.status}, and still reserved in the ledger"


def _each_once(case: Case) -> str | None:
    if case.record is None or case.ledger is None or _status(case) is not Status.ACSC:
        return None
    settled = set() if case.family == REQUEST_TO_CANCEL else set(case.record.settled)
    moved = set(case.ledger.transfers)
    if moved == settled:
        return None
    return f"positions {_places(settled - moved)} without a transfer, {_places(moved - settled)} with one too many"


def _as_asked(case: Case) -> str | None:
    if case.ledger is None or not case.ledger.transfers or case.message is None:
        return None
    if case.asked is None:
        # Where it is not stored as it was, the archive's rule says so.
        return case.message.unreadable and f"its message cannot be read: {case.message.unreadable}"
    asked = dict(enumerate(case.asked.payments))
    for position, money in sorted(case.ledger.transfers.items()):
        payment = asked.get(position)
        if payment is None:
            return f"the message has no payment at position {position}"
        if different := _difference(payment, money, returned=case.family == RETURN):
            return f"at position {position} {different} is not the message's"
    return None


def _difference(payment: AskedPayment, money: Money, *, returned: bool) -> str | None:
    if payment.currency != money.currency:
        return "the currency"
    if payment.amount is None or minor(payment.amount, money.currency) != money.amount_minor:
        return "the amount"
    # A return names the institutions of the payment that it returns, or none: they are held against that one's.
    if returned or (payment.debtor, payment.creditor) == (money.debtor, money.creditor):
        return None
    return "an institution"


def _entered(case: Case) -> str | None:
    if case.ledger is None:
        return None
    moved = case.ledger.transfers.items() if case.ledger.state is Reserved.POSTED else ()
    expected = {each for position, money in moved for each in _both_sides(position, money)}
    wrong = {each.position for each in expected ^ case.ledger.postings}
    return f"postings at positions {_places(wrong)} are not those of their transfers" if wrong else None


def _both_sides(position: int, money: Money) -> tuple[Posting, Posting]:
    return (
        Posting(position, "debit", money.debtor, money.currency, -money.amount_minor),
        Posting(position, "credit", money.creditor, money.currency, money.amount_minor),
    )


def _taken(case: Case) -> str | None:
    # What a return bears is the payment that it returns: another rule's.
    if case.ledger is None or case.family == RETURN:
        return None
    counts = case.ledger.state is not Reserved.VOIDED or case.ledger.cancellation is not None
    expected = case.ledger.borne if counts else frozenset()
    if case.ledger.taken == expected:
        return None
    return f"{len(expected)} references are to be kept from others, {len(case.ledger.taken)} are or not the same"


def _cancelled(case: Case) -> str | None:
    if case.record is None or not case.record.ended:
        return None
    cancelled = case.ledger is not None and case.ledger.cancellation is not None
    if case.record.status is not Status.CANC:
        return f"{case.record.status}, and cancelled in the ledger" if cancelled else None
    if case.record.taken_over and not cancelled:
        # Given up as its client chose, by nobody's request; that nothing is held or posted is another rule's.
        return None
    if _state(case) is None:
        return "CANC, and nothing in the ledger"
    return None if cancelled or not _keeps_cancellations(case.ledger) else "CANC, and the ledger names no request"


def _requested(case: Case) -> str | None:
    cancellation = None if case.ledger is None else case.ledger.cancellation
    if cancellation is None:
        return None
    if _state(case) is not Reserved.VOIDED:
        return f"cancelled, and {_state(case)} in the ledger"
    if cancellation.request_state is not Reserved.POSTED or cancellation.request_transfers:
        return "the request that cancelled it is not in the ledger as one that succeeded"
    return None


def _request_done(case: Case) -> str | None:
    if case.family != REQUEST_TO_CANCEL or case.ledger is None or not _keeps_cancellations(case.ledger):
        return None
    done = bool(case.ledger.cancelled)
    if _status(case) is Status.ACSC and not done:
        return "a request to cancel is ACSC, and nothing was cancelled"
    if _status(case) is Status.RJCT and done:
        return "a request to cancel is RJCT, and something was cancelled"
    return None


def _named(case: Case) -> str | None:
    if case.ledger is None or case.ledger.returns is None:
        return None
    returning = case.family == RETURN and case.ledger.state is not Reserved.VOIDED
    expected = set(case.ledger.transfers) if returning else set()
    named = {each.position for each in case.ledger.returns}
    if named == expected:
        return None
    return f"positions {_places(named ^ expected)} return something and do not say what, or say so and return nothing"


def _given_back(case: Case) -> str | None:
    for each in () if case.ledger is None else case.ledger.returns or ():
        money = None if case.ledger is None else case.ledger.transfers.get(each.position)
        if money is None:
            continue
        if each.original is None or each.original_state is not Reserved.POSTED:
            return f"at position {each.position} what is returned was never posted"
        if not _returns(money, each.original):
            return f"at position {each.position} more is returned than was moved, or to another"
    return None


def _returns(money: Money, original: Money) -> bool:
    back = original.reversed
    same = (money.debtor, money.creditor, money.currency) == (back.debtor, back.creditor, back.currency)
    return same and money.amount_minor <= back.amount_minor


def _keeps_cancellations(ledger: LedgerEntry | None) -> bool:
    return ledger is not None and ledger.cancelled is not None


def _status(case: Case) -> Status | None:
    return None if case.record is None else case.record.status


def _state(case: Case) -> Reserved | None:
    return None if case.ledger is None else case.ledger.state


def _places(positions: set[int]) -> str:
    return ", ".join(str(each) for each in sorted(positions)) or "none"


RULES: Mapping[str, Rule] = {
    "what is in the ledger has a transaction": _known,
    "what settled is posted": _settled,
    "what did not settle is not posted": _not_settled,
    "no reservation outlives its transaction": _outlived,
    "each settled payment has one transfer": _each_once,
    "a transfer is what its payment asked for": _as_asked,
    "postings are those of their transfers": _entered,
    "a payment's references are taken for as long as it counts": _taken,
    "what is cancelled is CANC in both": _cancelled,
    "a cancellation has its request": _requested,
    "an accepted request to cancel has cancelled, and no other has": _request_done,
    "a return names what it returns": _named,
    "a return gives back what was moved, to whom it came from": _given_back,
}
