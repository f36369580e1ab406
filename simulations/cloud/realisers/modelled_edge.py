"""The ids and ARNs of web ACLs and of Shield's protections. Forms as in `modelled_types`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity


def _web_acl(subject: Subject) -> Identity:
    made, name = subject.uuid(), subject.physical()
    scope = "global" if subject.text("scope") == "CLOUDFRONT" else "regional"
    return made, {"arn": subject.arn("wafv2", f"{scope}/webacl/{name}/{made}")}


def _association(subject: Subject) -> Identity:
    return f"{subject.text('webAclArn')},{subject.text('resourceArn')}", {}


def _logging(subject: Subject) -> Identity:
    return subject.text("resourceArn"), {}


def _protection(subject: Subject) -> Identity:
    made = subject.uuid()
    return made, {"arn": subject.arn("shield", f"protection/{made}", regional=False)}


EDGE_IDENTITIES: Mapping[str, Callable[[Subject], Identity]] = MappingProxyType(
    {
        "aws:shield/protection:Protection": _protection,
        "aws:wafv2/webAcl:WebAcl": _web_acl,
        "aws:wafv2/webAclAssociation:WebAclAssociation": _association,
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": _logging,
    }
)
