"""Payloads in S3: one bucket in each Region."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters import clients
from lambdas.core.payload import content_sha256
from lambdas.service.ports import PayloadCorrupted, PayloadUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_s3.client import S3Client

    from lambdas.core.payload import Payload

# S3 says AccessDenied for an object that is not there to whoever may not list the bucket, and the functions may not:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
_NOT_THERE = frozenset({"NoSuchKey", "NoSuchBucket", "AccessDenied", "404", "403"})


@dataclass(frozen=True, slots=True)
class RegionalBucket:
    """A bucket and its Region's client, which is made when it is first asked for: most calls need no other Region's."""

    client: Callable[[], S3Client]
    bucket: str


class S3PayloadStore:
    """PayloadStore over the buckets. region: this one. buckets: every Region's, this one's among them."""

    def __init__(self, region: str, buckets: Mapping[str, RegionalBucket]) -> None:
        self._own = buckets[region]
        self._others = tuple(bucket for each, bucket in sorted(buckets.items()) if each != region)
        self._threads = ThreadPoolExecutor(max_workers=len(buckets), thread_name_prefix="payload")

    def put(self, payload: Payload) -> None:
        """One PutObject."""
        _put(self._own.client(), self._own.bucket, payload)

    def put_everywhere(self, payload: Payload) -> None:
        """One PutObject in each Region, at once. All are waited for: none is under way when an error is raised."""
        # Clients are made here, one after the other: a botocore session does not make them safely from several threads.
        targets = [(bucket.client(), bucket.bucket) for bucket in (self._own, *self._others)]
        puts = [self._threads.submit(_put, client, bucket, payload) for client, bucket in targets]
        wait(puts)
        for each in puts:
            each.result()

    def get(self, key: str, sha256: str) -> bytes:
        """One GetObject; a second one, in another Region, only where this Region's replica is not there yet."""
        for bucket in (self._own, *self._others):
            body = _get(bucket, key)
            if body is not None:
                return _checked(body, key, sha256)
        raise PayloadUnavailable(f"{key} cannot be read from any Region")


def payload_store(region: str, function: str, buckets: Mapping[str, str]) -> S3PayloadStore:
    """The store of a function; buckets: Region to bucket name."""
    return S3PayloadStore(
        region,
        {each: RegionalBucket(partial(clients.s3, each, function), bucket) for each, bucket in buckets.items()},
    )


def _put(client: S3Client, bucket: str, payload: Payload) -> None:
    # S3 computes the sha256 of what arrived and refuses the put where it is not this one. The key ends in it too, so a
    # repeated put writes the same bytes again and needs no condition.
    client.put_object(
        Bucket=bucket,
        Key=payload.key,
        Body=payload.body,
        ContentType=payload.content_type,
        ChecksumSHA256=base64.b64encode(bytes.fromhex(payload.sha256)).decode("ascii"),
    )


def _get(bucket: RegionalBucket, key: str) -> bytes | None:
    try:
        return bucket.client().get_object(Bucket=bucket.bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            return None
        raise


def _checked(body: bytes, key: str, sha256: str) -> bytes:
    if content_sha256(body) != sha256:
        raise PayloadCorrupted(f"{key} does not hold the content on record")
    return body
