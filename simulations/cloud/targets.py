"""Which Region, service and operation an HTTP request to the emulator is meant for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulations.cloud.operations import operation_of
from simulations.cloud.signing import signed_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulations.cloud.asgi import Request

API_PATHS = (
    re.compile(r"/_aws/execute-api/(?P<api>[^/]+)/[^/]+(?P<path>/.*)?"),
    re.compile(r"/restapis/(?P<api>[^/]+)/[^/]+/_user_request_(?P<path>/.*)?"),
)
# A path of ours, for a Region's token endpoint: the emulator has one for all pools, and a pool is told by its client.
AUTH_PATH = re.compile(r"/_twinrail/auth/(?P<region>[a-z0-9-]+)(?P<path>/oauth2/token)")
POOL_PATH = re.compile(r"/(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)_\w+/\.well-known/.*")
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `operation` is None when only the body names it. `path` replaces the request's own."""

    region: str
    service: str
    operation: str | None
    path: str | None = None


def target_of(request: Request, region_of_api: Callable[[str], str | None]) -> Target | None:
    """The target of a request; None for what belongs to no Region, such as the emulator's own pages.

    `region_of_api` gives the Region of a REST API by its id: calls of an API's clients are not signed.
    """
    for pattern in API_PATHS:
        if found := pattern.fullmatch(request.path):
            region = region_of_api(found["api"])
            return Target(region, "execute-api", _method_and_path(request, found["path"])) if region else None
    if found := AUTH_PATH.fullmatch(request.path):
        return Target(found["region"], "cognito-idp", _method_and_path(request, found["path"]), found["path"])
    if found := POOL_PATH.fullmatch(request.path):
        return Target(found["region"], "cognito-idp", f"{request.method} /.well-known")
    if signed := signed_for(request):
        return Target(signed.region, signed.service, operation_of(request, signed.service))
    return None


def _method_and_path(request: Request, path: str | None) -> str:
    return f"{request.method} {UUID.sub('{id}', path or '/')}"
