"""What third parties and on-premises systems meet of the hub is encrypted, private, and reached as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from components.integration.site_edge import EDGE_REGION
from tests.component.policies import statements_of
from tests.component.recording import PROD_ACCOUNT, REGIONS

if TYPE_CHECKING:
    from tests.component.recording import Recorded, RecordedStack

pytestmark = pytest.mark.xdist_group("program")

REGION, OTHER = REGIONS
DISTRIBUTION_ARN = f"arn:aws:cloudfront::{PROD_ACCOUNT}:distribution/developers"


@pytest.fixture
def foundation(prod: dict[str, RecordedStack]) -> RecordedStack:
    """Production's foundation."""
    return prod["prod-foundation"]


@pytest.fixture
def here(prod: dict[str, RecordedStack]) -> RecordedStack:
    """Production's stack of a Region."""
    return prod[f"prod-{REGION}"]


def within(stack: RecordedStack, component: str, kind: str) -> list[Recorded]:
    return [each for each in stack.resources if each.type == kind and f":{component}" in each.parent.split("::")[2]]


def by_sid(resource: Recorded) -> dict[str, Any]:
    return {statement["Sid"]: statement for statement in statements_of(resource)}


def test_only_the_distribution_reads_the_site_when_its_buckets_are_asked(foundation: RecordedStack) -> None:
    from_distribution = {"ArnEquals": {"aws:SourceArn": [DISTRIBUTION_ARN]}}
    for region in REGIONS:
        bucket = f"arn:aws:s3:::twinrail-prod-developers-{region}-{PROD_ACCOUNT}"
        allows = [
            each
            for each in statements_of(foundation.one("aws:s3/bucketPolicy:BucketPolicy", f"developers-{region}"))
            if each["Effect"] == "Allow"
        ]
        assert [(each["Action"], each["Resource"]) for each in allows] == [
            (["s3:GetObject"], [f"{bucket}/public/*"]),
            (["s3:ListBucket"], [bucket]),
        ]
        for allow in allows:
            assert allow["Principal"] == {"Service": ["cloudfront.amazonaws.com"]}
            assert allow["Condition"] == from_distribution
        shut = foundation.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", f"developers-{region}")
        assert shut.inputs["blockPublicPolicy"] is shut.inputs["restrictPublicBuckets"] is True
    opened = by_sid(foundation.one("aws:kms/key:Key", f"developers-{REGION}"))["Distribution"]
    assert opened["Action"] == ["kms:Decrypt"]
    assert opened["Condition"] == from_distribution


def test_site_speaks_tls_alone_and_signs_what_it_asks_when_it_is_visited(foundation: RecordedStack) -> None:
    site = foundation.one("aws:cloudfront/distribution:Distribution", "developers").inputs
    assert site["aliases"] == ["developers.hub.twinrail.example"]
    assert site["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    assert site["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"
    assert {each["originAccessControlId"] for each in site["origins"]} == {"developers-id"}
    control = foundation.one("aws:cloudfront/originAccessControl:OriginAccessControl", "developers").inputs
    assert (control["signingBehavior"], control["signingProtocol"]) == ("always", "sigv4")
    headers = foundation.one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", "developers").inputs
    shown = headers["securityHeadersConfig"]
    assert shown["frameOptions"] == {"frameOption": "DENY", "override": True}
    assert shown["contentTypeOptions"] == {"override": True}
    assert shown["strictTransportSecurity"]["accessControlMaxAgeSec"] >= 365 * 24 * 3600


def test_second_regions_bucket_answers_when_the_first_does_not(foundation: RecordedStack) -> None:
    site = foundation.one("aws:cloudfront/distribution:Distribution", "developers").inputs
    (group,) = site["originGroups"]
    assert [each["originId"] for each in group["members"]] == list(REGIONS)
    assert group["originId"] == site["defaultCacheBehavior"]["targetOriginId"]
    assert set(group["failoverCriteria"]["statusCodes"]) == {500, 502, 503, 504}
    copied = foundation.one("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "developers").inputs
    assert copied["bucket"] == f"twinrail-prod-developers-{REGION}-{PROD_ACCOUNT}"
    (rule,) = copied["rules"]
    assert rule["destination"]["bucket"] == f"arn:aws:s3:::twinrail-prod-developers-{OTHER}-{PROD_ACCOUNT}"


def test_only_what_cloudfront_must_find_there_is_out_of_the_hubs_regions(prod: dict[str, RecordedStack]) -> None:
    elsewhere = {
        each.type
        for stack in prod.values()
        for each in stack.resources
        if each.custom and each.inputs.get("region", REGION) not in REGIONS and not each.type.startswith("pulumi:")
    }
    assert elsewhere == {
        "aws:acm/certificate:Certificate",
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:cloudwatch/logDelivery:LogDelivery",
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        "aws:cloudwatch/logDeliverySource:LogDeliverySource",
        "aws:wafv2/webAcl:WebAcl",
    }
    acl = prod["prod-foundation"].one("aws:wafv2/webAcl:WebAcl", "developers").inputs
    assert (acl["scope"], acl["region"]) == ("CLOUDFRONT", EDGE_REGION)
    assert acl["rules"][0]["statement"]["rateBasedStatement"]["limit"] == 600
    assert acl["rules"][0]["action"] == {"block": {}}


def test_addresses_of_visitors_stay_in_the_hubs_region_when_they_are_logged(foundation: RecordedStack) -> None:
    kind = "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination"
    told = foundation.one(kind, "site-log").inputs["deliveryDestinationConfiguration"]
    bucket = f"arn:aws:s3:::twinrail-prod-site-log-{REGION}-{PROD_ACCOUNT}"
    assert told == {"destinationResourceArn": bucket}
    written = by_sid(foundation.one("aws:s3/bucketPolicy:BucketPolicy", "site-log"))["LogDelivery"]
    assert written["Principal"] == {"Service": ["delivery.logs.amazonaws.com"]}
    assert written["Resource"] == [f"{bucket}/AWSLogs/*"]
    source = f"arn:aws:logs:us-east-1:{PROD_ACCOUNT}:delivery-source:twinrail-prod-site-log"
    assert written["Condition"] == {
        "StringEquals": {"s3:x-amz-acl": ["bucket-owner-full-control"], "aws:SourceAccount": [PROD_ACCOUNT]},
        "ArnEquals": {"aws:SourceArn": [source]},
    }
