"""The message path's parts by name: its functions and queues, and which queue feeds which function."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.blocks.naming import Names


class QueueName(StrEnum):
    """The queues, in the order in which a message passes them."""

    INCOMING = "incoming"
    PROCESSING = "processing"
    RELEASING = "releasing"
    PAYMENT_EVENTS = "payment-events"
    SYNCING = "syncing"
    CHANGES = "changes"


class FunctionName(StrEnum):
    """The functions, in the order in which a message meets them, and those that none meets."""

    TRANSACTION = "transaction"
    INTAKE = "intake"
    INCOMING = "incoming"
    PROCESSING = "processing"
    RELEASING = "releasing"
    OUTGOING = "outgoing"
    TIMEOUT = "timeout"
    HEALTH = "health"
    RECOVER = "recover"
    PUBLISHING = "publishing"
    SYNCER = "syncer"
    ATTEST = "attest"
    VAULT = "vault"
    CUSTODY = "custody"


API = "messages"
"""The API of the message path."""

CONSUMERS = {
    QueueName.INCOMING: FunctionName.INCOMING,
    QueueName.PROCESSING: FunctionName.PROCESSING,
    QueueName.RELEASING: FunctionName.RELEASING,
    QueueName.PAYMENT_EVENTS: FunctionName.PUBLISHING,
    QueueName.SYNCING: FunctionName.SYNCER,
    QueueName.CHANGES: FunctionName.CUSTODY,
}

PAYMENT_QUEUES = (QueueName.INCOMING, QueueName.PROCESSING, QueueName.RELEASING)
"""What a payment passes."""

EVENT_QUEUES = (QueueName.PAYMENT_EVENTS, QueueName.SYNCING)
"""Fed by the topic of ended transactions, which feeds no FIFO queue: standard queues. Their messages wait for days."""

STANDARD_QUEUES = (*EVENT_QUEUES, QueueName.CHANGES)
"""Without order; the others are FIFO."""

CHANGES_RULE = "changes"
"""The rule by which EventBridge tells what others do to the hub's resources."""

EVENT_TOPIC = "payment-events"
"""The topic of a Region's event stream."""

PURPOSES = {
    FunctionName.TRANSACTION: "Opens a transaction, and shows one to its client",
    FunctionName.INTAKE: "Takes a message in: checks its form and queues it",
    FunctionName.INCOMING: "Stores a message in both Regions, or in one where its client is content with that (ACTC)",
    FunctionName.PROCESSING: "Validates a message; reserves its funds, or cancels payments (ACSP, CANC)",
    FunctionName.RELEASING: "Posts or voids funds, stores the answer, ends the transaction (ACSC, RJCT), tells others",
    FunctionName.OUTGOING: "Gives the answer to its client",
    FunctionName.TIMEOUT: "Ends what is past its deadline (RJCT), tells of what ended untold, looks for missing copies",
    FunctionName.HEALTH: "Tells anyone whether its Region can carry payments",
    FunctionName.RECOVER: "Watches the opposite Region; takes over, or gives up, what it leaves open when it is lost",
    FunctionName.PUBLISHING: "Publishes the payment events of both Regions to its own Region's stream",
    FunctionName.SYNCER: "Sends its Region's payment events to the opposite Region",
    FunctionName.ATTEST: "Verifies its Region's audit chain, signs where it stands, keeps that in the opposite Region",
    FunctionName.VAULT: "Gives tokens for identifying values, and their owner the values again; erases subjects",
    FunctionName.CUSTODY: "Puts on the audit chain what others do to keys, code, stores and operators",
}

TICK_QUEUES = {
    FunctionName.TIMEOUT: "ticks",
    FunctionName.RECOVER: "recovery-ticks",
    FunctionName.ATTEST: "audit-ticks",
}
"""What feeds those that look every few seconds: a backlog of the one must not delay the other."""

KEY_OBSERVERS = (FunctionName.HEALTH, FunctionName.RECOVER)
"""Who asks whether the payload key and the envelope key can be used."""

SEALERS = (FunctionName.INTAKE, FunctionName.PROCESSING, FunctionName.TIMEOUT, FunctionName.RECOVER)
"""Who seals payloads: takes messages in, or makes answers."""

OPENERS = (
    FunctionName.INCOMING,
    FunctionName.PROCESSING,
    FunctionName.RELEASING,
    FunctionName.OUTGOING,
    FunctionName.TIMEOUT,
    FunctionName.RECOVER,
)
"""Who opens payloads, to check, read or show them."""

OPEN_INDEX = "open-by-deadline"
"""The index of the transactions table that lists open transactions by deadline."""

NOTIFICATIONS = "notifications"
"""The topic of ended transactions."""

FAMILIES = ("pacs.008", "pacs.009", "pacs.004", "pain.001", "camt.056")
"""The messages that are taken in: what can have a deadline of its own."""


def queue_name(names: Names, queue: QueueName) -> str:
    """In AWS."""
    return names.standard_queue(queue) if queue in STANDARD_QUEUES else names.queue(queue)


def dead_letter_queue_name(names: Names, queue: QueueName) -> str:
    """In AWS; the alarm of a first message in it is called so too."""
    return names.dead_letter_queue(queue, ordered=queue not in STANDARD_QUEUES)
