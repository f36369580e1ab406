"""The ids and ARNs of what the monitoring hub is made of, and why they are modelled. Forms as in `modelled_types`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.modelled_forms import identities, joined, named, numbered, of_account, reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.modelled_forms import Making
    from simulations.cloud.realisers.modelled_subject import Subject
    from simulations.cloud.realisers.modelled_types import Identity

DKIM_TOKENS = 3


def _composite(subject: Subject) -> Identity:
    name = subject.text("alarmName")
    return name, {"arn": subject.arn("cloudwatch", f"alarm:{name}")}


def _dashboard(subject: Subject) -> Identity:
    name = subject.text("dashboardName")
    return name, {"dashboardArn": subject.arn("cloudwatch", f"dashboard/{name}", regional=False)}


def _email_identity(subject: Subject) -> Identity:
    domain = subject.text("emailIdentity")
    tokens = [subject.letters(32, f"token {number}") for number in range(DKIM_TOKENS)]
    arn = subject.arn("ses", f"identity/{domain}")
    return domain, {"arn": arn, "dkimSigningAttributes": {"tokens": [*tokens]}}


def _vector_bucket(subject: Subject) -> Identity:
    name = subject.text("vectorBucketName")
    return name, {"vectorBucketArn": subject.arn("s3vectors", f"bucket/{name}")}


def _vector_index(subject: Subject) -> Identity:
    arn = subject.arn("s3vectors", f"bucket/{subject.text('vectorBucketName')}/index/{subject.text('indexName')}")
    return arn, {"indexArn": arn}


def _knowledge_base(subject: Subject) -> Identity:
    made = subject.letters(10).upper()
    return made, {"arn": subject.arn("bedrock", f"knowledge-base/{made}")}


def _data_source(subject: Subject) -> Identity:
    made = subject.letters(10).upper()
    return f"{made},{subject.text('knowledgeBaseId')}", {"dataSourceId": made}


def _guardrail(subject: Subject) -> Identity:
    made = subject.letters(12)
    return made, {"guardrailId": made, "guardrailArn": subject.arn("bedrock", f"guardrail/{made}")}


def _guardrail_version(subject: Subject) -> Identity:
    return f"{subject.text('guardrailArn')},1", {"version": "1"}


def _bot(subject: Subject) -> Identity:
    made = subject.letters(10).upper()
    return made, {"arn": subject.arn("lex", f"bot/{made}")}


def _bot_version(subject: Subject) -> Identity:
    return f"{subject.text('botId')},1", {"botVersion": "1"}


def _intent(subject: Subject) -> Identity:
    made = subject.letters(10).upper()
    locale = ":".join(subject.text(field) for field in ("botId", "botVersion", "localeId"))
    return f"{made}:{locale}", {"intentId": made}


_NO_COLLECTION = "MiniStack subscribes no account's log groups: functions' lines are in its log groups, and stay there"
_NO_ALARM_STATES = "no emulator weighs alarms against each other, and MiniStack's metrics are no measure of AWS's speed"
_NO_MAIL = "no mail leaves this machine"
_NO_MODELS = "no model runs here, and the function that would ask the advisor does not exist yet"

_BY_REASON: Mapping[str, Mapping[str, Making]] = {
    _NO_COLLECTION: {
        "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": joined(":", "policyName", "policyType"),
        "aws:cloudwatch/logDestination:LogDestination": named("logs", "destination:"),
        "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy": joined("", "destinationName"),
        "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": joined(
            ":", "bucket", "name"
        ),
    },
    _NO_ALARM_STATES: {
        "aws:cloudwatch/compositeAlarm:CompositeAlarm": _composite,
        "aws:cloudwatch/dashboard:Dashboard": _dashboard,
        "aws:cloudwatch/queryDefinition:QueryDefinition": numbered("logs", "query-definition:", "queryDefinitionId"),
    },
    _NO_MAIL: {
        "aws:sesv2/configurationSet:ConfigurationSet": named("ses", "configuration-set/", "configurationSetName"),
        "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": joined(
            "|", "configurationSetName", "eventDestinationName"
        ),
        "aws:sesv2/emailIdentity:EmailIdentity": _email_identity,
        "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": joined("", "emailIdentity"),
    },
    _NO_MODELS: {
        "aws:bedrock/agentDataSource:AgentDataSource": _data_source,
        "aws:bedrock/agentKnowledgeBase:AgentKnowledgeBase": _knowledge_base,
        "aws:bedrock/guardrail:Guardrail": _guardrail,
        "aws:bedrock/guardrailVersion:GuardrailVersion": _guardrail_version,
        "aws:bedrockmodel/invocationLoggingConfiguration:InvocationLoggingConfiguration": of_account(
            "bedrock", "invocation-logging"
        ),
        "aws:lex/v2modelsBot:V2modelsBot": _bot,
        "aws:lex/v2modelsBotLocale:V2modelsBotLocale": joined(",", "localeId", "botId", "botVersion"),
        "aws:lex/v2modelsBotVersion:V2modelsBotVersion": _bot_version,
        "aws:lex/v2modelsIntent:V2modelsIntent": _intent,
        "aws:s3/vectorsIndex:VectorsIndex": _vector_index,
        "aws:s3/vectorsVectorBucket:VectorsVectorBucket": _vector_bucket,
    },
}

MONITORING_IDENTITIES = identities(_BY_REASON)
MONITORING_REASONS = reasons(_BY_REASON)
"""Why each is modelled in the embedded cloud."""
