"""A step of a transaction as the expressions of one UpdateItem."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdas.adapters.dynamodb_items import AttributeValue, to_attribute
from lambdas.core.documents import instant_text
from lambdas.core.transaction import reason_document

if TYPE_CHECKING:
    from lambdas.core.documents import JsonValue
    from lambdas.core.steps import Step

OPEN_SHARD = "open_shard"
"""The attribute that lists a transaction in the index of open ones; what has ended and has every copy has none."""


@dataclass(frozen=True, slots=True)
class Write:
    """The four parts of a conditional UpdateItem."""

    update: str
    condition: str
    names: dict[str, str]
    values: dict[str, AttributeValue]


def placeholders(*attributes: str) -> dict[str, str]:
    """`#name` for each name: any word may be one of DynamoDB's reserved words, now or later."""
    return {f"#{attribute}": attribute for attribute in attributes}


def step_write(step: Step) -> Write:
    """The step, and all that it asks of the record, as one write."""
    clauses, expected = _condition(step)
    assignments, added = _update(step)
    expression = "SET " + ", ".join(assignments) + (f" REMOVE #{OPEN_SHARD}" if step.unlists else "")
    condition = " AND ".join(clauses)
    names = placeholders(*sorted(set(re.findall(r"#(\w+)", expression + condition))))
    return Write(
        expression, condition, names, {name: to_attribute(value) for name, value in (expected | added).items()}
    )


def _condition(step: Step) -> tuple[list[str], dict[str, JsonValue]]:
    values: dict[str, JsonValue] = {f":expected{index}": each for index, each in enumerate(sorted(step.expected))}
    # status closes: a redelivered message takes a step again, and a late one reopens or re-ends what has ended.
    # It is false too where there is no item, so that an update can never create a transaction.
    clauses = [f"#status IN ({', '.join(values)})"]
    # owner_region closes: this Region moves a transaction that the other took over, or opened.
    clauses.append("#owner_region = :region")
    values[":region"] = step.region
    if step.epoch is not None:
        # epoch closes: the transaction went to the other Region and came back, and a message from before that is still
        # on a queue here; owner and status look right again, the fencing token does not.
        clauses.append("#epoch = :epoch")
        values[":epoch"] = step.epoch
    if step.participant is not None:
        # participant closes: a participant moves another's transaction by naming its id.
        clauses.append("#participant = :participant")
        values[":participant"] = step.participant
    if step.overdue_at is not None:
        # deadline closes: the message became known, and its definition gave it more time, after it was seen overdue.
        clauses.append("#deadline < :overdue_at")
        values[":overdue_at"] = instant_text(step.overdue_at)
    return clauses, values


def _update(step: Step) -> tuple[list[str], dict[str, JsonValue]]:
    optional: dict[str, JsonValue] = {
        "#reason": reason_document(step.reason),
        "#message": None if step.message is None else step.message.document(),
        "#message.#definition": step.message_definition,
        "#payments": None if step.payments is None else [payment.document() for payment in step.payments],
        "#answer": None if step.answer is None else step.answer.document(),
        "#deadline": None if step.deadline is None else instant_text(step.deadline),
    }
    added = {path: value for path, value in optional.items() if value is not None}
    assignments = ["#status = :status", "#updated_at = :at", "#history = list_append(#history, :entry)"]
    values: dict[str, JsonValue] = {
        ":status": step.status,
        ":at": instant_text(step.at),
        ":entry": [step.entry.document()],
    }
    for index, (path, value) in enumerate(added.items()):
        assignments.append(f"{path} = :added{index}")
        values[f":added{index}"] = value
    return assignments, values
