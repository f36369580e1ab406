"""The rules by which a payment gets points of risk, and from how many it is looked at or refused."""

from __future__ import annotations

from dataclasses import dataclass

HIGHEST = 100


@dataclass(frozen=True, slots=True)
class RiskRules:
    """Points from 0 to HIGHEST; a payment has those of every rule that it meets, or the model's if these are more.

    `large_amount_minor`: in minor units of whatever currency; from there an amount is large. `unknown_points`: for each
    party without a profile. `watched_points`: for each one on the list. `review_from`, `refuse_from`: points.
    """

    large_amount_minor: int
    large_amount_points: int
    unknown_points: int
    watched_points: int
    review_from: int
    refuse_from: int
