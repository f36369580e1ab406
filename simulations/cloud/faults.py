"""What a fault is: the one description that tests, drills, the gate's pages and the command line share.

What a fault does to a call stands in `regions`, what it does to processes and connections in `injector`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

LEDGER = "ledger"
"""The ledger's database among the services that a fault may name; AWS's have the names that calls are signed for."""


class FaultKind(StrEnum):
    """What is broken.

    gone: nobody answers for the Region, its pollers and schedules stand still, its functions are dead (or frozen), and
        whatever still runs there reaches nothing.
    unreachable: calls to the Region, or to some services of it, find nobody.
    slow: calls to the Region, or to some services of it, wait first.
    erratic: some calls to the Region find nobody.
    service: services of the Region answer with an error of their own (`error`).
    partition: the Regions cannot see each other, and the witness is with the others: `region` is the minority, whose
        strongly consistent reads and writes are refused.
    stopped: functions of the Region, or all of them, get nothing from their queues and schedules.
    stream: the Region's event stream is down.
    """

    GONE = "gone"
    UNREACHABLE = "unreachable"
    SLOW = "slow"
    ERRATIC = "erratic"
    SERVICE = "service"
    PARTITION = "partition"
    STOPPED = "stopped"
    STREAM = "stream"


class ServiceError(StrEnum):
    """unavailable: the service fails inside. throttled: it takes no more. lost: it does it, and the answer is lost."""

    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    LOST = "lost"


class InvalidFaultError(ValueError):
    """A fault's description is wrong; names the field and the expectation."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. What stands empty means all.

    services: for slow, unreachable, erratic and service. error, error_rate (0 to 1, of 1 each call fails) and seed:
    for service and erratic. latency_ms: for slow. freeze: functions of a Region that is gone are not killed; when it
    is back, they go on in the middle of what they did. functions: by the name that they have in the program.
    """

    region: str
    kind: FaultKind
    services: frozenset[str] = frozenset()
    latency_ms: float = 0.0
    error_rate: float = 0.0
    seed: int = 0
    error: ServiceError = ServiceError.UNAVAILABLE
    freeze: bool = False
    functions: frozenset[str] = frozenset()

    def concerns(self, region: str, service: str) -> bool:
        """Whether it is this Region's, and this service's."""
        return region == self.region and (not self.services or service in self.services)

    def document(self) -> dict[str, str | float | int | bool | list[str]]:
        return {
            "region": self.region,
            "kind": self.kind.value,
            "services": sorted(self.services),
            "latency_ms": self.latency_ms,
            "error_rate": self.error_rate,
            "seed": self.seed,
            "error": self.error.value,
            "freeze": self.freeze,
            "functions": sorted(self.functions),
        }


ALWAYS_GIVEN = frozenset({"region", "kind"})
OF_KIND: Mapping[FaultKind, frozenset[str]] = {
    FaultKind.GONE: frozenset({"freeze"}),
    FaultKind.UNREACHABLE: frozenset({"services"}),
    FaultKind.SLOW: frozenset({"services", "latency_ms"}),
    FaultKind.ERRATIC: frozenset({"services", "error_rate", "seed"}),
    FaultKind.SERVICE: frozenset({"services", "error", "error_rate", "seed"}),
    FaultKind.PARTITION: frozenset(),
    FaultKind.STOPPED: frozenset({"functions"}),
    FaultKind.STREAM: frozenset(),
}
"""The fields that each kind has beside Region and kind."""

DEFAULTS: Mapping[str, object] = Fault("", FaultKind.GONE).document()


def read_fault(document: object) -> Fault:
    """A fault from its JSON form: region, kind, and what that kind has.

    Raises InvalidFaultError for anything else.
    """
    if not isinstance(document, Mapping):
        raise InvalidFaultError("a fault is a JSON object")
    unknown = document.keys() - {field.name for field in fields(Fault)}
    if unknown:
        raise InvalidFaultError(f"unknown field: {', '.join(sorted(map(str, unknown)))}")
    kind = FaultKind(_choice(document, "kind", FaultKind))
    region = document.get("region")
    if not isinstance(region, str) or not region:
        raise InvalidFaultError("region: expected a Region's name")
    freeze = document.get("freeze", False)
    if not isinstance(freeze, bool):
        raise InvalidFaultError("freeze: expected true or false")
    fault = Fault(
        region,
        kind,
        _names(document, "services", "sqs"),
        latency_ms=_number(document, "latency_ms", 60_000.0),
        error_rate=_number(document, "error_rate", 1.0),
        seed=int(_number(document, "seed", 2.0**32)),
        error=ServiceError(_choice(document, "error", ServiceError, ServiceError.UNAVAILABLE)),
        freeze=freeze,
        functions=_names(document, "functions", "releasing"),
    )
    _check(fault)
    return fault


def _check(fault: Fault) -> None:
    strange = {name for name, value in fault.document().items() if value != DEFAULTS[name]} - ALWAYS_GIVEN
    if strange := strange - OF_KIND[fault.kind]:
        raise InvalidFaultError(f"{', '.join(sorted(strange))}: not for a fault of kind {fault.kind}")
    if fault.kind is FaultKind.SLOW and not fault.latency_ms:
        raise InvalidFaultError("latency_ms: a slow Region needs one")
    if fault.kind is FaultKind.ERRATIC and not fault.error_rate:
        raise InvalidFaultError("error_rate: an erratic Region needs one")
    if fault.kind is FaultKind.SERVICE and not fault.services:
        raise InvalidFaultError("services: name those that fail; without any, it is the Region that is unreachable")
    if fault.kind is FaultKind.SERVICE and LEDGER in fault.services and fault.error is not ServiceError.UNAVAILABLE:
        raise InvalidFaultError("error: the ledger can be unavailable, and nothing else")


def _choice(document: Mapping[object, object], name: str, known: type[StrEnum], default: str = "") -> str:
    given = document.get(name, default)
    if given not in set(known):
        raise InvalidFaultError(f"{name}: expected one of {', '.join(known)}")
    return str(given)


def _names(document: Mapping[object, object], name: str, example: str) -> frozenset[str]:
    given = document.get(name, [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InvalidFaultError(f"{name}: expected a list of names, such as {example}")
    return frozenset(given)


def _number(document: Mapping[object, object], name: str, highest: float) -> float:
    value = document.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= highest:
        raise InvalidFaultError(f"{name}: expected a number from 0 to {highest:g}")
    return float(value)
