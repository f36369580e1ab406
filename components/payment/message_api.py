"""One Region's API: the project's OpenAPI document, deployed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.function import LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.blocks.function import Function
    from components.blocks.naming import Names
    from components.payment.api_document import ApiDocument, Operation
    from components.payment.message_path import FunctionName

STAGE = "v1"
TLS_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
"""TLS 1.2 or 1.3 with forward secrecy. A regional API's default takes TLS 1.0 (API Gateway Developer Guide, "Security
policies for REST APIs")."""
OPEN_RATE_PER_SECOND, OPEN_BURST = 10, 20
"""Of an operation that anyone may call: enough for those who watch the Region, and no more than its function, and what
that asks, can bear."""
# Neither body nor header: whose call, what, when, how it ended.
_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "clientId": "$context.authorizer.claims.client_id",
    "httpMethod": "$context.httpMethod",
    "resourcePath": "$context.resourcePath",
    "status": "$context.status",
    "errorType": "$context.error.responseType",
    "responseLength": "$context.responseLength",
    "responseLatencyMs": "$context.responseLatency",
    "integrationLatencyMs": "$context.integrationLatency",
    "tlsVersion": "$context.tlsVersion",
}


@dataclass(frozen=True, slots=True)
class Throttling:
    """Requests a second that are taken in this Region, and how many at once beyond that."""

    rate_per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class MessageApiArgs:
    """`logging` is what lets API Gateway write access logs: the Region's account setting.

    `own_address`: whether it answers at the address that API Gateway gives it, too. `prefix`: of the names of what
    belongs to an operation, where the document is deployed more than once.
    """

    names: Names
    document: ApiDocument
    functions: Mapping[FunctionName, Function]
    user_pool_arn: pulumi.Input[str]
    throttling: Throttling
    logging: pulumi.Resource
    log_retention_days: int
    log_key_arn: pulumi.Input[str]
    own_address: bool = True
    prefix: str = ""


class MessageApi(pulumi.ComponentResource):
    """A regional REST API, every operation served by a function and secured as the document says.

    There are no execution logs: at any level they can hold what a client sent. Access logs say the rest.
    """

    url: pulumi.Output[str]
    api_id: pulumi.Output[str]
    stage_name: pulumi.Output[str]

    def __init__(self, name: str, args: MessageApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:payment:MessageApi", name, None, opts)
        self._name = name
        self._args = args
        self.largest_body_bytes = args.document.largest_body_bytes
        self._child = pulumi.ResourceOptions(parent=self)
        body = self._body()
        api = aws.apigateway.RestApi(
            name,
            name=args.names.regional(name),
            description="ISO 20022 messages in, answers out",
            body=body,
            endpoint_configuration=aws.apigateway.RestApiEndpointConfigurationArgs(types="REGIONAL"),
            disable_execute_api_endpoint=None if args.own_address else True,
            security_policy=TLS_POLICY,
            endpoint_access_mode="STRICT",
            binary_media_types=list(args.document.binary_media_types),
            opts=self._child,
        )
        permissions = [self._permit(api, operation) for operation in args.document.operations]
        deployment = aws.apigateway.Deployment(
            name,
            rest_api=api.id,
            triggers={"body": body.apply(lambda text: hashlib.sha256(text.encode()).hexdigest())},
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )
        stage = self._stage(api, deployment)
        self.url, self.api_id, self.stage_name = stage.invoke_url, api.id, stage.stage_name
        self.register_outputs({"url": self.url})

    def _body(self) -> pulumi.Output[str]:
        document, title = self._args.document, self._args.names.regional(self._name)
        serving = sorted({operation.function for operation in document.operations})
        by_name = {str(name): function for name, function in self._args.functions.items()}
        invoke_arns = pulumi.Output.all(*(by_name[function].alias.invoke_arn for function in serving))
        return pulumi.Output.all(invoke_arns, self._args.user_pool_arn).apply(
            lambda known: document.render(title, dict(zip(serving, known[0], strict=True)), str(known[1]))
        )

    def _permit(self, api: aws.apigateway.RestApi, operation: Operation) -> aws.lambda_.Permission:
        by_name = {str(name): function for name, function in self._args.functions.items()}
        name = f"{self._args.prefix}{operation.name}"
        return aws.lambda_.Permission(
            name,
            statement_id=name,
            action="lambda:InvokeFunction",
            function=by_name[operation.function].function_name,
            qualifier=LIVE,
            principal="apigateway.amazonaws.com",
            source_account=self._args.names.account_id,
            source_arn=pulumi.Output.concat(api.execution_arn, "/", STAGE, "/", operation.execution_path),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[by_name[operation.function].alias]),
        )

    def _stage(self, api: aws.apigateway.RestApi, deployment: aws.apigateway.Deployment) -> aws.apigateway.Stage:
        log_group = aws.cloudwatch.LogGroup(
            self._name,
            name=self._args.names.api_log_group(self._name),
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.log_key_arn,
            opts=self._child,
        )
        stage = aws.apigateway.Stage(
            self._name,
            rest_api=api.id,
            deployment=deployment.id,
            stage_name=STAGE,
            access_log_settings=aws.apigateway.StageAccessLogSettingsArgs(
                destination_arn=log_group.arn, format=json.dumps(_ACCESS_LOG)
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._args.logging]),
        )
        every = self._settle(api, stage, self._name, "*/*", self._args.throttling)
        for operation in self._args.document.operations:
            if operation.open:
                limits = Throttling(OPEN_RATE_PER_SECOND, OPEN_BURST)
                # After the rest: two changes of a stage at once can refuse each other.
                self._settle(api, stage, f"{self._args.prefix}{operation.name}", operation.settings_path, limits, every)
        return stage

    def _settle(
        self,
        api: aws.apigateway.RestApi,
        stage: aws.apigateway.Stage,
        name: str,
        method_path: str,
        throttling: Throttling,
        *after: pulumi.Resource,
    ) -> pulumi.Resource:
        """Set what a method's settings are; those of one method take nothing over from those of all."""
        return aws.apigateway.MethodSettings(
            name,
            rest_api=api.id,
            stage_name=stage.stage_name,
            method_path=method_path,
            settings=aws.apigateway.MethodSettingsSettingsArgs(
                throttling_rate_limit=throttling.rate_per_second,
                throttling_burst_limit=throttling.burst,
                metrics_enabled=True,
                logging_level="OFF",
                data_trace_enabled=False,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(after)),
        )
