"""Which roles asked for what, as IAM decided it: action and resource, no body.

Only what acts by a role is noted. The engine, the tests and the emulator's own pollers act as the account itself.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple, TypedDict

SESSION = re.compile(r"arn:aws:sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/(?P<session>[^/]+)")
BUCKET = "arn:aws:s3:::"
IDENTIFIER = re.compile(r"[0-9a-f-]{32,}|\d{4,}")


class Authorization(NamedTuple):
    """One kind of decision. `session`: by the name that whoever took on the role gave; Lambda gives the function's."""

    role: str
    session: str
    action: str
    resource: str
    allowed: bool


class CountedAuthorization(TypedDict):
    """A kind of decision and how often it was made, as the gate reports it."""

    role: str
    session: str
    action: str
    resource: str
    allowed: bool
    count: int


class AuthorizationLog:
    """Counts decisions since the server's start."""

    def __init__(self) -> None:
        self._counts: Counter[Authorization] = Counter()

    def record(self, principal_arn: str, action: str, resource: str, *, allowed: bool) -> None:
        """Note a decision on a call by `principal_arn`, if that is a role's session."""
        found = SESSION.fullmatch(principal_arn)
        if found is not None:
            named = without_identifiers(resource)
            self._counts[Authorization(found["role"], found["session"], action, named, allowed)] += 1

    def counted(self) -> list[CountedAuthorization]:
        """Every kind of decision, in a stable order."""
        return [
            CountedAuthorization(
                role=each.role,
                session=each.session,
                action=each.action,
                resource=each.resource,
                allowed=each.allowed,
                count=count,
            )
            for each, count in sorted(self._counts.items())
        ]


def role_arn(principal_arn: str) -> str:
    """What AWS takes for `aws:PrincipalArn`: of a session the role's ARN, of anything else its own."""
    found = SESSION.fullmatch(principal_arn)
    return f"arn:aws:iam::{found['account']}:role/{found['role']}" if found else principal_arn


def without_identifiers(resource: str) -> str:
    """The resource, of an object with what is not its like's in braces: there are as many keys as payments."""
    bucket, slash, key = resource.partition("/")
    return bucket + slash + IDENTIFIER.sub("{id}", key) if resource.startswith(BUCKET) else resource
