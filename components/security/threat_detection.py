"""What watches a Region of the account for intruders and for weak places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

WATCHED = ("S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS")
"""GuardDuty's protection plans (GuardDuty API Reference, DetectorFeatureConfiguration)."""
INSPECTED = ("ECR", "EC2", "LAMBDA", "LAMBDA_CODE")
"""What Inspector scans (Inspector API Reference, Enable)."""


@dataclass(frozen=True, slots=True)
class ThreatDetectionArgs:
    """`names`: whose account."""

    names: Names


class ThreatDetection(pulumi.ComponentResource):
    """GuardDuty over calls, flows and names; Detective to follow up what it finds; Inspector for known weak places.

    They are an account's settings in a Region, one of each: an account that already has them imports them.
    """

    def __init__(self, name: str, args: ThreatDetectionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:ThreatDetection", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        detector = aws.guardduty.Detector(name, enable=True, finding_publishing_frequency="FIFTEEN_MINUTES", opts=child)
        for feature in WATCHED:
            aws.guardduty.DetectorFeature(
                feature.lower().replace("_", "-"), detector_id=detector.id, name=feature, status="ENABLED", opts=child
            )
        # Detective builds its graph from what GuardDuty reads.
        aws.detective.Graph(name, opts=pulumi.ResourceOptions(parent=self, depends_on=[detector]))
        aws.inspector2.Enabler(name, account_ids=[args.names.account_id], resource_types=list(INSPECTED), opts=child)
        self.register_outputs({"detectorId": detector.id})
