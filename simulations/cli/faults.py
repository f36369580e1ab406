"""`twinrail fault` and `twinrail heal`: break a Region of the embedded cloud on purpose, and let it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cli.console import print_json, print_line
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.cloud import running
from simulations.cloud.faults import FaultKind, ServiceError
from simulations.traffic.connections import UnknownRegion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from simulations.cloud.faults import Fault
    from simulations.cloud.gate_client import GateClient

KindOption = Annotated[
    FaultKind | None, typer.Option("--kind", help="What is to break. Without: show what is broken now.")
]
BrokenOption = Annotated[str | None, typer.Option("--region", help="Where. Default: the environment's first Region.")]
HealedOption = Annotated[str | None, typer.Option("--region", help="This Region alone. Default: all.")]
ServiceOption = Annotated[
    list[str] | None,
    typer.Option("--service", help="Of slow, unreachable, erratic and service: this one alone, such as s3 or ledger."),
]
FunctionOption = Annotated[
    list[str] | None, typer.Option("--function", help="Of stopped: this function alone, such as releasing.")
]


def fault(
    *,
    kind: KindOption = None,
    region: BrokenOption = None,
    service: ServiceOption = None,
    function: FunctionOption = None,
    latency_ms: Annotated[float, typer.Option(help="Of slow: how long each call waits.")] = 0.0,
    error: Annotated[ServiceError, typer.Option(help="Of service: what it says.")] = ServiceError.UNAVAILABLE,
    error_rate: Annotated[float, typer.Option(help="Of service and erratic: the share of calls, 0 to 1.")] = 0.0,
    seed: Annotated[int, typer.Option(help="Of service and erratic: which calls these are.")] = 0,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Of gone: functions are stopped, and go on when the Region is back.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Break a Region on purpose, until it is healed; or show what is broken.

    For a partition, the Region is the minority: the witness is with the other one. The AWS SDK tries a call that failed
    up to three times: a share of calls that fail shows as time before it shows as errors.
    """
    gate, regions = _gate()
    if kind is not None:
        _inject(
            gate,
            {
                "region": _known(region, regions),
                "kind": kind.value,
                "services": service or [],
                "functions": function or [],
                "latency_ms": latency_ms,
                "error": error.value,
                "error_rate": error_rate,
                "seed": seed,
                "freeze": freeze,
            },
        )
    _print("broken", gate.faults(), as_json=as_json)
    return 0


def heal(region: HealedOption = None, as_json: JsonOption = False) -> int:
    """End what `twinrail fault` broke, in one Region or everywhere; what it stopped goes on as it was."""
    gate, regions = _gate()
    if region is None:
        ended = gate.heal()
    else:
        name = _known(region, regions)
        ended = tuple(each for found in gate.faults() if found.region == name for each in gate.heal(found))
    _print("healed", ended, as_json=as_json)
    return 0


def describe(fault: Fault) -> str:
    """One line: the kind, and what sets this one apart."""
    details = [
        f"{name.replace('_', ' ')} {', '.join(value) if isinstance(value, list) else value}"
        for name, value in fault.document().items()
        if name not in {"region", "kind"} and value not in ([], 0, False, ServiceError.UNAVAILABLE.value)
    ]
    return "  ".join([fault.kind.value, *details])


def _gate() -> tuple[GateClient, Iterable[str]]:
    from simulations.cloud.gate_client import GateClient

    report = running.status(home=home())
    return GateClient(report.aws_endpoint), list(report.regions)


def _inject(gate: GateClient, document: Mapping[str, Any]) -> None:
    from simulations.cloud.faults import read_fault

    gate.inject(read_fault(document))


def _known(region: str | None, regions: Iterable[str]) -> str:
    known = list(regions)
    name = known[0] if region is None else region
    if name not in known:
        raise UnknownRegion(f"{name!r} is not a Region of this environment; it runs in {', '.join(known)}")
    return name


def _print(word: str, faults: Iterable[Fault], *, as_json: bool) -> None:
    found = list(faults)
    if as_json:
        print_json({"faults": [each.document() for each in found]})
        return
    for each in found:
        print_line(f"{word}  {each.region}  {describe(each)}")
    if not found:
        print_line(f"nothing is {word}" if word == "broken" else "nothing was broken")
