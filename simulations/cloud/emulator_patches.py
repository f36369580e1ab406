"""What is changed in the embedded MiniStack, each with its reason. Applied in the server process only, after import.

A test holds that every patched attribute is still there: a new release of MiniStack must not make a patch a no-op.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import partial, wraps
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime
from ministack.core.responses import get_region
from ministack.services import cognito, eventbridge, lambda_svc, route53

from simulations.cloud import client_secrets, environments, iam_evaluation
from simulations.cloud.packages import SharedPackage

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from xml.etree.ElementTree import Element

    from simulations.cloud.authorizations import AuthorizationLog
    from simulations.cloud.freezer import Freezer
    from simulations.cloud.regions import RegionFaults

FIRST_LOG_LINE_WAIT_SECONDS = 0.002
LOG_QUIET_SECONDS = 0.001
LOG_WAIT_LIMIT_SECONDS = 0.25
IDLE_WAKE_GAP_SECONDS = 0.005
LISTS_OF_HEALTH_CHECKS = {"ChildHealthChecks": "ChildHealthCheck", "Regions": "Region"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the changed MiniStack asks: the faults in force, what is frozen, the port of a Region's ledger.

    authorizations: where it notes what IAM decided.
    """

    faults: RegionFaults
    frozen: Freezer
    ledger_port_of: Callable[[str], int]
    authorizations: AuthorizationLog


@dataclass(frozen=True, slots=True)
class Patch:
    """One change: what it touches, why, and the change itself."""

    owner: object
    attribute: str
    reason: str
    apply: Callable[[Surroundings], None]


def _shorten_log_wait(_surroundings: Surroundings) -> None:
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (
        FIRST_LOG_LINE_WAIT_SECONDS,
        LOG_QUIET_SECONDS,
        LOG_WAIT_LIMIT_SECONDS,
    )


def _shorten_idle_gap(_surroundings: Surroundings) -> None:
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = IDLE_WAKE_GAP_SECONDS


def _unpack_once(_surroundings: Surroundings) -> None:
    # LargeFileError is the name that the runtime asks for; the standard library's is LargeZipFile.
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=SharedPackage, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )


def _acquire_patiently(_surroundings: Surroundings) -> None:
    lambda_svc.acquire_worker = environments.acquire


def _release_to_the_waiting(_surroundings: Surroundings) -> None:
    lambda_svc.release_worker = environments.release


def _tell_the_region(surroundings: Surroundings) -> None:
    made = partial(
        environments.worker_in_region, faults=surroundings.faults, ledger_port_of=surroundings.ledger_port_of
    )
    lambda_runtime._worker_class_for = lambda _config: made


def _spare_what_is_frozen(surroundings: Surroundings) -> None:
    end, reap = lambda_runtime._signal, lambda_runtime._collect

    def signal(process: subprocess.Popen[str] | None) -> None:
        if not surroundings.frozen.spares(process):
            end(process)

    def collect(process: subprocess.Popen[str] | None, deadline: float) -> None:
        if not surroundings.frozen.spares(process):
            reap(process, deadline)

    lambda_runtime._signal, lambda_runtime._collect = signal, collect


def _poll_where_nothing_is_stopped(surroundings: Surroundings) -> None:
    every = lambda_svc._iter_all_esms

    def running() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for account, region, mapping in every():
            if not surroundings.faults.stops_function(region, mapping["FunctionName"]):
                yield account, region, mapping

    lambda_svc._iter_all_esms = running


def _fire_where_nothing_is_stopped(surroundings: Surroundings) -> None:
    fire = eventbridge._invoke_target

    def invoke(*arguments: object) -> object:
        return None if surroundings.faults.stops_schedules(get_region()) else fire(*arguments)

    eventbridge._invoke_target = invoke


def _keep_children(_surroundings: Surroundings) -> None:
    read = route53._parse_health_check_config
    if hasattr(read, "__wrapped__"):
        return

    @wraps(read)
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
    Patch(
        lambda_runtime,
        "_worker_class_for",
        "all workers have the server's environment: a function must not reach the ledger but through its Region's "
        "endpoint, and the gate must see where a call comes from",
        _tell_the_region,
    ),
    Patch(lambda_runtime, "_signal", "a timeout ends what is frozen, which is to go on later", _spare_what_is_frozen),
    Patch(
        lambda_svc,
        "_iter_all_esms",
        "the poller reads queues behind the gate, so a Region that is gone would go on working",
        _poll_where_nothing_is_stopped,
    ),
    Patch(
        eventbridge,
        "_invoke_target",
        "schedules fire behind the gate; what would have fired in a Region that is gone, did not",
        _fire_where_nothing_is_stopped,
    ),
    Patch(
        iam_evaluator,
        "enforce",
        "a batch of SQS is held against a permission that AWS does not know; what is decided is noted",
        lambda surroundings: iam_evaluation.enforce_and_record(surroundings.authorizations),
    ),
    Patch(
        iam_evaluator,
        "_resolve_condition_key",
        "of a session, aws:PrincipalArn is the session's ARN, and no key policy of ours names sessions",
        lambda _surroundings: iam_evaluation.name_the_role(),
    ),
    Patch(
        iam_actions,
        "request_tag_context",
        "what a KMS request bears (encryption context, algorithms) is not among its condition keys",
        lambda _surroundings: iam_evaluation.give_the_keys_of_kms(),
    ),
    Patch(
        cognito,
        "_dispatch_idp",
        "an app client has one secret: Amazon Cognito takes two for as long as one is exchanged for the other",
        lambda _surroundings: client_secrets.keep_two_secrets(),
    ),
    Patch(
        app,
        "pin_request_origin",
        "loopback stands for endpoints that speak TLS, which the buckets' policies ask for",
        lambda _surroundings: iam_evaluation.speak_tls(),
    ),
)


def apply_patches(surroundings: Surroundings) -> None:
    """Apply every patch to the MiniStack of this process."""
    for patch in PATCHES:
        patch.apply(surroundings)
