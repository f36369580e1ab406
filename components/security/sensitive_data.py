"""The search for personal data where there should be none that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.blocks.naming import Names

SEARCHED_ON = "SUNDAY"


@dataclass(frozen=True, slots=True)
class SensitiveDataArgs:
    """`bucket_names`: what is searched. `scan_percent`: how many of the new objects, in a hundred."""

    names: Names
    bucket_names: tuple[pulumi.Input[str], ...]
    scan_percent: int


class SensitiveData(pulumi.ComponentResource):
    """Macie over the payload buckets once a week: functions seal what they store, so whatever it finds is a fault.

    Macie User Guide, "Running sensitive data discovery jobs".
    """

    def __init__(self, name: str, args: SensitiveDataArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:security:SensitiveData", name, None, opts)
        account = aws.macie2.Account(
            name,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            status="ENABLED",
            opts=pulumi.ResourceOptions(parent=self),
        )
        searched = aws.macie2.ClassificationJobS3JobDefinitionBucketDefinitionArgs(
            account_id=args.names.account_id, buckets=list(args.bucket_names)
        )
        job = aws.macie2.ClassificationJob(
            name,
            name=args.names.regional(name),
            description="Payloads are sealed: none is to be readable",
            job_type="SCHEDULED",
            initial_run=True,
            sampling_percentage=args.scan_percent,
            schedule_frequency=aws.macie2.ClassificationJobScheduleFrequencyArgs(weekly_schedule=SEARCHED_ON),
            s3_job_definition=aws.macie2.ClassificationJobS3JobDefinitionArgs(bucket_definitions=[searched]),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[account]),
        )
        self.register_outputs({"jobId": job.id})
