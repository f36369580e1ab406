"""The states of the flow that trains a model: one job, and its end."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.risk.states_language import State, after, machine, query
from components.risk.stores import MODELS, SAMPLES

STARTING_SECONDS = 900
"""What the flow waits for beyond the job's own time: for instances, and for the model to be stored."""


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """`longest_seconds`: after which SageMaker stops the job."""

    image: str
    role_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    samples_bucket: pulumi.Input[str]
    models_bucket: pulumi.Input[str]
    instance_type: str
    disk_gib: int
    longest_seconds: int


def training_flow(job: TrainingJob) -> State:
    """The definition. Its input's `hyperparameters`, texts by name, are the job's; so is the execution's name."""
    seconds = job.longest_seconds + STARTING_SECONDS
    task: State = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Arguments": _arguments(job),
        "TimeoutSeconds": seconds,
        "Output": {"model": query("$states.result.ModelArtifacts.S3ModelArtifacts")},
    }
    return machine("Trains a model of risk", "Train", {"Train": after(task, None)}, seconds)


def _arguments(job: TrainingJob) -> State:
    samples: State = {
        "ChannelName": "train",
        "ContentType": "text/csv",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3DataDistributionType": "FullyReplicated",
                "S3Uri": pulumi.Output.concat("s3://", job.samples_bucket, f"/{SAMPLES}/"),
            }
        },
    }
    return {
        "TrainingJobName": query("$states.context.Execution.Name"),
        "RoleArn": job.role_arn,
        "AlgorithmSpecification": {"TrainingImage": job.image, "TrainingInputMode": "File"},
        "HyperParameters": query("$states.input.hyperparameters"),
        "InputDataConfig": [samples],
        "OutputDataConfig": {
            "S3OutputPath": pulumi.Output.concat("s3://", job.models_bucket, f"/{MODELS}/"),
            "KmsKeyId": job.key_arn,
        },
        "ResourceConfig": {
            "InstanceType": job.instance_type,
            "InstanceCount": 1,
            "VolumeSizeInGB": job.disk_gib,
            "VolumeKmsKeyId": job.key_arn,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": job.longest_seconds},
        "EnableNetworkIsolation": True,
    }
