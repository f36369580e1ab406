"""What a ledger's database is to hold: the document that the foundation's stack exports as `ledger`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_USER = re.compile(r"[a-z][a-z0-9_]{1,62}")
_ROLE_ARN = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+")


class PlanError(Exception):
    """The document is not what the foundation exports. One line."""


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """`caps_minor`: participant to currency to net debit cap. `role_arns`: who may connect as `user` by IAM.

    `observer` is a user that may connect and nothing else, `observer_role_arns` are who may connect as it.
    """

    endpoints: Mapping[str, str]
    database: str
    user: str
    role_arns: tuple[str, ...]
    caps_minor: Mapping[str, Mapping[str, int]]
    observer: str = "twinrail_observer"
    observer_role_arns: tuple[str, ...] = ()


def read_plan(text: str) -> LedgerPlan:
    """The plan in a JSON text. Raises PlanError."""
    try:
        document = json.loads(text)
        plan = LedgerPlan(
            endpoints={str(region): str(host) for region, host in document["endpoints"].items()},
            database=str(document["database"]),
            user=str(document["user"]),
            role_arns=tuple(str(arn) for arn in document["role_arns"]),
            caps_minor={
                str(bic): {str(currency): int(cap) for currency, cap in caps.items()}
                for bic, caps in document["participants"].items()
            },
            observer=str(document["observer"]),
            observer_role_arns=tuple(str(arn) for arn in document["observer_role_arns"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlanError(f"no export `ledger` of a foundation's stack: {error!r}") from error
    # Both stand in statements that take no parameters.
    users, arns = (plan.user, plan.observer), (*plan.role_arns, *plan.observer_role_arns)
    if not all(map(_USER.fullmatch, users)) or not all(map(_ROLE_ARN.fullmatch, arns)):
        raise PlanError("no export `ledger` of a foundation's stack: a user or a role that is no name")
    return plan
