"""Certificate Manager: certificates that DNS validates. MiniStack issues them at once, and nothing here speaks TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import PutAgain, Realised
from simulations.cloud.realisers.documents import (
    at,
    items,
    mapping,
    optional_text,
    outputs_of,
    tag_list,
    text,
    texts,
)
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

SERVICE = "acm"
ISSUED = "ISSUED"


class NotIssuedError(Exception):
    """A certificate was not issued; names it and its state."""


class Certificate:
    """`aws:acm/certificate:Certificate`; its id is its ARN, and nothing is adopted."""

    type = "aws:acm/certificate:Certificate"
    replace_on = frozenset({"domainName", "subjectAlternativeNames", "validationMethod"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Ask for the certificate."""
        answer = cloud.call(
            SERVICE,
            "request_certificate",
            DomainName=text(inputs, "domainName"),
            SubjectAlternativeNames=texts(inputs, "subjectAlternativeNames") or None,
            ValidationMethod=optional_text(inputs, "validationMethod"),
            Tags=tag_list(inputs),
        )
        return self._realised(cloud, text(answer, "CertificateArn"), inputs)

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Leave it: what a certificate says never changes, and tags have no effect here."""
        del old, outputs
        return self._realised(cloud, identity, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Delete the certificate."""
        del outputs
        with accepting("ResourceNotFoundException"):
            cloud.call(SERVICE, "delete_certificate", CertificateArn=identity)

    def _realised(self, cloud: Cloud, arn: str, inputs: Inputs) -> Realised:
        certificate = mapping(cloud.call(SERVICE, "describe_certificate", CertificateArn=arn), "Certificate")
        options: list[JsonValue] = [_option(each) for each in items(certificate, "DomainValidationOptions")]
        own: dict[str, JsonValue] = {
            "arn": arn,
            "status": text(certificate, "Status"),
            "domainValidationOptions": options,
        }
        return Realised(arn, outputs_of(cloud, inputs, own))


class CertificateValidation(PutAgain):
    """`aws:acm/certificateValidation:CertificateValidation`: nothing of its own, but the wait for a certificate."""

    type = "aws:acm/certificateValidation:CertificateValidation"
    replace_on = frozenset({"certificateArn"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """See that the certificate is issued.

        Raises NotIssuedError where it is not: MiniStack issues at once, or never.
        """
        arn = text(inputs, "certificateArn")
        status = at(cloud.call(SERVICE, "describe_certificate", CertificateArn=arn), "Certificate", "Status")
        if status != ISSUED:
            raise NotIssuedError(f"{arn} is {status}; expected {ISSUED}")
        return Realised(arn, outputs_of(cloud, inputs, {}))

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """There is nothing to delete."""


def _option(option: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {
        "domainName": text(option, "DomainName"),
        "resourceRecordName": at(option, "ResourceRecord", "Name"),
        "resourceRecordType": at(option, "ResourceRecord", "Type"),
        "resourceRecordValue": at(option, "ResourceRecord", "Value"),
    }
