"""The transactions table, read whole or by id; strongly consistent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from simulations.checkers.records import Item
    from simulations.checkers.sources import HubSources

THREADS = 16


def all_items(sources: HubSources) -> dict[str, Item]:
    """Every item by its id, page by page."""
    pages = sources.dynamodb.get_paginator("scan").paginate(TableName=sources.table, ConsistentRead=True)
    return {str(item["transaction_id"]["S"]): item for page in pages for item in page["Items"]}


def items(sources: HubSources, transaction_ids: Collection[str]) -> dict[str, Item]:
    """The items of these ids, as far as they are there."""

    def find(transaction_id: str) -> Item | None:
        return sources.dynamodb.get_item(
            TableName=sources.table, Key={"transaction_id": {"S": transaction_id}}, ConsistentRead=True
        ).get("Item")

    with ThreadPoolExecutor(THREADS) as threads:
        found = zip(transaction_ids, threads.map(find, transaction_ids), strict=True)
        return {transaction_id: item for transaction_id, item in found if item is not None}
