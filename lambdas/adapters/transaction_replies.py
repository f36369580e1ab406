"""A client's view of its transactions."""

from lambdas.adapters.api_gateway import ApiError, ApiReply, ErrorCode, json_reply
from lambdas.core.documents import JsonValue, instant_text
from lambdas.core.transaction import MessageReference, Transaction
from lambdas.service.open_transaction import NoFreeId, Opened
from lambdas.service.read_answer import StillOpen
from lambdas.service.read_transaction import NotFound

_SHOWN = (
    "transaction_id",
    "status",
    "reason",
    "owner_region",
    "created_at",
    "updated_at",
    "deadline",
    "on_failover",
    "history",
    "payments",
    "refused_messages",
    "takeovers",
)


def opened_reply(outcome: Opened | NoFreeId) -> ApiReply:
    """200; raises ApiError 503 where no id was free."""
    if isinstance(outcome, NoFreeId):
        raise ApiError(503, ErrorCode.SERVICE_UNAVAILABLE, "No transaction id could be given. Try again.")
    transaction = outcome.transaction
    return json_reply(
        200,
        {
            "transaction_id": transaction.transaction_id,
            "status": transaction.status,
            "region": transaction.owner_region,
            "deadline": instant_text(transaction.deadline),
        },
        transaction_id=transaction.transaction_id,
    )


def transaction_reply(transaction_id: str, found: Transaction | NotFound) -> ApiReply:
    """200 with the whole transaction but for what is the hub's own (keys, epoch); raises ApiError 404."""
    if isinstance(found, NotFound):
        raise not_found(transaction_id)
    document = found.document()
    shown: dict[str, JsonValue] = {name: document[name] for name in _SHOWN}
    message, answer = found.message, found.answer
    shown["message"] = (
        None
        if message is None
        else {"definition": message.definition, "content_type": message.content_type, "sha256": message.sha256}
    )
    shown["consistency"] = None if message is None else _consistency(message)
    shown["answer"] = None if answer is None else {"definition": answer.definition, "sha256": answer.sha256}
    return json_reply(200, shown, transaction_id=transaction_id, status=found.status)


def _consistency(message: MessageReference) -> dict[str, JsonValue]:
    return {
        "asked": message.consistency,
        "got": message.copies.consistency,
        "regions": list(message.copies.regions),
    }


def still_open_reply(transaction_id: str, outcome: StillOpen) -> ApiReply:
    """202: there is no answer yet."""
    return json_reply(202, {"status": outcome.status}, transaction_id=transaction_id, status=outcome.status)


def not_found(transaction_id: str) -> ApiError:
    """404, the same for an unknown id and for another participant's."""
    return ApiError(
        404, ErrorCode.NOT_FOUND, "There is no such transaction.", logged={"transaction_id": transaction_id}
    )
