"""What the archive lists, from buckets that list page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from simulations.operations.archive import Archived, archived

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

SINCE = datetime(2026, 11, 24, 12, 0, 0, 700_000, tzinfo=UTC)
BEFORE, AFTER = SINCE - timedelta(seconds=2), SINCE + timedelta(seconds=2)


@dataclass
class FakeBucket:
    """Lists its keys in their order, some to a page."""

    objects: dict[str, datetime] = field(default_factory=dict)
    page: int = 2
    pages_read: int = 0

    def get_paginator(self, operation: str) -> "FakeBucket":
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **call: str) -> Iterator[dict[str, Any]]:
        keys = sorted(key for key in self.objects if key.startswith(call["Prefix"]))
        for start in range(0, len(keys), self.page):
            self.pages_read += 1
            listed = keys[start : start + self.page]
            yield {"Contents": [{"Key": key, "LastModified": self.objects[key]} for key in listed]}
        yield {}


def found(*buckets: FakeBucket) -> Iterator[Archived]:
    named = {f"region-{index}": (cast("S3Client", each), "bucket") for index, each in enumerate(buckets)}
    return archived(named, SINCE)


def test_each_transaction_is_there_once_and_in_order_when_both_regions_have_it() -> None:
    keys = [f"incoming/{number:03d}/a" for number in range(25)]
    one, other = (FakeBucket(dict.fromkeys(keys, AFTER)) for _ in range(2))
    assert list(found(one, other)) == [Archived(f"{number:03d}", ("a",)) for number in range(25)]


def test_it_is_there_when_one_region_alone_has_it_or_got_it_later() -> None:
    one = FakeBucket({"incoming/1/a": AFTER, "incoming/3/a": BEFORE})
    other = FakeBucket({"incoming/2/a": AFTER, "incoming/3/a": AFTER, "incoming/4/a": BEFORE})
    assert [each.transaction_id for each in found(one, other)] == ["1", "2", "3"]


def test_only_what_came_since_is_there_when_a_transaction_has_two_messages() -> None:
    bucket = FakeBucket({"incoming/1/a": BEFORE, "incoming/1/b": AFTER, "incoming/1/c": AFTER})
    assert list(found(bucket)) == [Archived("1", ("b", "c"))]


def test_it_is_there_when_it_came_in_the_same_second() -> None:
    # S3 would say 12:00:00 of what it stored at 12:00:00.9.
    assert list(found(FakeBucket({"incoming/1/a": SINCE.replace(microsecond=0)}))) == [Archived("1", ("a",))]


def test_answers_and_what_is_of_another_form_are_no_messages() -> None:
    bucket = FakeBucket(dict.fromkeys(("outgoing/1/a", "refused/1/a", "incoming/readme", "incoming/1/a/b"), AFTER))
    assert list(found(bucket)) == []


def test_the_next_page_is_read_only_when_it_is_asked_for() -> None:
    bucket = FakeBucket({f"incoming/{number:03d}/a": AFTER for number in range(100)})
    first = next(found(bucket))
    assert first.transaction_id == "000"
    assert bucket.pages_read <= 2
