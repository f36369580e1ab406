"""Parts of the Amazon States Language, with JSONata as its query language."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

State: TypeAlias = "dict[str, object]"
"""A state, or a part of one: JSON, with outputs where a value is not known yet."""
TRIES = 3
RETRIED = ("States.Timeout", "States.TaskFailed")


def query(expression: str) -> str:
    """An expression in JSONata, as a state has it."""
    return f"{{% {expression} %}}"


def machine(comment: str, first: str, states: Mapping[str, State], timeout_seconds: int) -> State:
    """A whole definition."""
    return {
        "Comment": comment,
        "QueryLanguage": "JSONata",
        "TimeoutSeconds": timeout_seconds,
        "StartAt": first,
        "States": states,
    }


def after(state: State, following: str | None) -> State:
    """The state with what follows it; None ends the execution."""
    return state | ({"End": True} if following is None else {"Next": following})


def assigning(**values: object) -> State:
    """A state that only gives values to variables."""
    return {"Type": "Pass", "Assign": values}


def calling(integration: str, arguments: State, timeout_seconds: int) -> State:
    """A state that calls a service, and again when that fails for a moment."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{integration}",
        "Arguments": arguments,
        "TimeoutSeconds": timeout_seconds,
    }


def trying_again(state: State, besides: Sequence[str] = ()) -> State:
    """The call, tried again: at once for errors that `besides` does not name, which are answers and no failures."""
    answers: list[object] = [{"ErrorEquals": list(besides), "MaxAttempts": 0}] if besides else []
    failures: State = {
        "ErrorEquals": list(RETRIED),
        "IntervalSeconds": 1,
        "MaxAttempts": TRIES - 1,
        "BackoffRate": 2,
        "MaxDelaySeconds": 2,
        "JitterStrategy": "FULL",
    }
    return state | {"Retry": [*answers, failures]}
