"""Ten thousand payments among twenty participants, half in each Region, while faults go on."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulations.campaign.clients import Clients
from simulations.campaign.effects import Fault
from simulations.campaign.experiment import Violation
from simulations.campaign.messages import batch
from simulations.campaign.run import NeverEnds, Run
from simulations.campaign.schedule import Schedule
from simulations.campaign.verdict import verdict
from simulations.traffic.payments import CREDITOR_AGENT, DEBTOR_AGENT, credit_transfer
from tools.migrate.participants import open_accounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulations.campaign.experiment import Laboratory

PARTICIPANTS = tuple(f"BANK{country}{place:02d}" for country in ("GB", "FR", "DE", "NL") for place in range(5))
CURRENCIES = ("EUR", "GBP", "CHF")
CAP_MINOR = 500_000
"""Tight: payments are 50,000 at most and 25 to a message, so that some find no funds."""
PAYMENTS_IN_A_MESSAGE = 25
TWICE, STRUCK = 0.04, 0.01
"""Of the messages, how many come a second time, in the other Region; of the effects, how many a fault befalls."""
EFFECTS_OF_A_MESSAGE = 14


@dataclass(frozen=True, slots=True)
class Volume:
    """What the payments came to, by status and reason, in how many transactions, under how many faults."""

    payments: int
    transactions: int
    faults: int
    outcomes: dict[str, int]
    violation: Violation | None


def volume(laboratory: Laboratory, *, payments: int, seed: int) -> Volume:
    """Carry the payments through both Regions' functions to their end, and judge the whole."""
    hub = laboratory.hub
    open_accounts(hub.connection, {bank: dict.fromkeys(CURRENCIES, CAP_MINOR) for bank in PARTICIPANTS})
    randomness = random.Random(f"{seed}/volume")
    messages = [_message(randomness) for _ in range(payments // PAYMENTS_IN_A_MESSAGE)]
    schedule = Schedule((), strikes=_strikes(randomness, len(messages)))
    run = Run(hub, laboratory.fleet, schedule, steps=100 * len(messages))
    clients = Clients(run, randomness)
    for number, body in enumerate(messages):
        run.todo.append(clients.will_pay(body, number))
        if randomness.random() < TWICE:
            run.todo.append(clients.will_pay(body, number + 1))
    try:
        run.play()
        found = verdict(run, clients)
    except NeverEnds as error:
        found = [f"the hub does not come to rest: {error}"]
    laboratory.points.update((effect.function, effect.name, str(fault)) for effect, fault in run.traces.faults)
    violation = Violation(str(schedule), tuple(found), tuple(run.traces.lines[-50:])) if found else None
    transactions = run.traces.transactions
    outcomes = _outcomes(laboratory, transactions)
    return Volume(sum(outcomes.values()), len(transactions), len(run.traces.faults), outcomes, violation)


def _message(randomness: random.Random) -> bytes:
    return batch([_payment(randomness) for _ in range(PAYMENTS_IN_A_MESSAGE)])


def _payment(randomness: random.Random) -> bytes:
    debtor, creditor = randomness.sample(PARTICIPANTS, 2)
    currency = randomness.choice(CURRENCIES)
    transfer = credit_transfer(randomness, datetime.now(UTC))
    # The instructing agent is the debtor's own in these messages, and so changes with it.
    for old, new in ((DEBTOR_AGENT, f"{debtor}XXX"), (CREDITOR_AGENT, f"{creditor}XXX"), ("EUR", currency)):
        transfer = transfer.replace(old.encode(), new.encode())
    return transfer


def _strikes(randomness: random.Random, messages: int) -> tuple[tuple[int, Fault], ...]:
    effects = range(EFFECTS_OF_A_MESSAGE * messages)
    struck = sorted(randomness.sample(effects, int(len(effects) * STRUCK)))
    return tuple((number, randomness.choice(tuple(Fault))) for number in struck)


def _outcomes(laboratory: Laboratory, transactions: Sequence[str]) -> dict[str, int]:
    outcomes: Counter[str] = Counter()
    for transaction_id in transactions:
        item = laboratory.hub.item(transaction_id) or {"payments": {"L": []}}
        for payment in item["payments"]["L"]:
            reason = payment["M"]["reason"].get("M", {}).get("code", {}).get("S")
            outcomes[payment["M"]["status"]["S"] + (f" {reason}" if reason else "")] += 1
    return dict(sorted(outcomes.items()))
