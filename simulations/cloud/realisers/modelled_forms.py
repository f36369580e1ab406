"""The forms that ids and ARNs have, whichever service gives them; and tables by reason, turned by type."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from simulations.cloud.realisers.apart import apart

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity

    Making = Callable[[Subject], Identity]

ID_DIGITS = 32
EC2_DIGITS = 17


def named(service: str, kind: str, field: str = "name") -> Making:
    """What is known by its name, with an ARN that ends in it: `kind` and what parts it from the name, as `crawler/`."""

    def identity(subject: Subject) -> Identity:
        name = subject.physical(field)
        return name, {field: name, "arn": subject.arn(service, f"{kind}{name}")}

    return identity


def numbered(service: str, kind: str, output: str = "", digits: int = ID_DIGITS, prefix: str = "") -> Making:
    """What AWS gives an id of hexadecimal digits."""

    def identity(subject: Subject) -> Identity:
        made = f"{prefix}{subject.hexadecimal(digits)}"
        own: dict[str, JsonValue] = {"arn": subject.arn(service, f"{kind}{made}")}
        return made, own | ({output: made} if output else {})

    return identity


def of_account(service: str, kind: str) -> Making:
    """What an account has one of in a Region."""

    def identity(subject: Subject) -> Identity:
        return subject.account_id, {"arn": subject.arn(service, kind)}

    return identity


def by_arn(service: str, kind: str, output: str = "arn") -> Making:
    """What is known by an ARN that ends in an id."""

    def identity(subject: Subject) -> Identity:
        made = subject.arn(service, f"{kind}{subject.uuid()}")
        return made, {output: made}

    return identity


def joined(separator: str, *fields: str) -> Making:
    """What has no id but those of what it ties together."""

    def identity(subject: Subject) -> Identity:
        return separator.join(subject.text(field) for field in fields), {}

    return identity


def known_by_arn(service: str, kind: str) -> Making:
    """As `named`, where the ARN is the id."""

    def identity(subject: Subject) -> Identity:
        name = subject.physical()
        made = subject.arn(service, f"{kind}{name}")
        return made, {"name": name, "arn": made}

    return identity


def identities(by_reason: Mapping[str, Mapping[str, Making]]) -> Mapping[str, Making]:
    """By type, of a table by the reason for which types are modelled."""
    return MappingProxyType(apart(*by_reason.values()))


def reasons(by_reason: Mapping[str, Mapping[str, Making]]) -> Mapping[str, str]:
    """Of each type the reason."""
    return MappingProxyType({kind: reason for reason, makings in by_reason.items() for kind in makings})
