"""Payloads in the buckets of two Regions."""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict, Unpack, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas.adapters.s3 import RegionalBucket, S3PayloadStore
from lambdas.core.payload import Payload, incoming_payload
from lambdas.service.ports import PayloadCorrupted, PayloadUnavailable
from tests.unit.service.fakes import OTHER_REGION, REGION, TRANSACTION_ID

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PAYLOAD = incoming_payload(TRANSACTION_ID, "application/xml", b"<x/>")


class Get(TypedDict):
    """Arguments of GetObject."""

    Bucket: str
    Key: str


class Put(Get):
    """Arguments of PutObject."""

    Body: bytes
    ContentType: str
    ChecksumSHA256: str


@dataclass
class FakeS3:
    """S3 of one Region as its clients meet it: verifies checksums, and hides what is not there behind AccessDenied."""

    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    down: bool = False
    error: str = "AccessDenied"

    def put_object(self, **call: Unpack[Put]) -> None:
        if self.down:
            raise EndpointConnectionError(endpoint_url="s3")
        if base64.b64encode(hashlib.sha256(call["Body"]).digest()).decode() != call["ChecksumSHA256"]:
            raise ClientError({"Error": {"Code": "BadDigest", "Message": ""}}, "PutObject")
        self.objects[call["Key"]] = (call["Body"], call["ContentType"])

    def get_object(self, **call: Unpack[Get]) -> dict[str, io.BytesIO]:
        if call["Key"] not in self.objects:
            raise ClientError({"Error": {"Code": self.error, "Message": ""}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[call["Key"]][0])}


def _store(own: FakeS3, other: FakeS3) -> S3PayloadStore:
    def bucket(fake: FakeS3, name: str) -> RegionalBucket:
        return RegionalBucket(lambda: cast("S3Client", fake), name)

    return S3PayloadStore(REGION, {REGION: bucket(own, "own"), OTHER_REGION: bucket(other, "other")})


def test_both_regions_have_the_payload_when_it_is_put_everywhere() -> None:
    own, other = FakeS3(), FakeS3()
    _store(own, other).put_everywhere(PAYLOAD)
    assert own.objects == other.objects == {PAYLOAD.key: (b"<x/>", "application/xml")}


@pytest.mark.parametrize(("own_down", "other_down"), [(True, False), (False, True)])
def test_it_raises_when_one_region_does_not_take_the_payload(*, own_down: bool, other_down: bool) -> None:
    own, other = FakeS3(down=own_down), FakeS3(down=other_down)
    with pytest.raises(EndpointConnectionError):
        _store(own, other).put_everywhere(PAYLOAD)
    assert bool(own.objects) is not own_down
    assert bool(other.objects) is not other_down


def test_only_the_own_region_is_asked_when_a_payload_is_put_there() -> None:
    own, other = FakeS3(), FakeS3(down=True)
    _store(own, other).put(PAYLOAD)
    assert list(own.objects) == [PAYLOAD.key]


def test_a_put_is_refused_when_the_content_is_not_what_its_sha256_says() -> None:
    wrong = Payload(PAYLOAD.key, PAYLOAD.content_type, b"<y/>", PAYLOAD.sha256)
    with pytest.raises(ClientError, match="BadDigest"):
        _store(FakeS3(), FakeS3()).put(wrong)


@pytest.mark.parametrize("error", ["AccessDenied", "NoSuchKey"])
def test_the_other_regions_copy_is_read_when_the_own_one_is_not_there_yet(error: str) -> None:
    own, other = FakeS3(error=error), FakeS3()
    other.objects[PAYLOAD.key] = (PAYLOAD.body, PAYLOAD.content_type)
    assert _store(own, other).get(PAYLOAD.key, PAYLOAD.sha256) == b"<x/>"


def test_it_raises_when_no_region_has_the_payload() -> None:
    with pytest.raises(PayloadUnavailable):
        _store(FakeS3(), FakeS3()).get(PAYLOAD.key, PAYLOAD.sha256)


def test_it_raises_when_the_content_is_not_the_one_on_record() -> None:
    own = FakeS3(objects={PAYLOAD.key: (b"<y/>", "application/xml")})
    with pytest.raises(PayloadCorrupted):
        _store(own, FakeS3()).get(PAYLOAD.key, PAYLOAD.sha256)


def test_another_error_is_raised_when_it_does_not_mean_that_the_object_is_missing() -> None:
    with pytest.raises(ClientError, match="SlowDown"):
        _store(FakeS3(error="SlowDown"), FakeS3()).get(PAYLOAD.key, PAYLOAD.sha256)
