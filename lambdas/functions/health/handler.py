"""The function `health`: GET /health."""

import functools
import os
from collections.abc import Callable, Mapping
from http import HTTPStatus

from lambdas.adapters import clients
from lambdas.adapters.api_gateway import ApiReply, json_reply
from lambdas.adapters.api_server import serve_anyone
from lambdas.adapters.dynamodb_regions import DynamoDBRegions
from lambdas.adapters.dynamodb_standing import StandingRead
from lambdas.adapters.environment import ReadinessSettings
from lambdas.adapters.health_probes import ATTEMPTS, region_probes
from lambdas.adapters.logs import function_logger
from lambdas.adapters.side_by_side import SideBySide
from lambdas.core.documents import JsonValue
from lambdas.service.check_health import CheckHealth
from lambdas.service.read_health import ReadHealth

_LOGGER = function_logger()
CHECK_SECONDS = 3.0
"""For all checks together: who watches asks every few seconds, and what takes longer is no help to a payment either."""


@functools.cache
def _compose() -> ReadHealth:
    settings = ReadinessSettings.read(os.environ)
    region, function = settings.health.region, settings.health.function
    regions = DynamoDBRegions(clients.dynamodb(region, function, ATTEMPTS), settings.leadership_table)
    checks = SideBySide(region_probes(settings.health), CHECK_SECONDS)
    return ReadHealth(CheckHealth(checks, region), StandingRead(regions, region))


def handle(
    event: Mapping[str, JsonValue],
    _context: object,
    compose: Callable[[], ReadHealth] = _compose,
) -> dict[str, JsonValue]:
    """Answer one proxy event; AWS_PROXY integration, payload format 1.0."""

    def read() -> ApiReply:
        readiness = compose()()
        status = HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE
        told = {"impaired": readiness.health.impaired, "leadership": readiness.standing}
        return json_reply(status, readiness.document(), status=readiness.status, **told)

    return serve_anyone(event, _LOGGER, read)
