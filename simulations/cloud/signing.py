"""Where an AWS request is addressed to, read from its signature.

AWS Signature Version 4 names Region and service in the credential scope, in the Authorization header or in the query of
a presigned URL (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulations.cloud.asgi import Request

SCOPE = re.compile(r"[^/]*/\d{8}/(?P<region>[a-z0-9-]*)/(?P<service>[a-z0-9-]+)/aws4_request")
HEADER = re.compile(r"AWS4-HMAC-SHA256\s+Credential=(?P<scope>[^,\s]+)")


@dataclass(frozen=True, slots=True)
class Signed:
    """The Region and the service (its signing name, such as `sqs`) that a request is signed for."""

    region: str
    service: str


def signed_for(request: Request) -> Signed | None:
    """Region and service of a signed or presigned request; None for one that carries no Signature Version 4."""
    header = HEADER.match(request.headers.get("authorization", ""))
    credential = header["scope"] if header else request.query.get("X-Amz-Credential", "")
    found = SCOPE.fullmatch(credential)
    return Signed(found["region"], found["service"]) if found else None
