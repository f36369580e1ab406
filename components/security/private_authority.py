"""A Region's own certificate authority, for what has no name on the internet."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

KEPT_DAYS = 30
"""How long a deleted authority can still be restored: the most that AWS offers."""
VALID_YEARS = "10"
ALGORITHM = "SHA384WITHECDSA"


@dataclass(frozen=True, slots=True)
class PrivateAuthorityArgs:
    """`common_name`: of the authority. `organization`: in its subject."""

    common_name: str
    organization: str
    protect: bool


class PrivateAuthority(pulumi.ComponentResource):
    """A root authority with its own certificate: services inside a network prove by it who they are.

    One for each Region, so that none waits for another; whoever trusts the hub trusts both roots. AWS Private CA User
    Guide, "RootCACertificate/V1 definition".
    """

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateAuthorityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:PrivateAuthority", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        authority = aws.acmpca.CertificateAuthority(
            name,
            type="ROOT",
            usage_mode="GENERAL_PURPOSE",
            key_storage_security_standard="FIPS_140_2_LEVEL_3_OR_HIGHER",
            permanent_deletion_time_in_days=KEPT_DAYS,
            certificate_authority_configuration=aws.acmpca.CertificateAuthorityCertificateAuthorityConfigurationArgs(
                key_algorithm="EC_secp384r1",
                signing_algorithm=ALGORITHM,
                subject=aws.acmpca.CertificateAuthorityCertificateAuthorityConfigurationSubjectArgs(
                    common_name=args.common_name, organization=args.organization
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        certificate = aws.acmpca.Certificate(
            name,
            certificate_authority_arn=authority.arn,
            certificate_signing_request=authority.certificate_signing_request,
            signing_algorithm=ALGORITHM,
            template_arn="arn:aws:acm-pca:::template/RootCACertificate/V1",
            validity=aws.acmpca.CertificateValidityArgs(type="YEARS", value=VALID_YEARS),
            opts=child,
        )
        aws.acmpca.CertificateAuthorityCertificate(
            name, certificate_authority_arn=authority.arn, certificate=certificate.certificate, opts=child
        )
        self.arn = authority.arn
        self.register_outputs({"arn": self.arn})
