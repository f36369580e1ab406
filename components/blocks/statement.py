"""IAM statements as types: what is not exact cannot be written without saying why.

A wildcard is refused wherever it could widen an Allow: in actions, resources, principals and condition values. Where
AWS knows no narrower form, a type of its own says so (`ObjectPrefix`, `EveryObject`, `LogStreams`, `Everything`).
Grammar: AWS IAM User Guide, "IAM JSON policy elements reference".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import pulumi

from components.blocks.statement_parts import (
    Account,
    Anyone,
    Condition,
    EveryAction,
    EveryObject,
    Federated,
    Members,
    Principal,
    Resource,
    Service,
    WildcardRefused,
    resolved,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Effect = Literal["Allow", "Deny"]

_ACTION = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy. Without resources it is a trust policy's, without principals an identity policy's.

    Raises WildcardRefused, at once for what is known, when the document resolves for outputs.
    """

    sid: str
    effect: Effect
    actions: tuple[str, ...] | EveryAction
    resources: tuple[Resource, ...] = ()
    principals: tuple[Principal, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9]+", self.sid):
            raise ValueError(f"sid {self.sid!r}: expected letters and digits")
        if not self.resources and not self.principals:
            raise WildcardRefused(f"statement {self.sid}: neither resources nor principals")
        asked = [(condition.operator, condition.key) for condition in self.conditions]
        if len(set(asked)) != len(asked):
            raise ValueError(f"statement {self.sid}: a condition twice; expected its values in one")
        self._refuse_wide_actions()
        if any(isinstance(each, Members) for each in self.principals) and len(self.principals) > 1:
            raise WildcardRefused(f"statement {self.sid}: an account's members beside others; expected them alone")
        if self.effect == "Allow":
            self._refuse_wide_allow()

    def _refuse_wide_actions(self) -> None:
        if isinstance(self.actions, EveryAction):
            return
        if not self.actions:
            raise WildcardRefused(f"statement {self.sid}: no action; expected at least one")
        for action in self.actions:
            if not _ACTION.fullmatch(action):
                raise WildcardRefused(f"statement {self.sid}: action {action!r}; expected service:Action, no wildcard")

    def _refuse_wide_allow(self) -> None:
        wide = [part for part in (self.actions, *self.resources, *self.principals) if isinstance(part, _DENY_ONLY)]
        if wide:
            raise WildcardRefused(f"statement {self.sid}: {type(wide[0]).__name__} in an Allow; it may only refuse")


_DENY_ONLY = (EveryAction, EveryObject, Anyone)

Json: TypeAlias = "str | list[Json] | dict[str, Json]"


def policy_document(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """The JSON of a policy: same statements, same text.

    Raises:
        ValueError: no statement, or two with one sid.

    """
    sids = [statement.sid for statement in statements]
    if not sids or len(set(sids)) != len(sids):
        raise ValueError(f"a policy needs statements of different sids; got {sids}")
    rendered = [_render(statement) for statement in statements]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": rendered}, sort_keys=True)


def _render(statement: Statement) -> dict[str, object]:
    body: dict[str, object] = {"Sid": statement.sid, "Effect": statement.effect, "Action": _actions(statement.actions)}
    if statement.resources:
        body["Resource"] = [resource.pattern() for resource in statement.resources]
    if statement.principals:
        body["Principal"] = _principals(statement.principals)
    conditions = (*statement.conditions, *_narrowing(statement.principals))
    if conditions:
        body["Condition"] = _conditions(conditions)
    return body


def _narrowing(principals: tuple[Principal, ...]) -> tuple[Condition, ...]:
    return tuple(principal.condition() for principal in principals if isinstance(principal, Members))


def _actions(actions: tuple[str, ...] | EveryAction) -> list[str]:
    return [f"{actions.service}:*"] if isinstance(actions, EveryAction) else sorted(actions)


def _principals(principals: tuple[Principal, ...]) -> Json:
    if any(isinstance(principal, Anyone | Members) for principal in principals):
        return "*"
    services: list[Json] = [principal.name for principal in principals if isinstance(principal, Service)]
    accounts: list[Json] = [
        f"arn:aws:iam::{principal.account_id}:root" for principal in principals if isinstance(principal, Account)
    ]
    federated: list[Json] = [principal.provider for principal in principals if isinstance(principal, Federated)]
    kinds = (("AWS", accounts), ("Federated", federated), ("Service", services))
    return {kind: named for kind, named in kinds if named}


def _conditions(conditions: tuple[Condition, ...]) -> dict[str, dict[str, object]]:
    rendered: dict[str, dict[str, object]] = {}
    for condition in conditions:
        values = [resolved(value, f"condition {condition.key}") for value in condition.values]
        rendered.setdefault(condition.operator, {})[condition.key] = values
    return rendered
