"""What runs in the embedded cloud, as `twinrail status` reports it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulations.cloud.faults import Fault
    from simulations.cloud.state import DeploymentState, StackState

HEALTHY = "healthy"
INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class RegionStatus:
    """A Region: `healthy`, `incomplete` (its deployment failed), or the kinds of the faults in force; its endpoints
    without a trailing slash."""

    state: str
    api: str
    auth: str
    client_id: str
    client_secret_arn: str


@dataclass(frozen=True, slots=True)
class ResourceCounts:
    """How many resources are really there, and how many are modelled."""

    realised: int
    modelled: int


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The environment that runs, by Region. `document` is the form that `status --json` prints.

    `global_name`: the one that leads to whichever Region DNS chooses.
    """

    environment: str
    engine: str
    global_name: str
    regions: Mapping[str, RegionStatus]
    aws_endpoint: str
    resources: ResourceCounts

    def document(self) -> dict[str, Any]:
        return {
            "environment": self.environment,
            "engine": self.engine,
            "global_name": self.global_name,
            "regions": {name: asdict(region) for name, region in self.regions.items()},
            "aws_endpoint": self.aws_endpoint,
            "resources": asdict(self.resources),
        }


def status_of(state: DeploymentState, endpoint: str, faults: Iterable[Fault]) -> StatusReport:
    """The report on a deployment, given the faults in force."""
    in_force = list(faults)
    impaired = {
        region: ", ".join(sorted({fault.kind.value for fault in in_force if fault.region == region}))
        for region in {fault.region for fault in in_force}
    }
    resources = [resource for stack in state.stacks.values() for resource in stack.resources.values()]
    realised = sum(resource.realised for resource in resources)
    return StatusReport(
        environment=state.environment,
        engine="embedded",
        global_name=next((_shared_name(stack) for stack in state.stacks.values() if "api_names" in stack.exports), ""),
        regions={
            str(stack.exports["region"]): _region(stack, endpoint, impaired.get(str(stack.exports["region"])))
            for stack in state.stacks.values()
            if "region" in stack.exports
        },
        aws_endpoint=endpoint,
        resources=ResourceCounts(realised=realised, modelled=len(resources) - realised),
    )


def _shared_name(stack: StackState) -> str:
    names = stack.exports["api_names"]
    return str(names["shared"]) if isinstance(names, dict) else ""


def _region(stack: StackState, endpoint: str, fault: str | None) -> RegionStatus:
    exports = stack.exports
    return RegionStatus(
        state=fault or (HEALTHY if stack.complete else INCOMPLETE),
        api=str(exports.get("api_url", "")).rstrip("/"),
        # The token endpoint of AWS is a host name of its own, which loopback cannot have: the gate gives it a path.
        auth=f"{endpoint}/_twinrail/auth/{exports['region']}",
        client_id=str(exports.get("client_id", "")),
        client_secret_arn=str(exports.get("client_secret_arn", "")),
    )
