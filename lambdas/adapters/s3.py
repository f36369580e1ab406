"""Payloads in S3: one bucket in each Region."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.adapters import clients
from lambdas.adapters.s3_regions import RegionalBucket, RegionalCalls, first_success
from lambdas.core.durability import Copies
from lambdas.core.envelope import Envelope, EnvelopeRefused
from lambdas.core.payload import content_sha256, sealed_for
from lambdas.service.ports import PayloadCorrupted, PayloadNotStored, PayloadUnavailable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from concurrent.futures import Future

    from mypy_boto3_s3.client import S3Client

    from lambdas.core.payload import Payload
    from lambdas.core.transaction import MessageReference
    from lambdas.service.ports import Envelopes

# S3 says AccessDenied for an object that is not there to whoever may not list the bucket, and the functions may not:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
_NOT_THERE = frozenset({"NoSuchKey", "NoSuchBucket", "AccessDenied", "404", "403"})

EVERYWHERE_SECONDS = 6.0
"""For a put that every Region must take: more than a slow Region needs, half of what the SDK's three attempts take at
worst. The queue delivers the message again."""
SECOND_SECONDS = 1.5
"""For the second Region's copy, where one is enough and there: more than a healthy Region needs."""
HEDGE_SECONDS = 1.0
"""For this Region's answer to a get, before the other is asked as well."""


class S3PayloadStore:
    """PayloadStore over the buckets. region: this one. buckets: every Region's, this one's among them.

    What is stored is sealed: by whoever sealed it before, or here, once for all Regions.
    """

    def __init__(self, region: str, buckets: Mapping[str, RegionalBucket], envelopes: Envelopes) -> None:
        self._envelopes = envelopes
        self._calls = {
            each: RegionalCalls(each, buckets[each])
            for each in sorted(buckets, key=lambda name: (name != region, name))
        }
        self._own = self._calls[region]

    def put(self, payload: Payload) -> None:
        """One PutObject."""
        self._own.here(partial(_put, self._sealed(payload)))

    def put_everywhere(self, payload: Payload) -> Copies:
        """One PutObject in each Region, at once; none while a Region is known not to take any."""
        if resting := self._resting(EVERYWHERE_SECONDS):
            raise PayloadNotStored(f"{', '.join(resting)} took no payload a moment ago")
        puts = self._begin_puts(payload)
        copies = self._copies(puts, EVERYWHERE_SECONDS)
        if copies.missing:
            raise _error(puts) or PayloadNotStored(f"{', '.join(copies.missing)} took no payload in time")
        return copies

    def put_available(self, payload: Payload) -> Copies:
        """One PutObject in each Region, at once; the second is waited for a short while after the first is there.

        A Region that is known not to take any is not asked, unless all of them are.
        """
        resting = self._resting(SECOND_SECONDS)
        puts = self._begin_puts(payload, but=resting if len(resting) < len(self._calls) else ())
        first_success(puts.values(), lambda _: True)
        copies = self._copies(puts, SECOND_SECONDS)
        if not copies.regions:
            raise _error(puts) or PayloadNotStored("no Region took a payload")
        return copies

    def get(self, key: str, sha256: str) -> bytes:
        """One GetObject; a second one, in another Region, only where this Region has not, fails, or is slow."""
        try:
            body = self._envelopes.open(sealed_for(key), self._read(key))
        except EnvelopeRefused as error:
            raise PayloadCorrupted(f"{key} does not hold what was sealed for it") from error
        if content_sha256(body) != sha256:
            raise PayloadCorrupted(f"{key} does not hold the content on record")
        return body

    def _read(self, key: str) -> bytes:
        gets: dict[str, Future[bytes | None]] = {}
        for calls in self._calls.values():
            gets[calls.region] = calls.begin(partial(_get, key))
            body = first_success(gets.values(), _is_there, calls.patience(HEDGE_SECONDS))
            if body is not None:
                break
        else:
            body = first_success(gets.values(), _is_there)
        for region, get in gets.items():
            self._calls[region].await_one(get, 0)
        if body is None:
            raise _error(gets) or PayloadUnavailable(f"{key} cannot be read from any Region")
        return body

    def complete(self, message: MessageReference, region: str) -> bool:
        """One HeadObject; GetObject and PutObject only where the Region does not have it."""
        if self._calls[region].here(partial(_head, message.key)):
            return False
        sealed = self._read(message.key)
        try:
            # As far as can be known without opening it, which is not this function's to do for the sake of a copy.
            Envelope.read(sealed, sealed_for(message.key))
        except EnvelopeRefused as error:
            raise PayloadCorrupted(f"{message.key} does not hold what was sealed for it") from error
        self._calls[region].here(partial(_put, _Sealed(message.key, message.content_type, sealed)))
        return True

    def _sealed(self, payload: Payload) -> _Sealed:
        sealed = payload.sealed or self._envelopes.seal(sealed_for(payload.key), payload.body)
        return _Sealed(payload.key, payload.content_type, sealed)

    def _resting(self, seconds: float) -> list[str]:
        return [region for region, calls in self._calls.items() if calls.rests(seconds)]

    def _begin_puts(self, payload: Payload, but: Collection[str] = ()) -> dict[str, Future[bool]]:
        asked = {region: calls for region, calls in self._calls.items() if region not in but}
        sealed = self._sealed(payload)
        return {region: calls.begin(partial(_put, sealed)) for region, calls in asked.items()}

    def _copies(self, puts: Mapping[str, Future[bool]], seconds: float) -> Copies:
        """Which Regions have taken it. All began together, so that the wait for one is also a wait for the next."""
        taken = {
            region: self._calls[region].await_one(put, seconds) and put.exception() is None
            for region, put in puts.items()
        }
        for region in (each for each, did in taken.items() if not did):
            self._calls[region].doubt(seconds)
        return Copies(
            tuple(sorted(region for region in taken if taken[region])),
            tuple(sorted(region for region in self._calls if not taken.get(region))),
        )


def payload_store(region: str, function: str, buckets: Mapping[str, str], envelopes: Envelopes) -> S3PayloadStore:
    """The store of a function; buckets: Region to bucket name."""
    return S3PayloadStore(
        region,
        {each: RegionalBucket(partial(clients.s3, each, function), bucket) for each, bucket in buckets.items()},
        envelopes,
    )


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What a bucket gets. content_type: of what is in it."""

    key: str
    content_type: str
    body: bytes = field(repr=False)


def _put(payload: _Sealed, client: S3Client, bucket: str) -> bool:
    # S3 computes the sha256 of what arrived and refuses the put where it is not this one. The key ends in the content's
    # own, so a repeated put writes the same content again and needs no condition.
    client.put_object(
        Bucket=bucket,
        Key=payload.key,
        Body=payload.body,
        ContentType=payload.content_type,
        ChecksumSHA256=base64.b64encode(hashlib.sha256(payload.body).digest()).decode("ascii"),
    )
    return True


def _get(key: str, client: S3Client, bucket: str) -> bytes | None:
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            return None
        raise


def _head(key: str, client: S3Client, bucket: str) -> bool:
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_THERE:
            return False
        raise
    return True


def _is_there(body: bytes | None) -> bool:
    return body is not None


def _error(calls: Mapping[str, Future[bool]] | Mapping[str, Future[bytes | None]]) -> BaseException | None:
    """Why a call failed; None where none did, or none has come back."""
    ended = [each for each in calls.values() if each.done() and not each.cancelled()]
    return next((error for each in ended if (error := each.exception()) is not None), None)
