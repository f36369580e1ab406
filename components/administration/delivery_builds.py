"""Where what is delivered is checked, built and deployed: two CodeBuild projects, of which one alone may deploy."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
import pulumi_aws as aws

from components.blocks.image import PULLING, repository_arn
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Everything, Exactly, LogStreams, ObjectPrefix, through

if TYPE_CHECKING:
    from components.blocks.bucket import Bucket
    from components.blocks.key import RegionalKey
    from components.blocks.naming import Names

Project = Literal["check", "deploy"]
IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com/([a-z0-9._/-]+)@sha256:[0-9a-f]{64}")
"""By digest: a tag may be another image tomorrow."""
MINUTES = 60
CHECK = (
    "make check test build",
    ".venv/bin/twinrail plan --env $ENVIRONMENT",
)
DEPLOY = (
    "make install",
    "pulumi login $STATE_URL",
    "pulumi up --non-interactive --yes --stack $STACK",
    # Repeating it changes nothing; a Region's functions must not run before it.
    (
        "case $STACK in *-foundation) pulumi stack output ledger --json --stack $STACK"
        " | .venv/bin/python -m tools.migrate --region $AWS_REGION;; esac"
    ),
)
PROFILE = (
    "aws configure set profile.deploy.role_arn $DEPLOY_ROLE_ARN",
    "aws configure set profile.deploy.credential_source EcsContainer",
    "export AWS_PROFILE=deploy",
)
"""The build's own role may take on the deploying one, and nothing else of what deploying needs."""


@dataclass(frozen=True, slots=True)
class DeliveryBuildsArgs:
    """`image`: with python3.11, make, and the Pulumi and AWS command lines; in ECR, by digest. `deploy_role_arn`: made
    by whoever hands out accounts. `state_url`: of Pulumi's backend."""

    names: Names
    region: str
    image: str
    deploy_role_arn: str
    state_url: str
    artifacts: Bucket
    key: RegionalKey
    log_group: aws.cloudwatch.LogGroup


class DeliveryBuilds(pulumi.ComponentResource):
    """`project_names`, `project_arns`: by what they are for."""

    def __init__(self, name: str, args: DeliveryBuildsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:DeliveryBuilds", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        made = {
            "check": self._project("check", CHECK, ()),
            "deploy": self._project("deploy", (*PROFILE, *DEPLOY), self._deploying()),
        }
        self.project_names = {kind: each.name for kind, each in made.items()}
        self.project_arns = {kind: each.arn for kind, each in made.items()}
        self.register_outputs({"projectNames": self.project_names})

    def _project(self, kind: Project, commands: tuple[str, ...], more: tuple[Statement, ...]) -> aws.codebuild.Project:
        args, name = self._args, f"delivery-{kind}"
        role = ExecutionRole(
            name,
            ExecutionRoleArgs(
                args.names.role(args.region, name),
                "codebuild.amazonaws.com",
                f"What the build that does {kind} may do",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        aws.iam.RolePolicy(
            name,
            name="grants",
            role=role.role_name,
            policy=policy_document([*self._building(), *more]),
            opts=self._child,
        )
        variables = {
            "ENVIRONMENT": args.names.environment,
            "STATE_URL": args.state_url,
            "DEPLOY_ROLE_ARN": args.deploy_role_arn,
        }
        return aws.codebuild.Project(
            name,
            name=args.names.regional(name),
            service_role=role.arn,
            build_timeout=MINUTES,
            # Two at once would deploy one stack twice.
            concurrent_build_limit=1,
            encryption_key=args.key.arn,
            artifacts=aws.codebuild.ProjectArtifactsArgs(type="CODEPIPELINE"),
            source=aws.codebuild.ProjectSourceArgs(type="CODEPIPELINE", buildspec=_buildspec(commands)),
            environment=aws.codebuild.ProjectEnvironmentArgs(
                type="ARM_CONTAINER",
                compute_type="BUILD_GENERAL1_LARGE",
                image=args.image,
                image_pull_credentials_type="SERVICE_ROLE",
                privileged_mode=False,
                environment_variables=[
                    aws.codebuild.ProjectEnvironmentEnvironmentVariableArgs(name=variable, value=value)
                    for variable, value in sorted(variables.items())
                ],
            ),
            logs_config=aws.codebuild.ProjectLogsConfigArgs(
                cloudwatch_logs=aws.codebuild.ProjectLogsConfigCloudwatchLogsArgs(
                    group_name=args.log_group.name, stream_name=kind
                )
            ),
            opts=self._child,
        )

    def _building(self) -> tuple[Statement, ...]:
        args, bucket = self._args, self._args.artifacts.arn
        if IMAGE.fullmatch(args.image) is None:
            raise ValueError(f"image {args.image!r}: expected one in ECR, by its digest")
        token = Everything(reason="a token for a registry is for all of the account's repositories")
        return (
            Statement(
                "Artifacts", "Allow", ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
                (ObjectPrefix(bucket, args.names.regional("delivery")),),
            ),
            Statement(
                "ArtifactsKey", "Allow", ("kms:Decrypt", "kms:GenerateDataKey"), (Exactly(args.key.arn),),
                conditions=(through(args.region, "s3"),),
            ),
            Statement(
                "WriteLog", "Allow", ("logs:CreateLogStream", "logs:PutLogEvents"), (LogStreams(args.log_group.arn),)
            ),
            Statement("Image", "Allow", PULLING, (Exactly(repository_arn(args.image)),)),
            Statement("Registry", "Allow", ("ecr:GetAuthorizationToken",), (token,)),
        )  # fmt: skip

    def _deploying(self) -> tuple[Statement, ...]:
        return (Statement("TakeOn", "Allow", ("sts:AssumeRole",), (Exactly(self._args.deploy_role_arn),)),)


def _buildspec(commands: tuple[str, ...]) -> str:
    phases = {"build": {"commands": ["set -eu", *commands]}}
    return json.dumps({"version": 0.2, "phases": phases, "artifacts": {"files": ["**/*"]}}, sort_keys=True)
