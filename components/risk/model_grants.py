"""What those may do who make a model and who serve it (SageMaker Developer Guide, "SageMaker execution roles")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.image import PULLING, repository_arn
from components.blocks.statement import Statement
from components.blocks.statement_parts import Everything, Exactly, LogStreams, ObjectPrefix, through
from components.risk.stores import MODELS, SAMPLES

if TYPE_CHECKING:
    import pulumi

    from components.risk.stores import RiskStores

LOGGING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")


def serving_grants(
    stores: RiskStores, region: str, image: str, model: str, log_group_arn: pulumi.Input[str]
) -> list[Statement]:
    """Of the endpoint's role: the image, the one model, its log."""
    folder = model.rpartition("/")[0]
    return [
        *_running(region, stores, image, log_group_arn),
        Statement("ReadModel", "Allow", ("s3:GetObject",), (ObjectPrefix(stores.fraud.arn, folder),)),
        Statement("FindModel", "Allow", ("s3:ListBucket",), (Exactly(stores.fraud.arn),)),
    ]


def training_grants(stores: RiskStores, region: str, image: str, log_group_arn: pulumi.Input[str]) -> list[Statement]:
    """Of a training job's role: the image, samples to read, models to write, its log."""
    return [
        *_running(region, stores, image, log_group_arn),
        Statement("ReadSamples", "Allow", ("s3:GetObject",), (ObjectPrefix(stores.training.arn, SAMPLES),)),
        Statement("WriteModels", "Allow", ("s3:PutObject",), (ObjectPrefix(stores.fraud.arn, MODELS),)),
        Statement(
            "FindBuckets",
            "Allow",
            ("s3:GetBucketLocation", "s3:ListBucket"),
            (Exactly(stores.training.arn), Exactly(stores.fraud.arn)),
        ),
    ]


def _running(region: str, stores: RiskStores, image: str, log_group_arn: pulumi.Input[str]) -> list[Statement]:
    seal = ("kms:Decrypt", "kms:GenerateDataKey")
    token = Everything(reason="a registry's token is for all of the registry, and has no resource")
    measure = Everything(reason="metrics have no resource")
    return [
        Statement("EnterRegistry", "Allow", ("ecr:GetAuthorizationToken",), (token,)),
        Statement("PullImage", "Allow", PULLING, (Exactly(repository_arn(image)),)),
        Statement("WriteLog", "Allow", LOGGING, (LogStreams(log_group_arn),)),
        Statement("Measure", "Allow", ("cloudwatch:PutMetricData",), (measure,)),
        Statement("OpenObjects", "Allow", seal, (Exactly(stores.key_arn),), conditions=(through(region, "s3"),)),
    ]
