"""Whom those who support the hub ask: a bot that answers from documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from components.blocks.role import ExecutionRole, ExecutionRoleArgs
from components.blocks.statement import Statement, policy_document
from components.blocks.statement_parts import Exactly, through
from components.monitoring.advisor_knowledge import model_arn

if TYPE_CHECKING:
    from components.blocks.naming import Names
    from components.monitoring.advisor_knowledge import AdvisorKnowledge
    from components.monitoring.advisor_models import AdvisorModels

LOCALE = "en_GB"
DRAFT = "DRAFT"
IDLE_SECONDS = 900
CONFIDENCE = 0.4
"""Below it an utterance is none of the bot's intents, and is asked of the documents. Lex's own default."""
QUESTIONS = "AMAZON.QnAIntent"


@dataclass(frozen=True, slots=True)
class SupportAdvisorArgs:
    """`model`: the id of the Bedrock model that words answers. `key_arn`: of the guardrail and the knowledge."""

    names: Names
    region: str
    model: str
    key_arn: pulumi.Input[str]
    knowledge: AdvisorKnowledge
    models: AdvisorModels


class SupportAdvisor(pulumi.ComponentResource):
    """A Lex bot, one language, whose one intent asks the knowledge base, behind the guardrail.

    It may read that knowledge, and nothing of a payment.
    """

    def __init__(self, name: str, args: SupportAdvisorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:monitoring:SupportAdvisor", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        role, permitted = self._role()
        bot = aws.lex.V2modelsBot(
            name,
            name=args.names.regional(name),
            description="Answers those who support the hub, from its documents",
            role_arn=role.arn,
            idle_session_ttl_in_seconds=IDLE_SECONDS,
            data_privacies=[aws.lex.V2modelsBotDataPrivacyArgs(child_directed=False)],
            opts=self._child,
        )
        locale = aws.lex.V2modelsBotLocale(
            name,
            bot_id=bot.id,
            bot_version=DRAFT,
            locale_id=LOCALE,
            n_lu_intent_confidence_threshold=CONFIDENCE,
            opts=self._child,
        )
        intent = self._questions(bot, locale, permitted)
        aws.lex.V2modelsBotVersion(
            name,
            bot_id=bot.id,
            locale_specification={LOCALE: aws.lex.V2modelsBotVersionLocaleSpecificationArgs(source_bot_version=DRAFT)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[intent]),
        )
        self.register_outputs({"botId": bot.id})

    def _questions(
        self, bot: aws.lex.V2modelsBot, locale: aws.lex.V2modelsBotLocale, permitted: aws.iam.RolePolicy
    ) -> aws.lex.V2modelsIntent:
        args = self._args
        return aws.lex.V2modelsIntent(
            "questions",
            name="Questions",
            description="What a runbook may answer",
            bot_id=bot.id,
            bot_version=locale.bot_version,
            locale_id=locale.locale_id,
            parent_intent_signature=QUESTIONS,
            qna_intent_configuration=aws.lex.V2modelsIntentQnaIntentConfigurationArgs(
                data_source_configuration=aws.lex.V2modelsIntentQnaIntentConfigurationDataSourceConfigurationArgs(
                    bedrock_knowledge_store_configuration=aws.lex.V2modelsIntentQnaIntentConfigurationDataSourceConfigurationBedrockKnowledgeStoreConfigurationArgs(
                        bedrock_knowledge_base_arn=args.knowledge.arn
                    )
                ),
                bedrock_model_configuration=aws.lex.V2modelsIntentQnaIntentConfigurationBedrockModelConfigurationArgs(
                    model_arn=model_arn(args.region, args.model),
                    guardrail=aws.lex.V2modelsIntentQnaIntentConfigurationBedrockModelConfigurationGuardrailArgs(
                        identifier=args.models.guardrail_id, version=args.models.guardrail_version
                    ),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permitted]),
        )

    def _role(self) -> tuple[ExecutionRole, aws.iam.RolePolicy]:
        """Lex V2 Developer Guide, "Permissions for the AMAZON.QnAIntent"."""
        args = self._args
        role = ExecutionRole(
            self._name,
            ExecutionRoleArgs(
                role_name=args.names.role(args.region, self._name),
                service="lexv2.amazonaws.com",
                description="Asks the support advisor's knowledge and model",
                for_account=args.names.account_id,
            ),
            self._child,
        )
        grants = [
            Statement("Ask", "Allow", ("bedrock:Retrieve",), (Exactly(args.knowledge.arn),)),
            Statement("Word", "Allow", ("bedrock:InvokeModel",), (Exactly(model_arn(args.region, args.model)),)),
            Statement("Guard", "Allow", ("bedrock:ApplyGuardrail",), (Exactly(args.models.guardrail_arn),)),
            Statement(
                "OpenGuardrail",
                "Allow",
                ("kms:Decrypt",),
                (Exactly(args.key_arn),),
                conditions=(through(args.region, "bedrock"),),
            ),
        ]
        permitted = aws.iam.RolePolicy(
            self._name, name="grants", role=role.role_name, policy=policy_document(grants), opts=self._child
        )
        return role, permitted
