"""The risk engine's API, which only the private network reaches."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Anyone, Condition, Exactly, through
from components.payment.message_api import TLS_POLICY
from components.risk.api_document import METHOD, PATH, STAGE, api_document
from components.risk.api_endpoint import ApiEndpoint, ApiEndpointArgs

if TYPE_CHECKING:
    from components.blocks.naming import Names

API = "risk"
ROLE = "risk-api"


@dataclass(frozen=True, slots=True)
class InternalApiArgs:
    """`vpc_id`, `subnet_ids`: of the private network. `rate_per_second`, `burst`: what is taken."""

    names: Names
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: tuple[pulumi.Input[str], ...]
    machine_arn: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    rate_per_second: float
    burst: int


class InternalApi(pulumi.ComponentResource):
    """A private REST API: reached through its own endpoint alone, by callers that sign and whose roles may.

    It starts the flow and waits for its answer; no function stands between. There are no logs of requests: the flow's
    record of decisions says what was asked, and CloudTrail and traces say when.
    """

    def __init__(self, name: str, args: InternalApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:risk:InternalApi", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        endpoint = ApiEndpoint(
            "risk-api", ApiEndpointArgs(args.names, args.region, args.vpc_id, args.subnet_ids), self._child
        )
        role, permitted = self._role()
        body = pulumi.Output.all(args.machine_arn, role.arn).apply(
            lambda known: api_document(args.names.regional(API), args.region, str(known[0]), str(known[1]))
        )
        api = aws.apigateway.RestApi(
            name,
            name=args.names.regional(API),
            description="Assessments of risk, for the private network",
            body=body,
            endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(
                types="PRIVATE", vpc_endpoint_ids=[endpoint.endpoint_id]
            ),
            security_policy=TLS_POLICY,
            endpoint_access_mode="STRICT",
            opts=self._child,
        )
        guarded = aws.apigateway.RestApiPolicy(
            name, rest_api_id=api.id, policy=policy_document([_elsewhere(api, endpoint)]), opts=self._child
        )
        self._stage(name, api, body, (guarded, permitted))
        self.register_outputs({"apiId": api.id})

    def _role(self) -> tuple[ExecutionRole, aws.iam.RolePolicy]:
        args = self._args
        role = ExecutionRole(
            ROLE,
            ExecutionRoleArgs(
                args.names.role(args.region, ROLE),
                "apigateway.amazonaws.com",
                "Starts the flow that decides on risk",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        grants = [
            Statement("Decide", "Allow", ("states:StartSyncExecution",), (Exactly(args.machine_arn),)),
            Statement(
                "SealInput",
                "Allow",
                ("kms:Decrypt", "kms:GenerateDataKey"),
                (Exactly(args.key_arn),),
                conditions=(through(args.region, "states"),),
            ),
        ]
        permitted = aws.iam.RolePolicy(
            ROLE, name="grants", role=role.role_name, policy=policy_document(grants), opts=self._child
        )
        return role, permitted

    def _stage(
        self, name: str, api: aws.apigateway.RestApi, body: pulumi.Output[str], first: tuple[pulumi.Resource, ...]
    ) -> None:
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"body": body.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())},
            # A private API without a policy is not deployed (API Gateway Developer Guide, "Private REST APIs").
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(first)),
        )
        stage = aws.apigateway.Stage(
            name,
            rest_api=api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            xray_tracing_enabled=True,
            opts=self._child,
        )
        aws.apigateway.MethodSettings(
            name,
            rest_api=api.id,
            stage_name=stage.stage_name,
            method_path="*/*",
            settings=aws.apigateway.MethodSettingsSettingsArgs(
                throttling_rate_limit=self._args.rate_per_second,
                throttling_burst_limit=self._args.burst,
                metrics_enabled=True,
                logging_level="OFF",
                data_trace_enabled=False,
            ),
            opts=self._child,
        )


def _elsewhere(api: aws.apigateway.RestApi, endpoint: ApiEndpoint) -> Statement:
    """Refuse whoever comes another way. It allows nobody: that is for the callers' own policies."""
    return Statement(
        "NotThroughTheEndpoint",
        "Deny",
        ("execute-api:Invoke",),
        (Exactly(pulumi.Output.concat(api.execution_arn, f"/{STAGE}/{METHOD.upper()}{PATH}")),),
        (Anyone(),),
        (Condition("StringNotEquals", "aws:SourceVpce", (endpoint.endpoint_id,)),),
    )
