"""Which of AWS's errors a realiser takes as an answer; every other one goes through untouched."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulations.cloud.realisers.base import Cloud, JsonValue

Answer: TypeAlias = "dict[str, JsonValue]"


def error_code(error: ClientError) -> str:
    """AWS's code of an error, such as `ResourceNotFoundException`."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def accepting(*codes: str) -> Iterator[None]:
    """Take the named errors for success: what is to be gone is gone, what is to be there is there."""
    try:
        yield
    except ClientError as error:
        if error_code(error) not in codes:
            raise


def answer_unless(code: str, cloud: Cloud, service: str, operation: str, **parameters: object) -> Answer | None:
    """The answer of a call, or None where AWS gives the named error; for "create, or adopt what is there"."""
    try:
        return cloud.call(service, operation, **parameters)
    except ClientError as error:
        if error_code(error) != code:
            raise
        return None
