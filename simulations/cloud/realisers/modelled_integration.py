"""The ids and ARNs of what the integration hub is made of, and why they are modelled. Forms as in `modelled_types`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulations.cloud.realisers.base import JsonValue
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity

    Making = Callable[[Subject], Identity]


def _of_cloudfront(kind: str) -> Making:
    def identity(subject: Subject) -> Identity:
        made = f"E{subject.letters(13).upper()}"
        return made, {"arn": subject.arn("cloudfront", f"{kind}/{made}", regional=False), "etag": subject.letters(13)}

    return identity


def _distribution(subject: Subject) -> Identity:
    made = f"E{subject.letters(13).upper()}"
    own: dict[str, JsonValue] = {
        "arn": subject.arn("cloudfront", f"distribution/{made}", regional=False),
        "domainName": f"d{subject.letters(13)}.cloudfront.net",
        "hostedZoneId": "Z2FDTNDATAQYW2",
        "status": "Deployed",
    }
    return made, own


def _named(service: str, kind: str) -> Making:
    def identity(subject: Subject) -> Identity:
        name = subject.physical()
        return name, {"name": name, "arn": subject.arn(service, f"{kind}{name}")}

    return identity


def _delivery(subject: Subject) -> Identity:
    made = subject.letters(16)
    return made, {"arn": subject.arn("logs", f"delivery:{made}")}


_NO_EDGE = "no emulator has CloudFront: documentation is read as it is in the repository"

_BY_REASON: Mapping[str, Mapping[str, Making]] = {
    _NO_EDGE: {
        "aws:cloudfront/distribution:Distribution": _distribution,
        "aws:cloudfront/originAccessControl:OriginAccessControl": _of_cloudfront("origin-access-control"),
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _of_cloudfront("response-headers-policy"),
        "aws:cloudwatch/logDelivery:LogDelivery": _delivery,
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": _named("logs", "delivery-destination:"),
        "aws:cloudwatch/logDeliverySource:LogDeliverySource": _named("logs", "delivery-source:"),
    },
}

INTEGRATION_IDENTITIES: Mapping[str, Making] = MappingProxyType(
    {kind: making for makings in _BY_REASON.values() for kind, making in makings.items()}
)
INTEGRATION_REASONS: Mapping[str, str] = MappingProxyType(
    {kind: reason for reason, makings in _BY_REASON.items() for kind in makings}
)
"""Why each is modelled in the embedded cloud."""
