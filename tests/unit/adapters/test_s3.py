"""Payloads in the buckets of two Regions."""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import dataclass, field
from threading import Event, Timer
from time import monotonic
from typing import TYPE_CHECKING, TypedDict, Unpack, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambdas.adapters import s3, s3_regions
from lambdas.adapters.s3 import S3PayloadStore
from lambdas.adapters.s3_regions import HANGING_SECONDS, RegionalBucket
from lambdas.core.durability import Copies
from lambdas.core.envelope import EnvelopeContext, Purpose
from lambdas.core.payload import incoming_payload
from lambdas.core.transaction import MessageReference
from lambdas.service.ports import PayloadCorrupted, PayloadNotStored, PayloadUnavailable
from tests.unit.adapters.keys import FakeKms, envelopes
from tests.unit.service.fakes import OTHER_REGION, REGION, TRANSACTION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3.client import S3Client

BOTH = Copies((REGION, OTHER_REGION))
ENVELOPES = envelopes(FakeKms())
INCOMING, OUTGOING = (EnvelopeContext(TRANSACTION_ID, each) for each in (Purpose.INCOMING, Purpose.OUTGOING))
SEALED = ENVELOPES.seal(INCOMING, b"<x/>")
PAYLOAD = incoming_payload(TRANSACTION_ID, "application/xml", b"<x/>", SEALED)


def _set() -> Event:
    event = Event()
    event.set()
    return event


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
    released: Event = field(default_factory=_set)
    """Calls hang while it is not set."""
    calls: int = 0

    def put_object(self, **call: Unpack[Put]) -> None:
        self._meet()
        if base64.b64encode(hashlib.sha256(call["Body"]).digest()).decode() != call["ChecksumSHA256"]:
            raise ClientError({"Error": {"Code": "BadDigest", "Message": ""}}, "PutObject")
        self.objects[call["Key"]] = (call["Body"], call["ContentType"])

    def get_object(self, **call: Unpack[Get]) -> dict[str, io.BytesIO]:
        self._meet()
        self._find("GetObject", call["Key"])
        return {"Body": io.BytesIO(self.objects[call["Key"]][0])}

    def head_object(self, **call: Unpack[Get]) -> None:
        self._meet()
        self._find("HeadObject", call["Key"])

    def _meet(self) -> None:
        self.calls += 1
        if self.down:
            raise EndpointConnectionError(endpoint_url="s3")
        self.released.wait()

    def _find(self, operation: str, key: str) -> None:
        if key not in self.objects:
            raise ClientError({"Error": {"Code": self.error, "Message": ""}}, operation)


@pytest.fixture
def hanging() -> Iterator[FakeS3]:
    """A Region that takes calls and never answers, until the test is over."""
    fake = FakeS3(released=Event())
    yield fake
    fake.released.set()


def _store(own: FakeS3, other: FakeS3) -> S3PayloadStore:
    def bucket(fake: FakeS3, name: str) -> RegionalBucket:
        return RegionalBucket(lambda: cast("S3Client", fake), name)

    return S3PayloadStore(REGION, {REGION: bucket(own, "own"), OTHER_REGION: bucket(other, "other")}, ENVELOPES)


def test_both_regions_have_the_payload_when_it_is_put_everywhere() -> None:
    own, other = FakeS3(), FakeS3()
    assert _store(own, other).put_everywhere(PAYLOAD) == BOTH
    assert own.objects == other.objects == {PAYLOAD.key: (SEALED, "application/xml")}


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


def test_every_region_has_the_same_sealed_form_when_a_payload_comes_unsealed() -> None:
    own, other = FakeS3(), FakeS3()
    _store(own, other).put_everywhere(incoming_payload(TRANSACTION_ID, "application/xml", b"<x/>"))
    assert own.objects == other.objects
    assert b"<x/>" not in own.objects[PAYLOAD.key][0]
    assert _store(own, other).get(PAYLOAD.key, PAYLOAD.sha256) == b"<x/>"


@pytest.mark.parametrize("error", ["AccessDenied", "NoSuchKey"])
def test_the_other_regions_copy_is_read_when_the_own_one_is_not_there_yet(error: str) -> None:
    own, other = FakeS3(error=error), FakeS3()
    other.objects[PAYLOAD.key] = (SEALED, PAYLOAD.content_type)
    assert _store(own, other).get(PAYLOAD.key, PAYLOAD.sha256) == b"<x/>"


def test_it_raises_when_no_region_has_the_payload() -> None:
    with pytest.raises(PayloadUnavailable):
        _store(FakeS3(), FakeS3()).get(PAYLOAD.key, PAYLOAD.sha256)


@pytest.mark.parametrize(
    "stored",
    [ENVELOPES.seal(INCOMING, b"<y/>"), ENVELOPES.seal(OUTGOING, b"<x/>"), b"<x/>", SEALED[:-1] + b"?"],
    ids=["other content", "other purpose", "not sealed", "touched"],
)
def test_it_raises_when_the_content_is_not_the_one_on_record(stored: bytes) -> None:
    own = FakeS3(objects={PAYLOAD.key: (stored, "application/xml")})
    with pytest.raises(PayloadCorrupted):
        _store(own, FakeS3()).get(PAYLOAD.key, PAYLOAD.sha256)


def test_another_error_is_raised_when_it_does_not_mean_that_the_object_is_missing() -> None:
    with pytest.raises(ClientError, match="SlowDown"):
        _store(FakeS3(error="SlowDown"), FakeS3()).get(PAYLOAD.key, PAYLOAD.sha256)


def test_it_is_said_who_has_the_payload_when_one_region_is_enough() -> None:
    for own_down, other_down in ((False, False), (False, True), (True, False)):
        own, other = FakeS3(down=own_down), FakeS3(down=other_down)
        copies = _store(own, other).put_available(PAYLOAD)
        has = {REGION: not own_down, OTHER_REGION: not other_down}
        assert copies == Copies(*(tuple(each for each in has if has[each] is taken) for taken in (True, False)))
        assert {REGION: bool(own.objects), OTHER_REGION: bool(other.objects)} == has


def test_it_raises_when_no_region_takes_the_payload_though_one_is_enough() -> None:
    with pytest.raises(EndpointConnectionError):
        _store(FakeS3(down=True), FakeS3(down=True)).put_available(PAYLOAD)


@pytest.mark.parametrize("own_hangs", [True, False])
def test_a_batch_waits_once_and_briefly_when_one_region_hangs(
    hanging: FakeS3, monkeypatch: pytest.MonkeyPatch, *, own_hangs: bool
) -> None:
    monkeypatch.setattr(s3, "SECOND_SECONDS", 2 * HANGING_SECONDS)
    healthy = FakeS3()
    store = _store(hanging, healthy) if own_hangs else _store(healthy, hanging)
    missing, has = (REGION, OTHER_REGION) if own_hangs else (OTHER_REGION, REGION)
    started = monotonic()
    for number in range(10):
        payload = incoming_payload(TRANSACTION_ID, "application/xml", str(number).encode())
        assert store.put_available(payload) == Copies((has,), (missing,))
    assert len(healthy.objects) == 10
    assert monotonic() - started < (2 + 9 + 3) * HANGING_SECONDS
    # Who hangs is not asked again for each of them.
    assert hanging.calls == 1
    hanging.released.set()


def test_it_raises_in_time_when_every_region_must_take_the_payload_and_one_hangs(
    hanging: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "EVERYWHERE_SECONDS", 0.1)
    with pytest.raises(PayloadNotStored, match=OTHER_REGION):
        _store(FakeS3(), hanging).put_everywhere(PAYLOAD)


@pytest.mark.parametrize("down", [True, False])
def test_no_message_waits_for_a_region_when_one_before_it_did_in_vain(
    hanging: FakeS3, monkeypatch: pytest.MonkeyPatch, *, down: bool
) -> None:
    monkeypatch.setattr(s3, "EVERYWHERE_SECONDS", 0.1)
    monkeypatch.setattr(s3, "SECOND_SECONDS", 0.1)
    other = FakeS3(down=True) if down else hanging
    store = _store(FakeS3(), other)
    with pytest.raises((PayloadNotStored, EndpointConnectionError)):
        store.put_everywhere(PAYLOAD)
    with pytest.raises(PayloadNotStored, match="a moment ago"):
        store.put_everywhere(PAYLOAD)
    assert store.put_available(PAYLOAD).missing == (OTHER_REGION,)
    assert other.calls == 1


def test_a_region_is_asked_again_when_it_has_rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_regions, "REST_SECONDS", 0.0)
    other = FakeS3(down=True)
    store = _store(FakeS3(), other)
    with pytest.raises(EndpointConnectionError):
        store.put_everywhere(PAYLOAD)
    other.down = False
    assert store.put_everywhere(PAYLOAD) == BOTH


def test_a_region_is_given_its_time_again_when_what_hung_has_come_back() -> None:
    other = FakeS3(released=Event())
    store = _store(FakeS3(), other)
    assert store.put_available(PAYLOAD).missing == (OTHER_REGION,)
    other.released.set()
    assert store.put_everywhere(PAYLOAD) == BOTH
    assert store.put_available(PAYLOAD) == BOTH


def test_a_message_that_needs_every_region_is_given_its_time_when_others_gave_up_on_a_slow_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(s3, "SECOND_SECONDS", 0.05)
    slow = FakeS3(released=Event())
    store = _store(FakeS3(), slow)
    assert store.put_available(PAYLOAD).missing == (OTHER_REGION,)
    Timer(3 * HANGING_SECONDS, slow.released.set).start()
    assert store.put_everywhere(PAYLOAD) == BOTH


@pytest.mark.parametrize("fault", [{"down": True}, {"error": "SlowDown"}])
def test_the_other_regions_copy_is_read_when_this_region_fails(fault: dict[str, bool | str]) -> None:
    own = FakeS3(down=bool(fault.get("down")), error=str(fault.get("error")))
    other = FakeS3(objects={PAYLOAD.key: (SEALED, PAYLOAD.content_type)})
    assert _store(own, other).get(PAYLOAD.key, PAYLOAD.sha256) == b"<x/>"


def test_the_other_regions_copy_is_read_when_this_region_hangs(
    hanging: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "HEDGE_SECONDS", 0.1)
    other = FakeS3(objects={PAYLOAD.key: (SEALED, PAYLOAD.content_type)})
    assert _store(hanging, other).get(PAYLOAD.key, PAYLOAD.sha256) == b"<x/>"


def test_only_this_region_is_asked_when_it_has_the_payload() -> None:
    own, other = FakeS3(objects={PAYLOAD.key: (SEALED, PAYLOAD.content_type)}), FakeS3(down=True)
    assert _store(own, other).get(PAYLOAD.key, PAYLOAD.sha256) == b"<x/>"
    assert other.calls == 0


@pytest.mark.parametrize("there", [True, False])
def test_a_copy_is_made_when_it_is_not_there(*, there: bool) -> None:
    stored = {PAYLOAD.key: (SEALED, PAYLOAD.content_type)}
    own, other = FakeS3(objects=dict(stored)), FakeS3(objects=dict(stored) if there else {})
    reference = MessageReference(PAYLOAD.key, PAYLOAD.sha256, PAYLOAD.content_type, None)
    assert _store(own, other).complete(reference, OTHER_REGION) is not there
    assert other.objects == stored
    assert own.calls == (0 if there else 1)


@pytest.mark.parametrize("stored", [ENVELOPES.seal(OUTGOING, b"<x/>"), b"<x/>"], ids=["other purpose", "not sealed"])
def test_no_copy_is_made_when_what_is_there_was_sealed_for_something_else(stored: bytes) -> None:
    own, other = FakeS3(objects={PAYLOAD.key: (stored, "application/xml")}), FakeS3()
    reference = MessageReference(PAYLOAD.key, PAYLOAD.sha256, PAYLOAD.content_type, None)
    with pytest.raises(PayloadCorrupted):
        _store(own, other).complete(reference, OTHER_REGION)
    assert not other.objects


def test_no_copy_is_taken_for_granted_when_the_region_cannot_be_asked() -> None:
    reference = MessageReference(PAYLOAD.key, PAYLOAD.sha256, PAYLOAD.content_type, None)
    with pytest.raises(EndpointConnectionError):
        _store(FakeS3(), FakeS3(down=True)).complete(reference, OTHER_REGION)
    with pytest.raises(ClientError, match="SlowDown"):
        _store(FakeS3(), FakeS3(error="SlowDown")).complete(reference, OTHER_REGION)
