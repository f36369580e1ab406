"""The table of transitions."""

from itertools import product

import pytest

from lambdas.core.lifecycle import (
    TERMINAL_STATUSES,
    TRANSITIONS,
    IllegalTransition,
    TransactionStatus,
    require_transition,
)
from lambdas.core.steps import Step
from tests.unit.service.fakes import REGION, START, TRANSACTION_ID

ACCP, ACTC, ACSP, ACSC, RJCT, CANC = TransactionStatus
LISTED = {
    (ACCP, ACTC), (ACTC, ACSP), (ACSP, ACSC),
    (ACCP, RJCT), (ACTC, RJCT), (ACSP, RJCT),
    (ACCP, CANC), (ACTC, CANC), (ACSP, CANC),
}  # fmt: skip


@pytest.mark.parametrize(("current", "following"), sorted(LISTED))
def test_nothing_is_raised_when_the_table_lists_the_transition(
    current: TransactionStatus, following: TransactionStatus
) -> None:
    require_transition(current, following)


@pytest.mark.parametrize(("current", "following"), sorted(set(product(TransactionStatus, repeat=2)) - LISTED))
def test_it_raises_when_the_table_does_not_list_the_transition(
    current: TransactionStatus, following: TransactionStatus
) -> None:
    with pytest.raises(IllegalTransition) as raised:
        require_transition(current, following)
    assert (raised.value.current, raised.value.following) == (current, following)


def test_a_status_is_terminal_when_nothing_follows_it() -> None:
    assert frozenset({ACSC, RJCT, CANC}) == TERMINAL_STATUSES
    assert all(TRANSITIONS.values())


def test_a_step_cannot_be_made_when_the_table_does_not_list_it() -> None:
    with pytest.raises(IllegalTransition):
        Step(TRANSACTION_ID, frozenset({ACTC, ACSC}), RJCT, START, REGION)
