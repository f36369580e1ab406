"""What the embedded MiniStack leaves out when it evaluates policies, or does in its own way.

Each follows AWS's text: actions of SQS's batches (Service Authorization Reference, "Amazon SQS"), `aws:PrincipalArn` of
a session (IAM User Guide, "AWS global condition context keys"), keys of a KMS request (KMS Developer Guide, "AWS KMS
condition keys"). Policies are evaluated by MiniStack itself, in the server process, with `AUTH=true`.
"""

from __future__ import annotations

import json
from functools import wraps
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import sts

from simulations.cloud.authorizations import role_arn
from simulations.cloud.iam_keys import ENCRYPTION_CONTEXT, KMS_KEYS_BY_PARAMETER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.authorizations import AuthorizationLog

AUTHORISED_AS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
"""SQS has no permission of its own for a batch."""


def enforce_and_record(log: AuthorizationLog) -> None:
    """Hold a batch against what AWS asks for it, and note each decision on a role's call."""
    enforce = iam_evaluator.enforce

    @wraps(enforce)
    def enforced(
        access_key_id: str, iam_action: str, *where: str, resource_arn: str = "*", **context: object
    ) -> object:
        action = AUTHORISED_AS.get(iam_action, iam_action)
        denied = enforce(access_key_id, action, *where, resource_arn=resource_arn, **context)
        # Who is not known to be the caller (a wrong signature, an expired session) is not noted as such.
        if not isinstance(denied, iam_evaluator.AuthError):
            session = sts._sessions.get(access_key_id) or {}
            log.record(str(session.get("Arn", "")), action, resource_arn, allowed=denied is None)
        return denied

    iam_evaluator.enforce = enforced


def name_the_role() -> None:
    """A session's `aws:PrincipalArn` is its role's ARN."""
    resolve = iam_evaluator._resolve_condition_key

    @wraps(resolve)
    def resolved(key: str, context: iam_evaluator.EvalContext) -> object:
        if key.lower() == "aws:principalarn":
            return role_arn(context.principal_arn)
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolved


def give_the_keys_of_kms() -> None:
    """Put what a KMS request bears among its condition keys, beside those of tags."""
    context_of = iam_actions.request_tag_context

    @wraps(context_of)
    def with_keys_of_kms(service: str, iam_action: str, body: bytes, params: dict[str, Any]) -> dict[str, object]:
        found: dict[str, object] = context_of(service, iam_action, body, params)
        return {**found, **kms_context(body)} if service == "kms" else found

    iam_actions.request_tag_context = with_keys_of_kms


def speak_tls() -> None:
    """Loopback stands for AWS's endpoints, which speak TLS: policies that refuse plain HTTP do not mean it."""
    pin = app.pin_request_origin

    @wraps(pin)
    def pinned(source_ip: str, _secure_transport: object) -> None:
        pin(source_ip, secure_transport=True)

    app.pin_request_origin = pinned


def kms_context(body: bytes) -> dict[str, object]:
    """The condition keys of a request to KMS."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    if not isinstance(request, dict):
        return {}
    found: dict[str, object] = {
        key: request[name] for name, key in KMS_KEYS_BY_PARAMETER.items() if isinstance(request.get(name), str)
    }
    # AWS knows Sign's RAW where nothing is said.
    if "SigningAlgorithm" in request:
        found.setdefault("kms:MessageType", "RAW")
    return {**found, **_encryption_context(request)}


def _encryption_context(request: Mapping[str, object]) -> dict[str, object]:
    context = request.get("EncryptionContext")
    if not isinstance(context, dict) or not context:
        return {}
    pairs = {f"{ENCRYPTION_CONTEXT}{name}": value for name, value in context.items()}
    return {**pairs, "kms:EncryptionContextKeys": list(context)}
