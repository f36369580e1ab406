"""The zone of the API's names, and a certificate for them in each Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from components.network.api_names import ApiNames

VALIDATION_TTL_SECONDS = 300


@dataclass(frozen=True, slots=True)
class ApiZoneArgs:
    """`providers` has one provider per Region. The zone is made once, by the first: Route 53 knows no Regions."""

    api_names: ApiNames
    providers: Mapping[str, aws.Provider]
    deletion_protection: bool


class ApiZone(pulumi.ComponentResource):
    """A public hosted zone; `certificate_arns` by Region.

    The parent's zone must delegate to `name_servers` before a certificate is issued. Certificates are made here and not
    in the Regions' stacks, because one record proves the names to all of them: it depends on name and account alone
    (AWS Certificate Manager User Guide, "DNS validation"), and whichever stack owned it could take it from the other.
    """

    zone_id: pulumi.Output[str]
    zone_arn: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]

    def __init__(self, name: str, args: ApiZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:network:ApiZone", name, None, opts)
        self._name, self._args = name, args
        self._first = next(iter(args.providers.values()))
        zone = aws.route53.Zone(
            name,
            name=args.api_names.domain,
            comment="Names of the payments hub",
            force_destroy=not args.deletion_protection,
            opts=pulumi.ResourceOptions(parent=self, provider=self._first, protect=args.deletion_protection),
        )
        self.zone_id, self.zone_arn, self.name_servers = zone.zone_id, zone.arn, zone.name_servers
        certificates = {region: self._certificate(region, provider) for region, provider in args.providers.items()}
        proof = self._proof(next(iter(certificates.values())))
        self.certificate_arns = {
            region: self._issued(region, certificate, proof) for region, certificate in certificates.items()
        }
        self.register_outputs({"zoneId": self.zone_id, "certificateArns": self.certificate_arns})

    def _certificate(self, region: str, provider: aws.Provider) -> aws.acm.Certificate:
        shared = self._args.api_names.shared
        return aws.acm.Certificate(
            f"{self._name}-{region}",
            domain_name=shared,
            subject_alternative_names=[f"*.{shared}"],
            validation_method="DNS",
            opts=pulumi.ResourceOptions(parent=self, provider=provider),
        )

    def _proof(self, certificate: aws.acm.Certificate) -> aws.route53.Record:
        # A name and the wildcard below it are proved by the same record.
        option = certificate.domain_validation_options[0]
        return aws.route53.Record(
            f"{self._name}-proof",
            zone_id=self.zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=VALIDATION_TTL_SECONDS,
            opts=pulumi.ResourceOptions(parent=self, provider=self._first),
        )

    def _issued(self, region: str, certificate: aws.acm.Certificate, proof: aws.route53.Record) -> pulumi.Output[str]:
        """The certificate's ARN, once it can be used."""
        validation = aws.acm.CertificateValidation(
            f"{self._name}-{region}",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[proof.fqdn],
            opts=pulumi.ResourceOptions(parent=self, provider=self._args.providers[region]),
        )
        return validation.certificate_arn
