"""Payloads in the buckets: every Region's copy read, its digest kept, its content read once and let go."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from simulations.checkers.sources import SourceUnreadable
from simulations.checkers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mypy_boto3_s3.client import S3Client

    from simulations.checkers.records import ObjectOnRecord
    from simulations.checkers.sources import HubSources

Content = TypeVar("Content")
THREADS = 16
_NOT_THERE = frozenset({"NoSuchKey", "404"})


@dataclass(frozen=True, slots=True)
class Stored(Generic[Content]):
    """A payload that a record names, as the buckets have it.

    copies: Region to the sha256 (hex) of the content there, or of the bytes where they cannot be opened; None where
    nothing is. content: what the first copy with the digest on record says; None where there is none, or none that can
    be read, and then `unreadable` says why.
    """

    copies: Mapping[str, str | None]
    content: Content | None
    unreadable: str | None = None


def read_stored(
    sources: HubSources, named: Mapping[str, ObjectOnRecord], read: Callable[[bytes, ObjectOnRecord], Content]
) -> dict[str, Stored[Content]]:
    """The payloads named, by whatever they are named by."""
    with ThreadPoolExecutor(THREADS) as threads:
        found = threads.map(lambda each: _stored(sources, each, read), named.values())
        return dict(zip(named, found, strict=True))


def keys(sources: HubSources) -> frozenset[str]:
    """Every key that any Region's bucket has, page by page."""
    return frozenset(key for client, bucket in sources.buckets.values() for key in _keys(client, bucket))


def _keys(client: S3Client, bucket: str) -> Iterable[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return (each["Key"] for page in pages for each in page.get("Contents", []))


def _stored(
    sources: HubSources, named: ObjectOnRecord, read: Callable[[bytes, ObjectOnRecord], Content]
) -> Stored[Content]:
    copies: dict[str, str | None] = {}
    content: Content | None = None
    unreadable: str | None = None
    for region, (client, bucket) in sorted(sources.buckets.items()):
        sealed = _body(client, bucket, named.key)
        body = None if sealed is None else _opened(sources, named.key, sealed)
        copies[region] = None if body is None else hashlib.sha256(body).hexdigest()
        if body is not None and copies[region] == named.sha256 and content is None:
            try:
                content = read(body, named)
            except Unreadable as error:
                unreadable = str(error)
    return Stored(copies, content, unreadable)


def _opened(sources: HubSources, key: str, sealed: bytes) -> bytes:
    try:
        return sources.unseal(key, sealed)
    except Unreadable:
        # Its digest is none that is on record.
        return sealed


def sealed_copy(sources: HubSources, region: str, key: str) -> bytes | None:
    """What a Region's bucket has under a key, as it is there."""
    client, bucket = sources.buckets[region]
    return _body(client, bucket, key)


def _body(client: S3Client, bucket: str, key: str) -> bytes | None:
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            return None
        raise SourceUnreadable(f"the bucket {bucket} refuses: {error.response['Error']['Code']}") from error
    except BotoCoreError as error:
        raise SourceUnreadable(f"the bucket {bucket} does not answer: {type(error).__name__}") from error
