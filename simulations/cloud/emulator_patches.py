"""What is changed in the embedded MiniStack, each with its reason. Applied in the server process only, after import.

A test holds that every patched attribute is still there: a new release of MiniStack must not make a patch a no-op.
"""

from __future__ import annotations

import functools
import zipfile
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, route53

from simulations.cloud import environments
from simulations.cloud.packages import SharedPackage

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

FIRST_LOG_LINE_WAIT_SECONDS = 0.002
LOG_QUIET_SECONDS = 0.001
LOG_WAIT_LIMIT_SECONDS = 0.25
IDLE_WAKE_GAP_SECONDS = 0.005
LISTS_OF_HEALTH_CHECKS = {"ChildHealthChecks": "ChildHealthCheck", "Regions": "Region"}


@dataclass(frozen=True, slots=True)
class Patch:
    """One change: what it touches, why, and the change itself."""

    owner: object
    attribute: str
    reason: str
    apply: Callable[[], None]


def _shorten_log_wait() -> None:
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (
        FIRST_LOG_LINE_WAIT_SECONDS,
        LOG_QUIET_SECONDS,
        LOG_WAIT_LIMIT_SECONDS,
    )


def _shorten_idle_gap() -> None:
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = IDLE_WAKE_GAP_SECONDS


def _unpack_once() -> None:
    # LargeFileError is the name that the runtime asks for; the standard library's is LargeZipFile.
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=SharedPackage, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )


def _acquire_patiently() -> None:
    lambda_svc.acquire_worker = environments.acquire


def _release_to_the_waiting() -> None:
    lambda_svc.release_worker = environments.release


def _keep_children() -> None:
    read = route53._parse_health_check_config
    if hasattr(read, "__wrapped__"):
        return

    @functools.wraps(read)
    def read_with_children(element: Element) -> dict[str, object]:
        config: dict[str, object] = read(element)
        for name, listed in LISTS_OF_HEALTH_CHECKS.items():
            if name in config:
                # Whatever the namespace: the children of `{...}ChildHealthChecks` are `{...}ChildHealthCheck`.
                config[name] = [each.text or "" for each in element.iter() if each.tag.rpartition("}")[2] == listed]
        return config

    route53._parse_health_check_config = read_with_children


PATCHES = (
    Patch(
        lambda_runtime.Worker,
        "_drain_stderr_bounded",
        "after each call the runtime waits 50 ms for a first log line, which a function that logs nothing pays whole; "
        "a line that comes later is reported with the next call",
        _shorten_log_wait,
    ),
    Patch(
        lambda_svc,
        "_ESM_IDLE_WAKE_GAP_SECONDS",
        "each wake that finds no message (every table or bucket write wakes the poller) delays the next by 50 ms, "
        "and a payment passes three queues",
        _shorten_idle_gap,
    ),
    Patch(
        lambda_runtime,
        "zipfile",
        "each worker unpacks function and layer anew, a second of the server's processor, while every call waits",
        _unpack_once,
    ),
    Patch(
        lambda_svc,
        "acquire_worker",
        "every call that finds no free worker starts one, which on few processors ends in a storm of starts",
        _acquire_patiently,
    ),
    Patch(
        route53,
        "_parse_health_check_config",
        "the ids of the health checks that a calculated one is of are read as empty texts",
        _keep_children,
    ),
    Patch(lambda_svc, "release_worker", "wakes the calls that wait for a worker", _release_to_the_waiting),
)


def apply_patches() -> None:
    """Apply every patch to the MiniStack of this process."""
    for patch in PATCHES:
        patch.apply()
