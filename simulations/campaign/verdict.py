"""The verdict on a run: what clients were promised, and the invariants, by checkers that share no code with the hub."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from simulations.campaign import events
from simulations.campaign.clients import OK
from simulations.campaign.process import Finished
from simulations.checkers.books import check_books
from simulations.checkers.evidence import gather
from simulations.checkers.hub import check_hub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulations.campaign.clients import Clients, Dealing
    from simulations.campaign.run import Run

_MOVERS = {"ACSP": "processing", "ACSC": "releasing"}
"""Whose message moves a transaction to that status."""
OVERDUE = "AB03"
OPEN = frozenset({"ACCP", "ACTC", "ACSP"})


def verdict(run: Run, clients: Clients) -> list[str]:
    """Everything that should not be, in words; empty when all is well. The run has come to rest."""
    items = _items(run)
    found = [*run.traces.complaints, *_unfinished(run, clients, items)]
    for transaction_id in items:
        # The second one is for what came, with its end, on the list of those that await a copy.
        for _ in range(2):
            _time_out(run, transaction_id)
    run.settle()
    items = _items(run)
    found += _forgotten(run, clients, items)
    found += _unfenced(run, items)
    found += _listed_twice(items)
    found += _hasty(items)
    found += _unreadable(run, clients, items)
    evidence = gather(run.hub.sources(), only=tuple(items))
    found += [f"I2 {each.rule}: {each.rows} rows break it" for each in check_books(run.hub.connection)]
    found += [
        f"{each.invariant} {each.rule}: {each.transaction_id}: {each.detail}"
        for each in check_hub(evidence, all_ended=True)
    ]
    return found


def _items(run: Run) -> dict[str, dict[str, Any]]:
    """The transactions of the run that are on record."""
    read = {transaction_id: run.hub.item(transaction_id) for transaction_id in dict.fromkeys(run.traces.transactions)}
    return {transaction_id: item for transaction_id, item in read.items() if item is not None}


def _time_out(run: Run, transaction_id: str) -> None:
    shard = run.expire(transaction_id)
    if shard is not None:
        run.invoke("timeout", shard.partition("#")[0], events.tick(shard))


def _unfinished(run: Run, clients: Clients, items: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What was acknowledged ends by itself: no deadline has to end it, unless its Region lost it to the other."""
    for dealing in clients.dealings:
        transaction_id = dealing.transaction_id
        if transaction_id is None or not dealing.acknowledged or dealing.participant != _owner(items, transaction_id):
            continue
        item = items[transaction_id]
        here = item["history"]["L"][0]["M"]["region"]["S"] == dealing.region
        left_alone = transaction_id not in run.traces.expired and transaction_id not in run.traces.fenced
        if here and left_alone and item["status"]["S"] in OPEN:
            yield f"an acknowledged message was not brought to its end: {transaction_id} is at {item['status']['S']}"


def _owner(items: Mapping[str, Mapping[str, Any]], transaction_id: str) -> str | None:
    return str(items[transaction_id]["participant"]["S"]) if transaction_id in items else None


def _forgotten(run: Run, clients: Clients, items: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What a client was told is so: its transaction is on record, its message is archived."""
    for dealing in clients.dealings:
        if dealing.transaction_id is None:
            continue
        if dealing.transaction_id not in items:
            yield f"an opened transaction is not on record: {dealing.transaction_id}"
        elif dealing.participant != _owner(items, dealing.transaction_id):
            if _is_the_message(dealing, items[dealing.transaction_id]):
                yield f"a participant's transaction has another's message: {dealing.transaction_id}"
        elif dealing.acknowledged and not _archived(run, dealing, items[dealing.transaction_id]):
            yield f"an acknowledged message is neither the transaction's nor kept: {dealing.transaction_id}"


def _archived(run: Run, dealing: Dealing, item: Mapping[str, Any]) -> bool:
    if _is_the_message(dealing, item):
        return True
    sha256 = hashlib.sha256(dealing.body).hexdigest()
    client, bucket = run.hub.sources().buckets[dealing.region]
    listed = client.list_objects_v2(Bucket=bucket, Prefix=f"refused/{dealing.transaction_id}/{sha256}")
    return bool(listed.get("KeyCount"))


def _is_the_message(dealing: Dealing, item: Mapping[str, Any]) -> bool:
    recorded = item["message"].get("M", {}).get("sha256", {}).get("S")
    return bool(recorded == hashlib.sha256(dealing.body).hexdigest())


def _hasty(items: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Nothing is rejected as overdue that was not, by the deadline on record."""
    for transaction_id, item in items.items():
        last = item["history"]["L"][-1]["M"]
        code = last["reason"].get("M", {}).get("code", {}).get("S")
        if code == OVERDUE and item["deadline"]["S"] >= last["at"]["S"]:
            yield f"a transaction was rejected as overdue before its deadline: {transaction_id}"


def _unfenced(run: Run, items: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Who lost a transaction to the other Region, or got it back under a later epoch, does not go on with it."""
    for transaction_id, takeovers in run.traces.fenced.items():
        steps, owner = takeovers[-1]
        item = items[transaction_id]
        for entry in (each["M"] for each in item["history"]["L"][steps:]):
            status, region = entry["status"]["S"], entry["region"]["S"]
            # A cancellation is decided in the ledger, and recorded by whichever Region it came to.
            if region != owner and status != "CANC":
                yield f"{region} moved {transaction_id} to {status} although {owner} had taken it over"
            # Where the money has moved, a deadline brings the transaction to that end: without any message.
            by_deadline = status == "ACSC" and transaction_id in run.traces.expired
            mover = None if by_deadline else _MOVERS.get(status)
            if mover and (mover, transaction_id, int(item["epoch"]["N"])) not in run.traces.delivered:
                yield f"a message from before a takeover moved {transaction_id} to {status}"


def _listed_twice(items: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for transaction_id, item in items.items():
        refused = [each["M"]["sha256"]["S"] for each in item["refused_messages"]["L"]]
        if len(refused) != len(set(refused)):
            yield f"a refused message is listed twice: {transaction_id}"


def _unreadable(run: Run, clients: Clients, items: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The answer that a client reads is the one on record."""
    for transaction_id, item in items.items():
        region = item["owner_region"]["S"]
        client_id = clients.client_id(region, item["participant"]["S"])
        ended = run.invoke("outgoing", region, events.read_answer(client_id, transaction_id))
        recorded = item["answer"].get("M", {}).get("sha256", {}).get("S")
        if not isinstance(ended, Finished) or ended.response["statusCode"] != OK:
            yield f"the answer cannot be read: {transaction_id}"
        elif hashlib.sha256(str(ended.response["body"]).encode()).hexdigest() != recorded:
            yield f"the answer that is read is not the one on record: {transaction_id}"
