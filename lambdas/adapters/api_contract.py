"""The API's document, as it lies in the code package."""

import functools
from pathlib import Path

from lambdas.core.contract import ApiContract

OPENAPI_PATH = Path(__file__).parents[1] / "api" / "openapi.json"


@functools.cache
def api_contract() -> ApiContract:
    """Read once per process."""
    return ApiContract.read(OPENAPI_PATH.read_text(encoding="utf-8"))
