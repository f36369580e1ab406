"""Answering a request: one log line, one form of error, never a stack trace."""

from collections.abc import Callable, Mapping
from time import perf_counter

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.adapters.api_gateway import (
    ApiError,
    ApiReply,
    ApiRequest,
    ErrorCode,
    error_reply,
    proxy_response,
    read_request,
    request_id,
)
from lambdas.core.documents import JsonValue
from lambdas.service.ports import AuditUnavailable, PayloadUnavailable
from lambdas.service.vault_ports import VaultUnavailable

_UNAVAILABLE = "The service cannot answer at the moment. Try again."
_INTERNAL = "The service failed to answer. Name the request_id to its operators."


ApiClients = Callable[[], Mapping[str, str]]
"""Gives the registered names of this Region's API clients by app client id."""
Routes = Mapping[str, Callable[[ApiRequest], ApiReply]]


def serve(
    event: Mapping[str, JsonValue], logger: Logger, api_clients: ApiClients, routes: Routes
) -> dict[str, JsonValue]:
    """Answer one proxy event, of a registered client, by its route (`POST /messages`)."""

    def answer() -> ApiReply:
        request = read_request(event, api_clients())
        return routes.get(request.route, _no_such_route)(request)

    return serve_anyone(event, logger, answer)


def serve_anyone(
    event: Mapping[str, JsonValue], logger: Logger, answer: Callable[[], ApiReply]
) -> dict[str, JsonValue]:
    """Answer one proxy event of which nothing matters, not even whose it is."""
    started = perf_counter()
    identity = request_id(event)
    reply = _reply(identity, logger, answer)
    logger.info(
        "answered",
        extra={
            "request_id": identity,
            "route": f"{event.get('httpMethod')} {event.get('resource')}",
            "status_code": reply.status,
            "duration_ms": round((perf_counter() - started) * 1000, 1),
            **reply.logged,
        },
    )
    return proxy_response(reply)


def _reply(identity: str, logger: Logger, answer: Callable[[], ApiReply]) -> ApiReply:
    try:
        return answer()
    except ApiError as error:
        return error_reply(error, identity)
    except (BotoCoreError, ClientError, PayloadUnavailable, AuditUnavailable, VaultUnavailable):
        logger.exception("a service that the answer needs is impaired", extra={"request_id": identity})
        return error_reply(ApiError(503, ErrorCode.SERVICE_UNAVAILABLE, _UNAVAILABLE), identity)
    except Exception:
        logger.exception("the request failed", extra={"request_id": identity})
        return error_reply(ApiError(500, ErrorCode.INTERNAL_ERROR, _INTERNAL), identity)


def _no_such_route(request: ApiRequest) -> ApiReply:
    raise ApiError(404, ErrorCode.NOT_FOUND, f"There is no {request.route}.")
