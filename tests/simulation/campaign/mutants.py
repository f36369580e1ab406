"""The hub with one guard taken away. Each runs in the function's own process, before its handler does."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, cast

import lambdas.adapters.dynamodb as table
import lambdas.adapters.dynamodb_step as step
import lambdas.adapters.ledger_cancelling as cancelling
import lambdas.adapters.ledger_sql as sql
from lambdas.adapters import ledger
from lambdas.adapters.dynamodb_items import to_attribute, to_attributes
from lambdas.adapters.s3 import S3PayloadStore
from lambdas.adapters.sqs_batch import BatchConsumer
from lambdas.adapters.system import RandomIds
from lambdas.core.durability import Copies
from lambdas.core.ledger.decisions import Allocation, decisions_text
from lambdas.core.ledger.transfer import TransferState
from lambdas.service import process_message, record_incoming
from lambdas.service.complete_settled import CompleteSettled
from lambdas.service.ports import Advanced
from lambdas.service.process_message import ProcessingOutcome
from lambdas.service.record_incoming import IncomingOutcome
from lambdas.service.release_answer import _LEDGER, ReleaseAnswer


def without_clause(clause: str) -> None:
    """A step asks one thing less of the record."""
    whole = step._condition

    def condition(asked: Any) -> Any:
        clauses, values = whole(asked)
        dropped = [each for each in clauses if clause in each]
        unused = {name for each in dropped for name in re.findall(r":\w+", each)}
        kept = [each for each in clauses if clause not in each]
        return kept, {name: value for name, value in values.items() if name not in unused}

    _set(step, "_condition", condition)


def with_one_id(identity: str) -> None:
    """No mutant by itself: randomness gives every transaction the same id."""
    _set(RandomIds, "new_transaction_id", lambda _: identity)


def opening_over_another(identity: str) -> None:
    """A new transaction is put without asking whether its id is taken."""
    with_one_id(identity)

    def opened(self: Any, transaction: Any) -> bool:
        item = {**to_attributes(transaction.document()), "open_shard": to_attribute(table._shard(transaction))}
        self.client.put_item(TableName=self.table, Item=item)
        return True

    _set(table.DynamoDBTransactionStore, "open", opened)


def noting_refused_messages_blindly() -> None:
    """A refused message is noted whatever the list has become since it was read."""
    size = "size(#refused_messages) = :known"
    made = step.Write

    def write(update: str, condition: str, names: Any, values: Any) -> Any:
        kept = {name: value for name, value in values.items() if size not in condition or name != ":known"}
        return made(update, condition.replace(f" AND {size}", ""), names, kept)

    _set(table, "Write", write)


def reserving_again() -> None:
    """A repeated reservation does not find the first one."""

    def reserve(connection: Any, transaction_id: str, allocation_of: Callable[[], Allocation]) -> Any:
        allocation = allocation_of()
        text = decisions_text(allocation.decisions)
        once_more = f"{sql.ADD_RESERVATION} ON CONFLICT DO NOTHING"
        connection.execute(once_more, (transaction_id, TransferState.RESERVED, text))
        ledger._hold(connection, transaction_id, allocation)
        return allocation.decisions

    _set(ledger, "_reserve", reserve)


def ending_what_has_ended() -> None:
    """Posted or voided is decided anew each time."""
    sql.END = sql.END.replace("AND state = 'reserved'", "")


def not_asking_for_identities() -> None:
    """Nobody looks whether a payment's references are taken, and the primary key is not heeded."""
    _set(ledger, "_taken", lambda _connection, _orders: frozenset())
    sql.ADD_IDENTITIES = f"{sql.ADD_IDENTITIES.rstrip()} ON CONFLICT DO NOTHING"


def returning_again() -> None:
    """Nobody looks whether a payment was returned, and the primary key is not heeded."""
    sql.ORIGINALS = sql.ORIGINALS.replace("b.transaction_id IS NOT NULL", "false")
    sql.ADD_RETURNS = f"{sql.ADD_RETURNS.rstrip()} ON CONFLICT DO NOTHING"


def voiding_without_a_trace() -> None:
    """A void of what was never reserved leaves nothing for a later reservation to find."""

    def void(connection: Any, transaction_id: str) -> TransferState:
        return ledger._end(connection, transaction_id, TransferState.VOIDED) or TransferState.VOIDED

    _set(ledger, "_void", void)


def ending_before_the_answer() -> None:
    """Releasing ends the transaction first and stores the answer then."""
    stores: list[tuple[Any, Any]] = []
    advance, put = table.DynamoDBTransactionStore.advance, S3PayloadStore.put_available

    def later(self: Any, payload: Any) -> Copies:
        stores.append((self, payload))
        return Copies((), ())

    def then(self: Any, taken: Any) -> Any:
        result = advance(self, taken)
        if isinstance(result, Advanced) and stores:
            put(*stores.pop())
        return result

    _set(S3PayloadStore, "put_available", later)
    _set(table.DynamoDBTransactionStore, "advance", then)


def deaf_to_the_ledger() -> None:
    """Releasing ends the transaction as its message says, whatever the ledger decided."""
    decide = ReleaseAnswer._decide_in_ledger

    def decided(self: ReleaseAnswer, message: Any) -> TransferState:
        decide(self, message)
        return _LEDGER[message.status]

    _set(ReleaseAnswer, "_decide_in_ledger", decided)


def leaving_what_has_settled() -> None:
    """A deadline leaves alone what the ledger has posted."""
    _set(CompleteSettled, "__call__", lambda *_: True)


def storing_here_alone() -> None:
    """An incoming payload is stored in one Region and said to be in both."""

    def put(self: S3PayloadStore, payload: Any) -> Copies:
        self.put(payload)
        return Copies(tuple(sorted(self._calls)), ())

    S3PayloadStore.put_everywhere = put  # type: ignore[method-assign]


def losing_what_failed() -> None:
    """A batch never gives a message back."""
    consume = BatchConsumer.consume

    def consumed(self: Any, event: Any, invocation: Any) -> Any:
        consume(self, event, invocation)
        return {"batchItemFailures": []}

    _set(BatchConsumer, "consume", consumed)


def not_passing_on_again() -> None:
    """Incoming does not repeat what comes after its write."""
    _instead(record_incoming, IncomingOutcome.REPEATED, IncomingOutcome.ALREADY_ENDED)


def not_answering_again() -> None:
    """Processing does not repeat what comes after its write."""
    _instead(process_message, ProcessingOutcome.REPEATED, ProcessingOutcome.ALREADY_ENDED)


def cancelling_again() -> None:
    """A repeated request to cancel is decided anew."""

    class Forgetful:
        """The connection, but for what it knows of the request itself."""

        def __init__(self, connection: Any) -> None:
            self._connection = connection

        def execute(self, statement: Any, *arguments: Any) -> Any:
            if statement == sql.RESERVATION:
                statement = "SELECT state, decisions FROM ledger.reservations WHERE false AND transaction_id = %s"
            if statement == sql.ADD_RESERVATION:
                statement = f"{statement} ON CONFLICT DO NOTHING"
            return self._connection.execute(statement, *arguments)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

    decide = cancelling.cancel
    _set(ledger, "cancel", lambda connection, *rest: decide(cast("Any", Forgetful(connection)), *rest))


def _instead(module: Any, outcome: Any, other: Any) -> None:
    decide = module._decide

    def decided(*arguments: Any) -> Any:
        found = decide(*arguments)
        return other if found is outcome else found

    _set(module, "_decide", decided)


def _set(owner: Any, name: str, value: object) -> None:
    """Put something in another's place, which has to be there."""
    if not hasattr(owner, name):
        raise AttributeError(f"{owner} has no {name}: the mutant changes nothing")
    setattr(owner, name, value)


CLAUSES: Sequence[str] = ("#status IN", "#owner_region =", "#epoch =", "#participant =", "#deadline <")
BY_CLAUSE = {clause: functools.partial(without_clause, clause) for clause in CLAUSES}
