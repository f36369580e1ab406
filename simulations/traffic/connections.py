"""From what runs to a client of it: endpoints, and the client secret that Secrets Manager keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Cloud
from simulations.traffic.client import Endpoint, HubClient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import httpx


ROOT_ACCOUNT = "000000000000"


class UnknownRegion(Exception):
    """A Region that the environment does not run in."""


def connect(status: Mapping[str, Any], region: str | None, http: httpx.Client) -> HubClient:
    """A client of one Region's hub. `status` is the document of `twinrail status --json`; None means its first Region.

    Raises:
        UnknownRegion: the environment has no such Region.

    """
    regions: Mapping[str, Mapping[str, str]] = status["regions"]
    name = region or next(iter(regions))
    if name not in regions:
        raise UnknownRegion(f"{name!r} is not a Region of this environment; it runs in {', '.join(regions)}")
    known = regions[name]
    secret = client_secret(str(status["aws_endpoint"]), name, known["client_secret_arn"])
    return HubClient(Endpoint(name, known["api"], known["auth"], known["client_id"], secret), http)


def client_secret(aws_endpoint: str, region: str, arn: str) -> str:
    """The client secret that an ARN names, read from Secrets Manager of the embedded cloud."""
    # The account is whichever the emulator runs as: its root key names none.
    manager = Cloud(aws_endpoint, ROOT_ACCOUNT, region)
    return str(manager.call("secretsmanager", "get_secret_value", SecretId=arn)["SecretString"])
