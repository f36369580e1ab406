"""Whose certificates a third party's client may come with: the trust store of an API's mutual TLS."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.statement import policy_document
from components.blocks.statement_parts import EveryAction, EveryObject, Exactly
from components.blocks.transport import refuse_plain_transport
from components.security.trust_bundle import check_bundle

if TYPE_CHECKING:
    from components.blocks.naming import Names

BUNDLE_KEY = "authorities.pem"
MUTUAL_TLS_POLICY = "TLS_1_2"
"""The highest that a domain with mutual TLS can have: API Gateway refuses it with every `SecurityPolicy_` of its own.

Such a domain has no endpoint access mode either, which belongs to those policies.
"""


@dataclass(frozen=True, slots=True)
class TrustStoreArgs:
    """`certificates`: the authorities' own, in PEM, one after the other; up to four in a chain."""

    names: Names
    region: str
    certificates: str
    protect: bool


class TrustStore(pulumi.ComponentResource):
    """A versioned bucket in the API's Region, with the authorities in one object.

    `mutual_tls` is the argument of that name of an API Gateway domain, with `MUTUAL_TLS_POLICY` as its security policy.
    The API's own `execute-api` address has to be shut as well: mutual TLS is the domain's alone.
    """

    mutual_tls: aws.apigateway.DomainNameMutualTlsAuthenticationArgs

    def __init__(self, name: str, args: TrustStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:TrustStore", name, None, opts)
        check_bundle(args.certificates)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            name,
            bucket=args.names.trust_store_bucket(args.region),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        versioned = aws.s3.BucketVersioning(
            name,
            bucket=bucket.bucket,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self._child,
        )
        self._encrypt(bucket)
        shut = self._shut(bucket)
        bundle = self._bundle(bucket, args.certificates, [versioned, shut])
        self.mutual_tls = aws.apigateway.DomainNameMutualTlsAuthenticationArgs(
            truststore_uri=pulumi.Output.concat("s3://", bucket.bucket, "/", bundle.key),
            # Named, for a domain goes on with what it has read until it is told of another version.
            truststore_version=bundle.version_id,
        )
        self.register_outputs({"bucketName": bucket.bucket})

    def _encrypt(self, bucket: aws.s3.Bucket) -> None:
        # S3's own key: certificates are public, and with a key of ours whoever deploys would have to be let use it.
        aws.s3.BucketServerSideEncryptionConfiguration(
            self._name,
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="AES256"
                    )
                )
            ],
            opts=self._child,
        )

    def _shut(self, bucket: aws.s3.Bucket) -> aws.s3.BucketPolicy:
        shut = aws.s3.BucketPublicAccessBlock(
            self._name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        owned = aws.s3.BucketOwnershipControls(
            self._name,
            bucket=bucket.bucket,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            # S3 refuses two changes of a bucket's access settings at the same time (OperationAborted).
            opts=pulumi.ResourceOptions(parent=self, depends_on=[shut]),
        )
        everything = EveryAction("s3", reason="whatever S3 offers, it must not travel in clear")
        refused = refuse_plain_transport(everything, Exactly(bucket.arn), EveryObject(bucket.arn))
        return aws.s3.BucketPolicy(
            self._name,
            bucket=bucket.bucket,
            policy=policy_document([refused]),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[owned]),
        )

    def _bundle(self, bucket: aws.s3.Bucket, certificates: str, after: list[pulumi.Resource]) -> aws.s3.BucketObjectv2:
        return aws.s3.BucketObjectv2(
            self._name,
            bucket=bucket.bucket,
            key=BUNDLE_KEY,
            content=certificates,
            content_type="application/x-pem-file",
            # What somebody else put there is seen as a change by the next deployment.
            source_hash=hashlib.sha256(certificates.encode()).hexdigest(),
            # An object from before the versions has none that a domain could name.
            opts=pulumi.ResourceOptions(parent=self, depends_on=after),
        )
