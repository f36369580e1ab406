"""What makes a model out of samples: a training job, started by an operator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.naming import arn
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Condition, Everything, Exactly, through
from components.risk.flow_grants import watching
from components.risk.key_statements import TRAINING, state_machine_arn
from components.risk.model_grants import training_grants
from components.risk.state_machine import StateMachine, StateMachineArgs
from components.risk.training_states import TrainingJob, training_flow

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.risk.stores import RiskStores

JOB = "risk-training-job"
WATCHING_RULE = "StepFunctionsGetEventsForSageMakerTrainingJobsRule"
"""By this rule, which it makes itself, Step Functions learns that a job is over (its Developer Guide, SageMaker)."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """`hours`: for which a job may run. `disk_gib`: for samples and model."""

    instance_type: str
    hours: int
    disk_gib: int


@dataclass(frozen=True, slots=True)
class TrainerArgs:
    """`image`: of the algorithm, in the Region's registry."""

    names: Names
    region: str
    stores: RiskStores
    image: str
    settings: TrainingSettings
    log_retention_days: int


class Trainer(pulumi.ComponentResource):
    """A state machine that starts one training job and waits for it: who starts it gives hyperparameters.

    The job's container reaches nothing but samples and the place for models, and what it has on disks is under the key.
    """

    def __init__(self, name: str, args: TrainerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:Trainer", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        stores = args.stores
        group = arn("logs", args.region, args.names.account_id, "log-group:/aws/sagemaker/TrainingJobs")
        role = ExecutionRole(
            JOB,
            ExecutionRoleArgs(
                args.names.role(args.region, JOB),
                "sagemaker.amazonaws.com",
                "Trains the risk engine's model",
                for_account=args.names.account_id,
            ),
            child,
        )
        permitted = aws.iam.RolePolicy(
            JOB,
            name="grants",
            role=role.role_name,
            policy=policy_document(training_grants(stores, args.region, args.image, group)),
            opts=child,
        )
        job = TrainingJob(
            image=args.image,
            role_arn=role.arn,
            key_arn=stores.key_arn,
            samples_bucket=stores.training.bucket_name,
            models_bucket=stores.fraud.bucket_name,
            instance_type=args.settings.instance_type,
            disk_gib=args.settings.disk_gib,
            longest_seconds=args.settings.hours * 3_600,
        )
        StateMachine(
            TRAINING,
            StateMachineArgs(
                names=args.names,
                region=args.region,
                kind="STANDARD",
                definition=training_flow(job),
                grants=tuple(_grants(args, role.arn)),
                key_arn=stores.key_arn,
                log_retention_days=args.log_retention_days,
                failing="A model was not trained. Look at the job's log.",
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
        self.register_outputs({})


def _grants(args: TrainerArgs, job_role_arn: pulumi.Output[str]) -> list[Statement]:
    names, region, key_arn = args.names, args.region, args.stores.key_arn
    any_job = Everything(reason="a job is named by the execution that starts it")
    under_key = (
        Condition("ArnEquals", "sagemaker:OutputKmsKey", (key_arn,)),
        Condition("ArnEquals", "sagemaker:VolumeKmsKey", (key_arn,)),
    )
    rule = Exactly(arn("events", region, names.account_id, f"rule/{WATCHING_RULE}"))
    passed = Condition("StringEquals", "iam:PassedToService", ("sagemaker.amazonaws.com",))
    disks = through(region, "sagemaker")
    follow = ("sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob")
    return [
        *watching(key_arn, state_machine_arn(names, region, TRAINING)),
        Statement("Train", "Allow", ("sagemaker:CreateTrainingJob",), (any_job,), conditions=under_key),
        Statement("Follow", "Allow", follow, (any_job,)),
        Statement("GiveRole", "Allow", ("iam:PassRole",), (Exactly(job_role_arn),), conditions=(passed,)),
        Statement(
            "SealDisks", "Allow", ("kms:CreateGrant", "kms:DescribeKey"), (Exactly(key_arn),), conditions=(disks,)
        ),
        Statement("LearnOfTheEnd", "Allow", ("events:DescribeRule", "events:PutRule", "events:PutTargets"), (rule,)),
    ]
