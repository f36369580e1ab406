"""REST APIs of the embedded MiniStack, seen from inside its process."""

from __future__ import annotations

from ministack.services import apigateway_v1


def region_of_api(api_id: str) -> str | None:
    """The Region that a REST API lives in, by its id; None for an unknown one."""
    scope = apigateway_v1.find_api_scope(api_id)
    return None if scope is None else str(scope[1])
