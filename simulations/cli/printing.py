"""How transactions are shown to a person."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lxml import etree

from simulations.cli.console import print_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulations.cloud.deployment import UpResult
    from simulations.traffic.sending import Sent

ANSWER_LINES = 60


def describe_reason(reason: Mapping[str, Any] | None) -> str:
    """`AC03 at Document/...: what was expected`, or an empty text."""
    if not reason:
        return ""
    place = f" at {reason['path']}" if reason.get("path") else ""
    return f"{reason['code']}{place}: {reason['text']}"


def describe_history(history: Sequence[Mapping[str, Any]]) -> str:
    """The statuses in order, each with its Region and the milliseconds since the first."""
    start = datetime.fromisoformat(str(history[0]["at"]))
    steps = []
    for entry in history:
        elapsed_ms = (datetime.fromisoformat(str(entry["at"])) - start).total_seconds() * 1000
        steps.append(f"{entry['status']} {entry['region']} +{elapsed_ms:.0f} ms")
    return " > ".join(steps)


def print_transaction(view: Mapping[str, Any]) -> None:
    """Status, reason, path and the payments that differ from it."""
    print_line(f"  transaction {view['transaction_id']}  owner {view['owner_region']}")
    print_line(f"  status      {view['status']}  {describe_reason(view.get('reason'))}".rstrip())
    print_line(f"  path        {describe_history(view['history'])}")
    payments = view.get("payments", [])
    refused = [payment for payment in payments if payment.get("reason")]
    if len(payments) > 1:
        print_line(f"  payments    {len(payments)}, of which {len(refused)} refused")
    for payment in refused if len(payments) > 1 else []:
        print_line(f"    {payment['end_to_end_id']}  {payment['status']}  {describe_reason(payment['reason'])}")
    for entry in view.get("refused_messages", []):
        print_line(f"  refused     a further message at {entry['at']}: {entry['text']}")


def print_answer(answer: str | None, *, whole: bool) -> None:
    """The answer message, indented for reading; its first lines only unless `whole`."""
    if answer is None:
        print_line("  answer      none yet")
        return
    lines = indented(answer).splitlines()
    shown = lines if whole else lines[:ANSWER_LINES]
    print_line("  answer")
    for line in shown:
        print_line(f"    {line}")
    if len(shown) < len(lines):
        print_line(f"    ... {len(lines) - len(shown)} more lines")


def indented(answer: str) -> str:
    """An answer as the hub gives it, XML or JSON without white space, with an element or key to a line."""
    if answer.startswith("{"):
        return json.dumps(json.loads(answer), indent=2, ensure_ascii=False)
    tree = etree.fromstring(answer.encode())
    etree.indent(tree)
    return etree.tostring(tree, encoding="unicode")


def print_resources(deployed: UpResult) -> None:
    """How many resources are really there, and how many only stand in the model, by type."""
    realised, modelled = sum(deployed.realised.values()), sum(deployed.modelled.values())
    print_line(f"resources: {realised} realised, {modelled} modelled")
    for kind, count in deployed.modelled.items():
        print_line(f"  modelled  {kind}  {count}")
    for warning in deployed.warnings:
        print_line(f"  warning   {warning}")


def print_sent(sent: Sent, *, whole: bool) -> None:
    """One sent message, from file to answer."""
    print_line(f"{sent.file}  ->  {sent.region}")
    print_transaction(sent.view)
    print_answer(sent.answer, whole=whole)
