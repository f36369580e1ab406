"""The function `health`: GET /health."""

import functools
import os
from collections.abc import Callable, Mapping
from http import HTTPStatus

from lambdas.adapters.api_gateway import ApiReply, json_reply
from lambdas.adapters.api_server import serve_anyone
from lambdas.adapters.environment import HealthSettings
from lambdas.adapters.health_probes import region_probes
from lambdas.adapters.logs import function_logger
from lambdas.adapters.side_by_side import SideBySide
from lambdas.core.documents import JsonValue
from lambdas.service.check_health import CheckHealth
from lambdas.service.ports import RegionHealthSource

_LOGGER = function_logger()
CHECK_SECONDS = 3.0
"""For all checks together: who watches asks every few seconds, and what takes longer is no help to a payment either."""


@functools.cache
def _compose() -> RegionHealthSource:
    settings = HealthSettings.read(os.environ)
    return CheckHealth(SideBySide(region_probes(settings), CHECK_SECONDS), settings.region)


def handle(
    event: Mapping[str, JsonValue],
    _context: object,
    compose: Callable[[], RegionHealthSource] = _compose,
) -> dict[str, JsonValue]:
    """Answer one proxy event; AWS_PROXY integration, payload format 1.0."""

    def read() -> ApiReply:
        health = compose()()
        status = HTTPStatus.SERVICE_UNAVAILABLE if health.impaired else HTTPStatus.OK
        return json_reply(status, health.document(), status=health.status, impaired=health.impaired)

    return serve_anyone(event, _LOGGER, read)
