"""All rules over all evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from simulations.checkers import agreement, endings, money

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.checkers.case import Case, Rule
    from simulations.checkers.evidence import Evidence

INVARIANTS: Mapping[str, Mapping[str, Rule]] = {"I1": endings.RULES, "I2": money.RULES, "I3": agreement.RULES}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A rule of an invariant that does not hold. transaction_id: None where it is of ledger or audit chain.

    detail: never a party's data.
    """

    invariant: str
    rule: str
    transaction_id: str | None
    detail: str

    def document(self) -> dict[str, str | None]:
        """JSON form."""
        return asdict(self)


def check_hub(evidence: Evidence, *, all_ended: bool) -> tuple[Mismatch, ...]:
    """Every mismatch, in the order of invariant, rule and transaction.

    all_ended: nothing moves any more, and so nothing may be open; otherwise what is open is judged as open.
    """
    found = [
        Mismatch("I2", violation.rule, None, f"{violation.rows} rows break it") for violation in evidence.violations
    ]
    found += [Mismatch("I5", broken.rule, None, broken.detail) for broken in evidence.broken_chains]
    for invariant, rules in INVARIANTS.items():
        found += _judged(invariant, rules, evidence.cases)
    if all_ended:
        found += _judged("I1", endings.AT_REST, evidence.cases)
    return tuple(sorted(found, key=lambda each: (each.invariant, each.rule, each.transaction_id or "")))


def _judged(invariant: str, rules: Mapping[str, Rule], cases: tuple[Case, ...]) -> Iterator[Mismatch]:
    for rule, holds in rules.items():
        for case in cases:
            if (detail := holds(case)) is not None:
                yield Mismatch(invariant, rule, case.transaction_id, detail)
