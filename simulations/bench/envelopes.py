"""`make bench-envelope`: sealing and opening alone, with data keys in memory and with one asked for every time."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from lambdas.adapters.envelopes import KmsEnvelopes
from lambdas.core.envelope import EnvelopeContext, Purpose
from simulations.traffic.payments import credit_transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_kms.client import KMSClient

CONTEXT = EnvelopeContext("0b7f1c52-8a3d-4e6f-9b21-5d4c3b2a1908", Purpose.INCOMING)
WIDTH = 44


class _InstantKms:
    """Answers at once: what is measured is the hub's own work, and how often it asks."""

    def __init__(self) -> None:
        self.asked = 0
        self._keys: dict[bytes, bytes] = {}

    def generate_data_key(self, **_: Any) -> dict[str, bytes]:
        self.asked += 1
        plain, encrypted = os.urandom(32), os.urandom(184)
        self._keys[encrypted] = plain
        return {"Plaintext": plain, "CiphertextBlob": encrypted}

    def decrypt(self, **call: Any) -> dict[str, bytes]:
        self.asked += 1
        return {"Plaintext": self._keys[call["CiphertextBlob"]]}


def envelope_lines(count: int, seed: int) -> Iterator[str]:
    """A payment's message sealed and opened `count` times, on one core."""
    body = credit_transfer(random.Random(seed), datetime(2026, 1, 12, tzinfo=UTC))
    yield f"{'message':<{WIDTH}} {len(body):>9} bytes"
    yield from _measured("data keys in memory", count, body, lambda: 0.0)
    yield from _measured("a data key asked for every time", count, body, _Leaping())


def _measured(label: str, count: int, body: bytes, clock: Callable[[], float]) -> Iterator[str]:
    kms = _InstantKms()
    envelopes = KmsEnvelopes(lambda: cast("KMSClient", kms), "key", "eu-west-1", clock)
    sealed = envelopes.seal(CONTEXT, body)
    yield _line(f"seal, {label}", count, lambda: envelopes.seal(CONTEXT, body))
    yield _line(f"open, {label}", count, lambda: envelopes.open(CONTEXT, sealed))
    yield f"{'  KMS asked':<{WIDTH}} {kms.asked:>9} times, for {2 * count + 1} of {len(sealed)} bytes"


class _Leaping:
    """A clock by which every key is too old."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def __call__(self) -> float:
        self._seconds += 1_000.0
        return self._seconds


def _line(label: str, count: int, work: Callable[[], object]) -> str:
    began = perf_counter()
    for _ in range(count):
        work()
    return f"{label:<{WIDTH}} {count / (perf_counter() - began):>9.0f} a second"
