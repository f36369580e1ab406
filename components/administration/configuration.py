"""The configuration platform: what operators change while the hub runs; checked, rolled out slowly, taken back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.key import RegionalKey, RegionalKeyArgs
from components.blocks.key_policy import administration, use_by_account_through
from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Everything

if TYPE_CHECKING:
    from components.blocks.naming import Names

PROFILE = "operations"
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "required": ["log_level"],
    "properties": {"log_level": {"enum": ["DEBUG", "INFO", "WARNING", "ERROR"]}},
}
"""What a configuration may be: one that is not like it is refused before it is rolled out."""


@dataclass(frozen=True, slots=True)
class ConfigurationPlatformArgs:
    """`log_level`: what the first configuration says. `minutes`: how long a change takes to be everywhere, and is then
    watched. `alarm_arns`: what takes it back."""

    names: Names
    region: str
    log_level: str
    minutes: int
    alarm_arns: tuple[pulumi.Input[str], ...]
    protect: bool


class ConfigurationPlatform(pulumi.ComponentResource):
    """An application of AppConfig with one profile. The functions do not read it yet: they have their environment's.

    AppConfig User Guide, "Creating a configuration profile", "Monitoring deployments for automatic rollback".
    """

    def __init__(self, name: str, args: ConfigurationPlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:administration:ConfigurationPlatform", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        key = self._key(name, args)
        application = aws.appconfig.Application(
            name, name=args.names.regional(name), description="What changes while the hub runs", opts=self._child
        )
        environment = self._environment(name, args, application)
        profile = aws.appconfig.ConfigurationProfile(
            PROFILE,
            name=PROFILE,
            application_id=application.id,
            location_uri="hosted",
            kms_key_identifier=key.arn,
            validators=[
                aws.appconfig.ConfigurationProfileValidatorArgs(
                    type="JSON_SCHEMA", content=json.dumps(SCHEMA, sort_keys=True)
                )
            ],
            opts=self._child,
        )
        version = aws.appconfig.HostedConfigurationVersion(
            PROFILE,
            application_id=application.id,
            configuration_profile_id=profile.configuration_profile_id,
            content_type="application/json",
            content=json.dumps({"log_level": args.log_level}),
            opts=self._child,
        )
        strategy = self._strategy(name, args)
        aws.appconfig.Deployment(
            PROFILE,
            application_id=application.id,
            environment_id=environment.environment_id,
            configuration_profile_id=profile.configuration_profile_id,
            configuration_version=version.version_number.apply(str),
            deployment_strategy_id=strategy.id,
            kms_key_identifier=key.arn,
            opts=self._child,
        )
        self.register_outputs({"applicationId": application.id})

    def _key(self, name: str, args: ConfigurationPlatformArgs) -> RegionalKey:
        through = use_by_account_through(
            "Configurations", args.names.account_id, (f"appconfig.{args.region}.amazonaws.com",)
        )
        statements = (administration(args.names.account_id), through)
        described = RegionalKeyArgs(args.names.key_alias(name), "Configurations", statements, args.protect)
        return RegionalKey(name, described, self._child)

    def _environment(
        self, name: str, args: ConfigurationPlatformArgs, application: aws.appconfig.Application
    ) -> aws.appconfig.Environment:
        role = ExecutionRole(
            "configuration-rollback",
            ExecutionRoleArgs(
                args.names.role(args.region, "configuration-rollback"),
                "appconfig.amazonaws.com",
                "Looks at alarms while a configuration is rolled out",
            ),
            self._child,
        )
        alarms = Everything(reason="CloudWatch decides on a description of alarms for all of them together")
        looking = Statement("Look", "Allow", ("cloudwatch:DescribeAlarms",), (alarms,))
        aws.iam.RolePolicy(
            "configuration-rollback",
            name="grants",
            role=role.role_name,
            policy=policy_document([looking]),
            opts=self._child,
        )
        return aws.appconfig.Environment(
            name,
            name=args.names.environment,
            application_id=application.id,
            monitors=[
                aws.appconfig.EnvironmentMonitorArgs(alarm_arn=alarm, alarm_role_arn=role.arn)
                for alarm in args.alarm_arns
            ],
            opts=self._child,
        )

    def _strategy(self, name: str, args: ConfigurationPlatformArgs) -> aws.appconfig.DeploymentStrategy:
        return aws.appconfig.DeploymentStrategy(
            name,
            name=args.names.regional(name),
            description="A tenth after the other, then watched for as long",
            deployment_duration_in_minutes=args.minutes,
            final_bake_time_in_minutes=args.minutes,
            growth_factor=10,
            growth_type="LINEAR",
            replicate_to="NONE",
            opts=self._child,
        )
