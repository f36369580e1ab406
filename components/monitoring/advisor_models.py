"""What stands between the support advisor and its models: what they must not be told or say, and a log of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import LogStreams
from components.monitoring.advisor_store import invocation_log_group

if TYPE_CHECKING:
    from components.blocks.naming import Names

IDENTIFYING = (
    "ADDRESS",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "CREDIT_DEBIT_CARD_CVV",
    "CREDIT_DEBIT_CARD_NUMBER",
    "EMAIL",
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "NAME",
    "PASSWORD",
    "PHONE",
    "PIN",
)
"""Kinds of Bedrock Guardrails ("Remove PII from conversations") that a payment or an incident may hold."""
HARMFUL = ("HATE", "INSULTS", "MISCONDUCT", "SEXUAL", "VIOLENCE")
PROMPT_ATTACK = "PROMPT_ATTACK"
REFUSAL = "That cannot be answered here: it names someone, or asks for what a runbook does not say."


@dataclass(frozen=True, slots=True)
class AdvisorModelsArgs:
    """`key_arn`: of the guardrail and of the log. `log_days`: how long is kept what models were asked."""

    names: Names
    region: str
    key_arn: pulumi.Input[str]
    log_days: int


class AdvisorModels(pulumi.ComponentResource):
    """A guardrail that masks identifying values and stops attempts on the prompt, and a log of every invocation.

    The log is one for the account's Region: each environment has an account of its own.
    """

    def __init__(self, name: str, args: AdvisorModelsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:AdvisorModels", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        guardrail = self._guardrail()
        version = aws.bedrock.GuardrailVersion(
            name, guardrail_arn=guardrail.guardrail_arn, description="As deployed", opts=self._child
        )
        self.guardrail_arn, self.guardrail_id = guardrail.guardrail_arn, guardrail.guardrail_id
        self.guardrail_version = version.version
        self._log()
        self.register_outputs({"guardrailArn": self.guardrail_arn})

    def _guardrail(self) -> aws.bedrock.Guardrail:
        content = aws.bedrock.GuardrailContentPolicyConfigFiltersConfigArgs
        filters = [content(type=each, input_strength="HIGH", output_strength="HIGH") for each in HARMFUL]
        # Answers are not asked for attempts on the prompt.
        filters.append(content(type=PROMPT_ATTACK, input_strength="HIGH", output_strength="NONE"))
        masked = [
            aws.bedrock.GuardrailSensitiveInformationPolicyConfigPiiEntitiesConfigArgs(type=each, action="ANONYMIZE")
            for each in IDENTIFYING
        ]
        return aws.bedrock.Guardrail(
            self._name,
            name=self._args.names.regional(self._name),
            description="The support advisor neither learns nor tells who pays whom",
            blocked_input_messaging=REFUSAL,
            blocked_outputs_messaging=REFUSAL,
            kms_key_arn=self._args.key_arn,
            content_policy_config=aws.bedrock.GuardrailContentPolicyConfigArgs(filters_configs=filters),
            sensitive_information_policy_config=aws.bedrock.GuardrailSensitiveInformationPolicyConfigArgs(
                pii_entities_configs=masked
            ),
            opts=self._child,
        )

    def _log(self) -> None:
        """Bedrock User Guide, "Monitor model invocation using CloudWatch Logs"."""
        args = self._args
        group = aws.cloudwatch.LogGroup(
            self._name,
            name=invocation_log_group(args.names),
            retention_in_days=args.log_days,
            kms_key_id=args.key_arn,
            opts=self._child,
        )
        role = ExecutionRole(
            "invocation-log",
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, "invocation-log"),
                service="bedrock.amazonaws.com",
                description="Logs what models were asked and answered",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        writing = ("logs:CreateLogStream", "logs:PutLogEvents")
        permitted = aws.iam.RolePolicy(
            "invocation-log",
            name="grants",
            role=role.role_name,
            policy=policy_document([Statement("Log", "Allow", writing, (LogStreams(group.arn),))]),
            opts=self._child,
        )
        aws.bedrockmodel.InvocationLoggingConfiguration(
            self._name,
            logging_config=aws.bedrockmodel.InvocationLoggingConfigurationLoggingConfigArgs(
                text_data_delivery_enabled=True,
                embedding_data_delivery_enabled=False,
                image_data_delivery_enabled=False,
                video_data_delivery_enabled=False,
                cloudwatch_config=aws.bedrockmodel.InvocationLoggingConfigurationLoggingConfigCloudwatchConfigArgs(
                    log_group_name=group.name, role_arn=role.arn
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )
