"""How a change gets to an environment: checked, approved, then Region by Region with time to see what it does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import pulumi
import pulumi_aws as aws

from components.administration.delivery_builds import DeliveryBuilds, DeliveryBuildsArgs, Project
from components.blocks.bucket import Bucket, BucketArgs
from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_logs, use_by_roles
from components.blocks.naming import arn
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, ObjectPrefix, through

if TYPE_CHECKING:
    from components.blocks.naming import Names

ARTIFACT_DAYS = 30
SOURCE, BUILT = "source", "built"


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """`connection_arn`: to where `repository` (`owner/name`) is. `bake_minutes`: how long alarms must be silent in a
    Region before the next one is touched. Else as DeliveryBuildsArgs."""

    connection_arn: str
    repository: str
    branch: str
    image: str
    deploy_role_arn: str
    state_url: str
    bake_minutes: int


@dataclass(frozen=True, slots=True)
class DeliveryPipelineArgs:
    """`region`: where the pipeline runs. `stacks`: what is deployed, in order: the foundation, then each Region's.

    `alarm_names`: what must be silent in a Region after its deployment; five at most.
    """

    names: Names
    region: str
    regions: tuple[str, ...]
    organization: str
    alarm_names: tuple[str, ...]
    settings: DeliverySettings
    log_retention_days: int
    protect: bool


class DeliveryPipeline(pulumi.ComponentResource):
    """Source, check, a person's word, the foundation, and each Region in turn.

    A Region in which an alarm sounds within the bake time fails its stage: the other Region is not touched.
    """

    def __init__(self, name: str, args: DeliveryPipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:DeliveryPipeline", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._log_name = f"/aws/codebuild/{args.names.regional('delivery')}"
        role = self._role()
        key = self._key(role)
        log_group = aws.cloudwatch.LogGroup(
            name,
            name=self._log_name,
            retention_in_days=args.log_retention_days,
            kms_key_id=key.arn,
            opts=self._child,
        )
        bucket = Bucket(
            name,
            BucketArgs(
                bucket_name=args.names.bucket("delivery", args.region),
                key_arn=key.arn,
                retention_days=ARTIFACT_DAYS,
                lock_mode="GOVERNANCE",
                lock_days=1,
                protect=args.protect,
            ),
            self._child,
        )
        builds = DeliveryBuilds(
            name,
            DeliveryBuildsArgs(
                names=args.names,
                region=args.region,
                image=args.settings.image,
                deploy_role_arn=args.settings.deploy_role_arn,
                state_url=args.settings.state_url,
                artifacts=bucket,
                key=key,
                log_group=log_group,
            ),
            self._child,
        )
        aws.iam.RolePolicy(
            name,
            name="grants",
            role=role.role_name,
            policy=policy_document(self._grants(bucket, key, builds)),
            opts=self._child,
        )
        pipeline = aws.codepipeline.Pipeline(
            name,
            name=args.names.regional(name),
            pipeline_type="V2",
            # What came later waits, and replaces what waits before it.
            execution_mode="SUPERSEDED",
            role_arn=role.arn,
            artifact_stores=[
                aws.codepipeline.PipelineArtifactStoreArgs(
                    location=bucket.bucket_name,
                    type="S3",
                    encryption_key=aws.codepipeline.PipelineArtifactStoreEncryptionKeyArgs(id=key.arn, type="KMS"),
                )
            ],
            stages=self._stages(builds),
            opts=self._child,
        )
        self.register_outputs({"pipelineArn": pipeline.arn})

    def _role(self) -> ExecutionRole:
        args = self._args
        return ExecutionRole(
            "delivery",
            ExecutionRoleArgs(
                args.names.role(args.region, "delivery"),
                "codepipeline.amazonaws.com",
                "What the delivery pipeline may do",
                for_account=args.names.account_id,
            ),
            self._child,
        )

    def _key(self, role: ExecutionRole) -> RegionalKey:
        args, account_id = self._args, self._args.names.account_id
        roles: list[pulumi.Input[str]] = [
            role.arn,
            *(args.names.role_arn(args.region, f"delivery-{kind}") for kind in get_args(Project)),
        ]
        statements = (
            administration(account_id),
            use_by_roles(
                "Delivery",
                account_id,
                roles,
                ("kms:Decrypt", "kms:GenerateDataKey"),
                (f"s3.{args.region}.amazonaws.com",),
            ),
            use_by_logs(args.region, [arn("logs", args.region, account_id, f"log-group:{self._log_name}")]),
        )
        return RegionalKey(
            "delivery",
            RegionalKeyArgs(
                args.names.key_alias("delivery"), "What is delivered, and its logs", statements, args.protect
            ),
            self._child,
        )

    def _grants(self, bucket: Bucket, key: RegionalKey, builds: DeliveryBuilds) -> list[Statement]:
        args, account_id = self._args, self._args.names.account_id
        objects = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject")
        alarms = tuple(
            Exactly(arn("cloudwatch", region, account_id, f"alarm:{alarm}"))
            for region in args.regions
            for alarm in args.alarm_names
        )
        return [
            Statement("Artifacts", "Allow", objects, (ObjectPrefix(bucket.arn, args.names.regional("delivery")),)),
            Statement("FindArtifacts", "Allow", ("s3:GetBucketVersioning",), (Exactly(bucket.arn),)),
            Statement(
                "ArtifactsKey",
                "Allow",
                ("kms:Decrypt", "kms:GenerateDataKey"),
                (Exactly(key.arn),),
                conditions=(through(args.region, "s3"),),
            ),
            Statement(
                "Build",
                "Allow",
                ("codebuild:BatchGetBuilds", "codebuild:StartBuild"),
                tuple(Exactly(each) for each in builds.project_arns.values()),
            ),
            Statement(
                "Source",
                "Allow",
                ("codeconnections:UseConnection", "codestar-connections:UseConnection"),
                (Exactly(args.settings.connection_arn),),
            ),
            Statement("LookAtAlarms", "Allow", ("cloudwatch:DescribeAlarms",), alarms),
        ]

    def _stages(self, builds: DeliveryBuilds) -> list[aws.codepipeline.PipelineStageArgs]:
        settings, stage = self._args.settings, aws.codepipeline.PipelineStageArgs
        source = _action(
            "Source",
            "CodeStarSourceConnection",
            {
                "ConnectionArn": settings.connection_arn,
                "FullRepositoryId": settings.repository,
                "BranchName": settings.branch,
                "OutputArtifactFormat": "CODE_ZIP",
            },
            outputs=[SOURCE],
        )
        check = _action(
            "Build", "CodeBuild", {"ProjectName": builds.project_names["check"]}, inputs=[SOURCE], outputs=[BUILT]
        )
        approve = _action("Approval", "Manual", {"CustomData": "Read the plan that the check has printed."})
        foundation = self._deploy(builds, "foundation")
        return [
            stage(name="source", actions=[source]),
            stage(name="check", actions=[check]),
            stage(name="approve", actions=[approve]),
            stage(name="foundation", actions=[foundation]),
            *(
                stage(name=region, actions=[self._deploy(builds, region)], on_success=self._bake(region))
                for region in self._args.regions
            ),
        ]

    def _deploy(self, builds: DeliveryBuilds, layer: str) -> aws.codepipeline.PipelineStageActionArgs:
        args = self._args
        stack = f"{args.organization}/twinrail/{args.names.environment}-{layer}"
        variables = json.dumps([{"name": "STACK", "value": stack, "type": "PLAINTEXT"}])
        configuration = {"ProjectName": builds.project_names["deploy"], "EnvironmentVariables": variables}
        return _action("Build", "CodeBuild", configuration, inputs=[BUILT], name="deploy")

    def _bake(self, region: str) -> aws.codepipeline.PipelineStageOnSuccessArgs:
        """CodePipeline User Guide, "CloudWatchAlarm" rule: for how long an alarm is to be silent."""
        rules = [
            aws.codepipeline.PipelineStageOnSuccessConditionRuleArgs(
                name=f"silent-{number}",
                rule_type_id=aws.codepipeline.PipelineStageOnSuccessConditionRuleRuleTypeIdArgs(
                    category="Rule", owner="AWS", provider="CloudWatchAlarm", version="1"
                ),
                configuration={"AlarmName": alarm, "WaitTime": str(self._args.settings.bake_minutes)},
                region=region,
            )
            for number, alarm in enumerate(self._args.alarm_names, start=1)
        ]
        return aws.codepipeline.PipelineStageOnSuccessArgs(
            condition=aws.codepipeline.PipelineStageOnSuccessConditionArgs(result="FAIL", rules=rules)
        )


def _action(
    category: str,
    provider: str,
    configuration: dict[str, Any],
    *,
    inputs: list[str] | None = None,
    outputs: list[str] | None = None,
    name: str | None = None,
) -> aws.codepipeline.PipelineStageActionArgs:
    return aws.codepipeline.PipelineStageActionArgs(
        name=name or provider.lower(),
        category=category,
        owner="AWS",
        provider=provider,
        version="1",
        configuration=configuration,
        input_artifacts=inputs,
        output_artifacts=outputs,
    )
