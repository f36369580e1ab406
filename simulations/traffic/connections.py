"""From what runs to a client of it: endpoints, and the client secret that Secrets Manager keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Cloud
from simulations.dns.client import DnsClient
from simulations.traffic.client import Endpoint, HubClient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import httpx


ROOT_ACCOUNT = "000000000000"


class UnknownRegion(Exception):
    """A Region that the environment does not run in."""


def connect(status: Mapping[str, Any], region: str, http: httpx.Client) -> HubClient:
    """A client of one Region's hub. `status` is the document of `twinrail status --json`.

    Raises:
        UnknownRegion: the environment has no such Region.

    """
    regions: Mapping[str, Mapping[str, str]] = status["regions"]
    if region not in regions:
        raise UnknownRegion(f"{region!r} is not a Region of this environment; it runs in {', '.join(regions)}")
    known = regions[region]
    secret = client_secret(str(status["aws_endpoint"]), region, known["client_secret_arn"])
    return HubClient(Endpoint(region, known["api"], known["auth"], known["client_id"], secret), http)


def answered_region(status: Mapping[str, Any]) -> str:
    """The Region that DNS answers the global name with, for a client in the environment's first.

    Raises:
        NameUnknown: nothing is deployed under the name.

    """
    place = next(iter(status["regions"]), "")
    return DnsClient(str(status["aws_endpoint"])).ask(str(status["global_name"]), place).region


def client_secret(aws_endpoint: str, region: str, arn: str) -> str:
    """The client secret that an ARN names, read from Secrets Manager of the embedded cloud."""
    # The account is whichever the emulator runs as: its root key names none.
    manager = Cloud(aws_endpoint, ROOT_ACCOUNT, region)
    return str(manager.call("secretsmanager", "get_secret_value", SecretId=arn)["SecretString"])
