"""The states of the flow that decides on a payment: what is known of its parties, points, the model, the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.data.profiles import PROFILE_ID
from components.risk.rules import HIGHEST
from components.risk.states_language import State, after, assigning, calling, machine, query, trying_again
from components.risk.stores import EXPIRY, PARTY_TOKEN, TRANSACTION_ID

if TYPE_CHECKING:
    import pulumi

    from components.risk.rules import RiskRules

LONGEST_SECONDS = 20
"""An API of API Gateway waits 29 seconds for its integration: the flow is over before."""
CALL_SECONDS = 2
DAY_SECONDS = 86_400
_WHOLE = (
    "$type($payment.transaction_id) = 'string' and $type($payment.amount_minor) = 'number'"
    " and $type($payment.debtor_token) = 'string' and $type($payment.creditor_token) = 'string'"
)
"""What a rule cannot see it would let pass: a payment that lacks a part is not assessed at all."""
CONDITION_FAILED = "DynamoDb.ConditionalCheckFailedException"


@dataclass(frozen=True, slots=True)
class FlowTargets:
    """What the flow calls, by name. Without profiles every party is as good as known; without a model, rules decide.

    `decision_days`: how long a decision stays on record.
    """

    watched_table: str
    decisions_table: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    profiles_table: str | None
    endpoint_name: pulumi.Input[str] | None
    rules: RiskRules
    decision_days: int


def decision_flow(targets: FlowTargets) -> State:
    """The definition: each state once, those of what is not there left out."""
    steps: list[tuple[str, State]] = [("LookForWatched", _watched(targets.watched_table))]
    if targets.profiles_table is not None:
        steps.append(("LookForProfiles", _profiles(targets.profiles_table)))
    steps.append(("GivePoints", _points(targets.rules)))
    if targets.endpoint_name is not None:
        steps.append(("AskModel", _asked(targets.endpoint_name)))
    steps += [("Decide", _decided(targets.rules)), ("Record", _recorded(targets))]
    names = [*(name for name, _ in steps), "IsGrave"]
    states = {name: after(state, names[position + 1]) for position, (name, state) in enumerate(steps)}
    states |= {
        "Take": after(_take(), "IsWhole"),
        "IsWhole": {
            "Type": "Choice",
            "Choices": [{"Condition": query(_WHOLE), "Next": names[0]}],
            "Default": "NotWhole",
        },
        "NotWhole": {"Type": "Fail", "Error": "NotWhole", "Cause": "No transaction, amount or party to assess"},
        "ReadRecorded": after(_read(targets.decisions_table), "IsGrave"),
        "IsGrave": {
            "Type": "Choice",
            "Choices": [{"Condition": query("$decision != 'ACCEPT'"), "Next": "Tell"}],
            "Default": "Answer",
        },
        "Tell": after(_told(targets.topic_arn), "Answer"),
        "Answer": after({"Type": "Pass", "Output": _answer()}, None),
    }
    return machine("Decides on the risk of a payment", "Take", states, LONGEST_SECONDS)


def _take() -> State:
    """The payment: alone from the API, a batch of one from the stream."""
    taken = query("$type($states.input) = 'array' ? $states.input[0] : $states.input")
    return assigning(payment=taken, unknown=0, model_points=0, model="NONE")


def _parties(key: str) -> str:
    tokens = "$distinct([$payment.debtor_token, $payment.creditor_token])"
    # An array even of one: DynamoDB takes a list of keys.
    return query(f"[$map({tokens}, function($token) {{ {{'{key}': {{'S': $token}}}} }})]")


def _found(table: str, key: str) -> State:
    arguments: State = {"RequestItems": {table: {"Keys": _parties(key), "ConsistentRead": True}}}
    return trying_again(calling("aws-sdk:dynamodb:batchGetItem", arguments, CALL_SECONDS))


def _watched(table: str) -> State:
    return _found(table, PARTY_TOKEN) | {"Assign": {"watched": query("$count($states.result.Responses.*)")}}


def _profiles(table: str) -> State:
    known = "$count($states.result.Responses.*)"
    parties = "$count($distinct([$payment.debtor_token, $payment.creditor_token]))"
    return _found(table, PROFILE_ID) | {"Assign": {"unknown": query(f"{parties} - {known}")}}


def _points(rules: RiskRules) -> State:
    large = f"($payment.amount_minor >= {rules.large_amount_minor} ? {rules.large_amount_points} : 0)"
    parties = f"$watched * {rules.watched_points} + $unknown * {rules.unknown_points}"
    return assigning(rule_points=query(f"$min([{HIGHEST}, {large} + {parties}])"))


def _asked(endpoint_name: pulumi.Input[str]) -> State:
    """The model's word, if it says one in time: else rules decide, and the record says that they did alone."""
    arguments: State = {
        "EndpointName": endpoint_name,
        "ContentType": "text/csv",
        "Accept": "text/csv",
        "Body": query("$join([$string($payment.amount_minor), $string($watched), $string($unknown)], ',')"),
    }
    said = {"model_points": query(f"$round($number($trim($states.result.Body)) * {HIGHEST})"), "model": "ANSWERED"}
    silent = {"ErrorEquals": ["States.ALL"], "Next": "Decide", "Assign": {"model": "SILENT"}}
    return calling("aws-sdk:sagemakerruntime:invokeEndpoint", arguments, CALL_SECONDS) | {
        "Assign": said,
        "Catch": [silent],
    }


def _decided(rules: RiskRules) -> State:
    points = "$max([$rule_points, $model_points])"
    refused, reviewed = f"{points} >= {rules.refuse_from}", f"{points} >= {rules.review_from}"
    return assigning(points=query(points), decision=query(f"{refused} ? 'REFUSE' : {reviewed} ? 'REVIEW' : 'ACCEPT'"))


def _recorded(targets: FlowTargets) -> State:
    """The first decision stands: a signal that comes twice, or from both ways in, changes nothing."""
    begun = "$floor($toMillis($states.context.Execution.StartTime) / 1000)"
    ends = f"$string({begun} + {targets.decision_days * DAY_SECONDS})"
    arguments: State = {
        "TableName": targets.decisions_table,
        "Item": {
            TRANSACTION_ID: {"S": query("$payment.transaction_id")},
            "decision": {"S": query("$decision")},
            "points": {"N": query("$string($points)")},
            "rule_points": {"N": query("$string($rule_points)")},
            "model_points": {"N": query("$string($model_points)")},
            "model": {"S": query("$model")},
            EXPIRY: {"N": query(ends)},
        },
        "ConditionExpression": f"attribute_not_exists({TRANSACTION_ID})",
    }
    before = {"ErrorEquals": [CONDITION_FAILED], "Next": "ReadRecorded"}
    written = calling("aws-sdk:dynamodb:putItem", arguments, CALL_SECONDS)
    return trying_again(written, besides=(CONDITION_FAILED,)) | {"Catch": [before]}


def _read(table: pulumi.Input[str]) -> State:
    arguments: State = {
        "TableName": table,
        "Key": {TRANSACTION_ID: {"S": query("$payment.transaction_id")}},
        "ConsistentRead": True,
    }
    item = "$states.result.Item"
    assigned: State = {
        "decision": query(f"{item}.decision.S"),
        "points": query(f"$number({item}.points.N)"),
        "model": query(f"{item}.model.S"),
    }
    return trying_again(calling("aws-sdk:dynamodb:getItem", arguments, CALL_SECONDS)) | {"Assign": assigned}


def _told(topic_arn: pulumi.Input[str]) -> State:
    arguments: State = {"TopicArn": topic_arn, "Message": _answer()}
    return trying_again(calling("sns:publish", arguments, CALL_SECONDS))


def _answer() -> State:
    return {
        TRANSACTION_ID: query("$payment.transaction_id"),
        "decision": query("$decision"),
        "points": query("$points"),
        "model": query("$model"),
    }
