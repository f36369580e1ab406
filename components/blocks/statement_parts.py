"""The parts of an IAM statement: what is not exact has a type of its own, and says why.

A wildcard is refused wherever it could widen an Allow: in actions, resources, principals and condition values. Where
AWS knows no narrower form, a type of its own says so (`ObjectPrefix`, `EveryObject`, `LogStreams`, `Everything`).
Grammar: AWS IAM User Guide, "IAM JSON policy elements reference".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import pulumi

if TYPE_CHECKING:
    from collections.abc import Iterable

Operator = Literal[
    "StringEquals", "StringNotEquals", "ArnEquals", "ArnNotEquals", "Bool", "Null", "ForAnyValue:StringEquals"
]

_SERVICE = re.compile(r"[a-z][a-z0-9-]*")
_WILDCARD = re.compile(r"[*?]")


class WildcardRefused(ValueError):
    """A statement would have allowed more than it names."""


def exact(value: str, what: str) -> str:
    if not value or _WILDCARD.search(value):
        raise WildcardRefused(f"{what} {value!r}: a wildcard (* or ?) or nothing at all; expected one exact value")
    return value


def _checked(value: pulumi.Input[str], what: str) -> None:
    # An output is checked when it resolves, in the document; a value that is known is refused where it is written.
    if isinstance(value, str):
        exact(value, what)


def resolved(value: pulumi.Input[str], what: str, suffix: str = "") -> pulumi.Output[str]:
    return pulumi.Output.from_input(value).apply(lambda known: exact(known, what) + suffix)


def _reasoned(reason: str, what: str) -> None:
    if not reason.strip():
        raise WildcardRefused(f"{what}: no reason given; expected the sentence that explains it to an auditor")


@dataclass(frozen=True, slots=True)
class Exactly:
    """One resource by its ARN."""

    arn: pulumi.Input[str]

    def __post_init__(self) -> None:
        _checked(self.arn, "resource")

    def pattern(self) -> pulumi.Output[str]:
        """What stands in the document."""
        return resolved(self.arn, "resource")


@dataclass(frozen=True, slots=True)
class ObjectPrefix:
    """The objects of a bucket under one prefix: object keys are data, they cannot be listed in a policy."""

    bucket_arn: pulumi.Input[str]
    prefix: str

    def __post_init__(self) -> None:
        _checked(self.bucket_arn, "bucket")
        if exact(self.prefix, "object prefix").strip("/") != self.prefix:
            raise WildcardRefused(f"object prefix {self.prefix!r}: expected a name without slashes at its ends")

    def pattern(self) -> pulumi.Output[str]:
        """What stands in the document."""
        return resolved(self.bucket_arn, "bucket", f"/{self.prefix}/*")


@dataclass(frozen=True, slots=True)
class EveryObject:
    """Every object of one bucket: for what refuses, never for what allows."""

    bucket_arn: pulumi.Input[str]

    def pattern(self) -> pulumi.Output[str]:
        """What stands in the document."""
        return resolved(self.bucket_arn, "bucket", "/*")


@dataclass(frozen=True, slots=True)
class LogStreams:
    """The streams of one log group: Lambda names them as it starts environments."""

    log_group_arn: pulumi.Input[str]

    def __post_init__(self) -> None:
        _checked(self.log_group_arn, "log group")

    def pattern(self) -> pulumi.Output[str]:
        """What stands in the document."""
        return resolved(self.log_group_arn, "log group", ":*")


@dataclass(frozen=True, slots=True)
class Everything:
    """`*`, for a key policy, in which it means the key itself, or where AWS has no resource-level permission."""

    reason: str

    def __post_init__(self) -> None:
        _reasoned(self.reason, "resource *")

    def pattern(self) -> pulumi.Output[str]:
        """What stands in the document."""
        return pulumi.Output.from_input("*")


Resource: TypeAlias = Exactly | ObjectPrefix | EveryObject | LogStreams | Everything


@dataclass(frozen=True, slots=True)
class EveryAction:
    """Every action of one service: for what refuses, never for what allows."""

    service: str
    reason: str

    def __post_init__(self) -> None:
        _reasoned(self.reason, f"action {self.service}:*")
        if not _SERVICE.fullmatch(self.service):
            raise WildcardRefused(f"action {self.service!r}:*: expected the prefix of one service")


@dataclass(frozen=True, slots=True)
class Service:
    """An AWS service, as `lambda.amazonaws.com`."""

    name: str

    def __post_init__(self) -> None:
        exact(self.name, "service principal")


@dataclass(frozen=True, slots=True)
class Federated:
    """Whom an identity provider vouches for, as `cognito-identity.amazonaws.com`: whose they are, conditions say."""

    provider: str

    def __post_init__(self) -> None:
        exact(self.provider, "federated principal")


@dataclass(frozen=True, slots=True)
class Account:
    """An account: its identities' own policies decide further (twelve digits)."""

    account_id: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{12}", self.account_id):
            raise WildcardRefused(f"account principal {self.account_id!r}: expected twelve digits")


@dataclass(frozen=True, slots=True)
class Anyone:
    """Every principal: for what refuses, never for what allows."""


@dataclass(frozen=True, slots=True)
class Members:
    """The identities of an account, of whichever name: `*`, narrowed by a condition that its document always gets.

    For the policy of a gateway endpoint, which takes an account as a principal for its root user alone (AWS PrivateLink
    Guide, "Principals for gateway endpoints").
    """

    account_id: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{12}", self.account_id):
            raise WildcardRefused(f"members of account {self.account_id!r}: expected twelve digits")

    def condition(self) -> Condition:
        """That who calls belongs to the account."""
        return Condition("StringEquals", "aws:PrincipalAccount", (self.account_id,))


Principal: TypeAlias = Service | Federated | Account | Anyone | Members


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: the key has one of the values (or, negated, none of them)."""

    operator: Operator
    key: str
    values: tuple[pulumi.Input[str], ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise WildcardRefused(f"condition {self.key}: no value; expected at least one")
        for value in self.values:
            _checked(value, f"condition {self.key}")


def hosts(services: Iterable[str], *regions: str) -> tuple[str, ...]:
    """What services (`s3`) of Regions are called where they are named as callers (`s3.eu-west-1.amazonaws.com`)."""
    return tuple(f"{service}.{region}.amazonaws.com" for service in services for region in regions)


def through(region: str, *services: str) -> Condition:
    """That a key is used on behalf of the caller by services (`s3`) of a Region, and not by the caller himself.

    AWS KMS Developer Guide, "kms:ViaService".
    """
    return Condition("StringEquals", "kms:ViaService", hosts(services, region))
