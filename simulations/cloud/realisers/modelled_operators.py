"""The ids and ARNs of what operators' sign-in needs beside user pools. Forms as in `modelled_types`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity


def _identity_pool(subject: Subject) -> Identity:
    made = f"{subject.region}:{subject.uuid()}"
    return made, {"arn": subject.arn("cognito-identity", f"identitypool/{made}")}


def _attachment(subject: Subject) -> Identity:
    return subject.text("identityPoolId"), {}


def _group(subject: Subject) -> Identity:
    return f"{subject.text('userPoolId')}/{subject.physical()}", {}


def _document(subject: Subject) -> Identity:
    name = subject.physical()
    return name, {"name": name, "arn": subject.arn("ssm", f"document/{name}"), "defaultVersion": "1"}


OPERATOR_IDENTITIES: Mapping[str, Callable[[Subject], Identity]] = MappingProxyType(
    {
        "aws:cognito/identityPool:IdentityPool": _identity_pool,
        "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment": _attachment,
        "aws:cognito/userGroup:UserGroup": _group,
        "aws:ssm/document:Document": _document,
    }
)
