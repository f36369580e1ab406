"""A distribution of CloudFront before a private bucket in each Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.naming import Names

PUBLISHED = "public"
"""The prefix of what the distribution may read: what else is in a bucket is not on the site."""
TLS_POLICY = "TLSv1.2_2021"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""A cache policy of AWS's own (CloudFront Developer Guide, "Use managed cache policies")."""
TWO_YEARS_SECONDS = 63_072_000
ORIGIN_LOST = (500, 502, 503, 504)
CONTENT_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
READING = ("GET", "HEAD")
BOTH = "both-regions"


@dataclass(frozen=True, slots=True)
class SiteDistributionArgs:
    """`bucket_names` by Region, in order: the second is asked when the first does not answer."""

    names: Names
    domain_name: str
    bucket_names: Mapping[str, str]
    certificate_arn: pulumi.Input[str]
    acl_arn: pulumi.Input[str]


class SiteDistribution(pulumi.ComponentResource):
    """HTTPS alone, TLS 1.2 at least, under the hub's own name; it signs what it asks the buckets.

    It may list the buckets, without which S3 answers 403 for what is not there. Visitors cannot: their query strings do
    not reach S3.
    """

    arn: pulumi.Output[str]
    domain_name: pulumi.Output[str]

    def __init__(self, name: str, args: SiteDistributionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:SiteDistribution", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        control = aws.cloudfront.OriginAccessControl(
            name,
            name=args.names.regional(name),
            description="The site's buckets",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=child,
        )
        headers = aws.cloudfront.ResponseHeadersPolicy(
            name,
            name=args.names.regional(name),
            comment="What a browser may do with the site",
            security_headers_config=_security_headers(),
            opts=child,
        )
        distribution = aws.cloudfront.Distribution(
            name,
            enabled=True,
            comment="Documentation and SDKs for third parties",
            aliases=[args.domain_name],
            default_root_object="index.html",
            http_version="http2and3",
            is_ipv6_enabled=True,
            price_class="PriceClass_100",
            web_acl_id=args.acl_arn,
            origins=[_origin(region, name, control.id) for region, name in args.bucket_names.items()],
            origin_groups=[_group(tuple(args.bucket_names))],
            default_cache_behavior=_behaviour(headers.id),
            custom_error_responses=[
                aws.cloudfront.DistributionCustomErrorResponseArgs(
                    error_code=404, response_code=404, response_page_path="/404.html", error_caching_min_ttl=60
                )
            ],
            restrictions=aws.cloudfront.DistributionRestrictionsArgs(
                geo_restriction=aws.cloudfront.DistributionRestrictionsGeoRestrictionArgs(restriction_type="none")
            ),
            viewer_certificate=aws.cloudfront.DistributionViewerCertificateArgs(
                acm_certificate_arn=args.certificate_arn,
                minimum_protocol_version=TLS_POLICY,
                ssl_support_method="sni-only",
            ),
            opts=child,
        )
        self.arn, self.domain_name = distribution.arn, distribution.domain_name
        self.register_outputs({"arn": self.arn, "domainName": self.domain_name})


def _origin(region: str, bucket_name: str, control_id: pulumi.Input[str]) -> aws.cloudfront.DistributionOriginArgs:
    return aws.cloudfront.DistributionOriginArgs(
        origin_id=region,
        domain_name=f"{bucket_name}.s3.{region}.amazonaws.com",
        origin_path=f"/{PUBLISHED}",
        origin_access_control_id=control_id,
    )


def _group(regions: tuple[str, ...]) -> aws.cloudfront.DistributionOriginGroupArgs:
    return aws.cloudfront.DistributionOriginGroupArgs(
        origin_id=BOTH,
        failover_criteria=aws.cloudfront.DistributionOriginGroupFailoverCriteriaArgs(status_codes=list(ORIGIN_LOST)),
        members=[aws.cloudfront.DistributionOriginGroupMemberArgs(origin_id=region) for region in regions],
    )


def _behaviour(headers_id: pulumi.Input[str]) -> aws.cloudfront.DistributionDefaultCacheBehaviorArgs:
    return aws.cloudfront.DistributionDefaultCacheBehaviorArgs(
        target_origin_id=BOTH,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=list(READING),
        cached_methods=list(READING),
        cache_policy_id=CACHING_OPTIMIZED,
        response_headers_policy_id=headers_id,
        compress=True,
    )


def _security_headers() -> aws.cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs:
    policy = aws.cloudfront
    return policy.ResponseHeadersPolicySecurityHeadersConfigArgs(
        strict_transport_security=policy.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
            access_control_max_age_sec=TWO_YEARS_SECONDS, include_subdomains=True, override=True
        ),
        content_type_options=policy.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(override=True),
        frame_options=policy.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs(
            frame_option="DENY", override=True
        ),
        referrer_policy=policy.ResponseHeadersPolicySecurityHeadersConfigReferrerPolicyArgs(
            referrer_policy="no-referrer", override=True
        ),
        content_security_policy=policy.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
            content_security_policy=CONTENT_POLICY, override=True
        ),
    )
