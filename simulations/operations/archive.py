"""The archive of incoming messages: what the buckets have of each transaction.

Nothing else lists what came in: not the queues, which forget, and not the table, which knows only what was taken on.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from mypy_boto3_s3.client import S3Client

INCOMING = "incoming/"


@dataclass(frozen=True, slots=True)
class Archived:
    """Messages that came for one transaction, by their sha256 (hex): one, as a rule."""

    transaction_id: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class _Stored:
    key: str
    at: datetime

    @property
    def transaction_id(self) -> str:
        return self.key.split("/")[1]

    @property
    def sha256(self) -> str:
        return self.key.split("/")[2]


def archived(buckets: Mapping[str, tuple[S3Client, str]], since: datetime) -> Iterator[Archived]:
    """What any of the buckets has stored since then, in the order of the transactions' ids.

    S3 lists by key, whatever the time, so all of the archive's keys are read; page by page, and none is kept.
    """
    # S3 keeps the time of an object in whole seconds.
    since = since.replace(microsecond=0)
    listings = [_listed(client, bucket) for client, bucket in buckets.values()]
    for transaction_id, stored in groupby(merge(*listings), key=lambda each: each.transaction_id):
        recent = sorted({each.sha256 for each in stored if each.at >= since})
        if recent:
            yield Archived(transaction_id, tuple(recent))


def _listed(client: S3Client, bucket: str) -> Iterator[_Stored]:
    """In the order of keys, which is S3's own."""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=INCOMING):
        for each in page.get("Contents", []):
            stored = _Stored(each["Key"], each["LastModified"])
            # What is of another form the hub has not put there.
            if stored.key.count("/") == INCOMING.count("/") + 1:
                yield stored
