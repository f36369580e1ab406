"""Where a process's effects are met: before each request of an AWS client and around each transaction of the ledger.

botocore asks by its own `before-send` event, so that all of the caller's behaviour (retries, timeouts) stays as it is;
only the waiting between retries is left out.
"""

from __future__ import annotations

import json
import os
import signal
import types
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import botocore.endpoint
import botocore.session
import psycopg
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from psycopg import errors

import lambdas.adapters.dynamodb_standing
import lambdas.adapters.envelopes
import lambdas.adapters.ledger_connection
import lambdas.adapters.s3_regions
import lambdas.adapters.side_by_side
from lambdas.adapters.ledger_connection import LedgerDatabase
from simulations.campaign.effects import LEDGER, Effect, Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest

    from lambdas.adapters.ledger_connection import LedgerConnection

    Ask = Callable[[Effect], Fault | None]

Result = TypeVar("Result")
SERVICE_UNAVAILABLE = 503
CONFLICTS = 2
GIVE_UP_SECONDS = 0.5
"""How long a transaction of the ledger that conflicts is tried: nobody waits for the functions' own eight seconds."""


def instrument(function: str, region: str, ask: Ask) -> None:
    """Have `ask` decide on each effect of this process."""
    session = botocore.session.get_session()
    session.register("before-send", cast("Any", AwsInstrument(function, region, ask)))
    _set(botocore.session, "get_session", lambda: session)
    _set(botocore.endpoint, "time", types.SimpleNamespace(sleep=lambda _seconds: None))
    # Calls side by side would ask in an order of their own.
    for module in (lambdas.adapters.s3_regions, lambdas.adapters.side_by_side, lambdas.adapters.dynamodb_standing):
        _set(module, "ThreadPoolExecutor", OneAfterTheOther)
    # Between two deliveries no time passes here: a Region would rest through all of them.
    _set(lambdas.adapters.s3_regions, "REST_SECONDS", 0.0)
    _set(lambdas.adapters.ledger_connection, "CONFLICT_SECONDS", GIVE_UP_SECONDS)
    # A key that an earlier invocation left in memory would be an effect that only some runs of a scenario have.
    _set(lambdas.adapters.envelopes, "KEY_SECONDS", 0.0)

    def database(connect: Callable[[], LedgerConnection]) -> LedgerDatabase:
        return LedgerInstrument(connect, function, region, ask)

    _set(lambdas.adapters.ledger_connection, "LedgerDatabase", database)


def _set(module: types.ModuleType, name: str, value: object) -> None:
    if not hasattr(module, name):
        raise AttributeError(f"{module.__name__} has no {name} to be instrumented")
    setattr(module, name, value)


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


class AwsInstrument:
    """Handler of `before-send`: asked once for a call, whatever retries it takes."""

    def __init__(self, function: str, region: str, ask: Ask) -> None:
        self._function = function
        self._region = region
        self._ask = ask
        self._http = URLLib3Session()
        self._call: object = None
        self._fault: Fault | None = None

    def __call__(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse | None:
        """The answer that the caller gets, None for the real one; raises what a broken connection raises."""
        call: object = request.headers["amz-sdk-invocation-id"]
        first = call != self._call
        if first:
            self._call = call
            service, operation = event_name.split(".")[1:]
            region, subject = self._region_of(request), subject_of(request.body)
            self._fault = self._ask(Effect(self._function, service, operation, region, subject))
        return self._befall(request, first=first)

    def _befall(self, request: AWSPreparedRequest, *, first: bool) -> AWSResponse | None:
        match self._fault:
            case Fault.REFUSED:
                raise ConnectTimeoutError(endpoint_url=request.url)
            case Fault.THROTTLED:
                return AWSResponse(request.url, SERVICE_UNAVAILABLE, HTTPHeaders(), _NoBody())
            case Fault.UNACKNOWLEDGED:
                self._http.send(request)
                raise ReadTimeoutError(endpoint_url=request.url)
            case Fault.REPEATED if first:
                self._http.send(request)
                raise ReadTimeoutError(endpoint_url=request.url)
            case Fault.KILLED:
                self._http.send(request)
                _die()
        return None

    def _region_of(self, request: AWSPreparedRequest) -> str:
        """By the signature's scope: `Credential=KEY/20261124/eu-west-2/s3/aws4_request`."""
        signature = request.headers.get("Authorization", b"")
        text = signature.decode() if isinstance(signature, bytes) else str(signature)
        _key, _day, region, *_ = (*text.partition("Credential=")[2].split("/"), "", "", "")
        return region or self._region


def subject_of(body: object) -> str:
    """The queue's name, or the transaction's id, of a request in JSON; empty where it names neither."""
    try:
        document = json.loads(body if isinstance(body, str | bytes) else "")
    except ValueError:
        return ""
    if not isinstance(document, dict):
        return ""
    if "QueueUrl" in document:
        return str(document["QueueUrl"]).rpartition("/")[2]
    key = document.get("Key") or document.get("Item") or {}
    return str(key.get("transaction_id", {}).get("S", ""))


class _NoBody:
    """The body of a bare status."""

    def stream(self) -> Iterator[bytes]:
        yield b""


class LedgerInstrument(LedgerDatabase):
    """The ledger's database, asked once for a transaction, whatever tries it takes."""

    def __init__(self, connect: Callable[[], LedgerConnection], function: str, region: str, ask: Ask) -> None:
        super().__init__(connect)
        self._function = function
        self._region = region
        self._ask = ask
        self._fault: Fault | None = None
        self._tries = 0

    def run(self, work: Callable[[LedgerConnection], Result]) -> Result:
        """As it is, but for the fault."""
        # `SqlLedger.reserve.<locals>.<lambda>`: the ledger's method is what the transaction is for.
        operation = work.__qualname__.split(".")[1] if "." in work.__qualname__ else work.__name__
        self._fault = self._ask(Effect(self._function, LEDGER, operation, self._region))
        self._tries = 0
        return super().run(work)

    def _once(self, work: Callable[[LedgerConnection], Result]) -> Result:
        self._tries += 1
        match self._fault:
            case Fault.REFUSED:
                raise psycopg.OperationalError("no connection")
            case Fault.UNCOMMITTED:
                return super()._once(lambda connection: _die_after(work(connection)))
            case Fault.CONFLICT if self._tries <= CONFLICTS:
                return super()._once(lambda connection: _conflict_after(work(connection)))
        done = super()._once(work)
        if self._fault is Fault.KILLED:
            _die()
        if self._fault is Fault.UNACKNOWLEDGED or (self._fault is Fault.REPEATED and self._tries == 1):
            self.close()
            raise psycopg.OperationalError("the acknowledgement was lost")
        return done


def _die_after(_: object) -> NoReturn:
    _die()


def _conflict_after(_: object) -> NoReturn:
    raise errors.SerializationFailure("conflict")


class OneAfterTheOther:
    """Executor of concurrent.futures' form that runs what it is given at once, in the caller's thread."""

    def __init__(self, **_: Any) -> None:
        pass

    def submit(self, work: Callable[..., Result], *arguments: object) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001 a future carries whatever its work raised
            future.set_exception(error)
        return future
