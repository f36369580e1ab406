"""Calls to the bucket of one Region, side by side with those to another's: a Region that hangs delays no other."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_s3.client import S3Client

THREADS = 4
HANGING_SECONDS = 0.25
"""Patience with a Region of which an earlier call has been out for as long as this one would be waited for: a batch of
messages waits for it once, not ten times."""
REST_SECONDS = 1.0
"""For how long a Region that took no payload in time, or failed, is not asked again by those who would wait no longer:
while it is gone, the queue is not to stand still for each message that needs it."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RegionalBucket:
    """A bucket and its Region's client, which is made when it is first asked for: most calls need no other Region's."""

    client: Callable[[], S3Client]
    bucket: str


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A Region failed who gave it these seconds. until: when it is asked again."""

    seconds: float
    until: float

    def concerns(self, seconds: float) -> bool:
        """Whether who would wait these seconds can expect no better."""
        return seconds <= self.seconds


class RegionalCalls:
    """The calls to one Region's bucket; each on a thread of the Region's own."""

    def __init__(self, region: str, bucket: RegionalBucket) -> None:
        self.region = region
        self._bucket = bucket
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix=f"payload-{region}")
        self._under_way: list[tuple[float, Callable[[], bool]]] = []
        """Of each call: when it began, and whether it has come back."""
        self._doubt: _Doubt | None = None

    def here(self, call: Callable[[S3Client, str], Result]) -> Result:
        """Make a call on the caller's own thread."""
        return call(self._bucket.client(), self._bucket.bucket)

    def begin(self, call: Callable[[S3Client, str], Result]) -> Future[Result]:
        """Make a call on another thread."""
        # The client is made here: a botocore session does not make them safely from several threads.
        begun = self._threads.submit(call, self._bucket.client(), self._bucket.bucket)
        self._under_way = [each for each in self._under_way if not each[1]()]
        self._under_way.append((monotonic(), begun.done))
        begun.add_done_callback(self._came_back)
        return begun

    def doubt(self, seconds: float) -> None:
        """The Region did not do in these seconds what it was asked for."""
        known = 0.0 if self._doubt is None else self._doubt.seconds
        self._doubt = _Doubt(max(known, seconds), monotonic() + REST_SECONDS)

    def rests(self, seconds: float) -> bool:
        """Whether it is not worth asking the Region now for who would wait these seconds."""
        return self._doubt is not None and self._doubt.concerns(seconds) and monotonic() < self._doubt.until

    def _came_back(self, call: Future[Result]) -> None:
        if not call.cancelled() and call.exception() is None:
            self._doubt = None

    def await_one(self, call: Future[Result], seconds: float) -> bool:
        """Wait for a call that began, within these seconds; False where it is given up.

        It may succeed all the same, but for one that still waits for a thread.
        """
        wait([call], timeout=self.patience(seconds))
        if call.done():
            return True
        call.cancel()
        return False

    def patience(self, seconds: float) -> float:
        """How long to wait where a healthy Region is given these seconds.

        Judged by what this caller would wait: those who are content to do without a slow Region take no time from those
        who are not.
        """
        before = monotonic() - seconds
        hangs = any(began <= before and not returned() for began, returned in self._under_way)
        doubted = self._doubt is not None and self._doubt.concerns(seconds)
        return min(seconds, HANGING_SECONDS) if hangs or doubted else seconds


def first_success(
    calls: Iterable[Future[Result]], succeeded: Callable[[Result], bool], seconds: float | None = None
) -> Result | None:
    """The first result that is a success, as soon as it is there; None where no call has one, or none in time."""
    pending = set(calls)
    end = None if seconds is None else monotonic() + seconds
    while pending:
        left = None if end is None else max(0.0, end - monotonic())
        done, pending = wait(pending, timeout=left, return_when=FIRST_COMPLETED)
        for each in done:
            if each.exception() is None and succeeded(each.result()):
                return each.result()
        if not done:
            return None
    return None
