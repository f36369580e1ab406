"""What to do about a failure, by AWS's error code or by the kind of failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

START_AFRESH = "something of that name is left from another deployment: run twinrail down, then twinrail up"
GENERAL = "look at the resource in the program, and at .twinrail/emulator/emulator.log"

HINTS: Mapping[str, str] = {
    "ResourceInUseException": START_AFRESH,
    "ResourceConflictException": START_AFRESH,
    "ResourceExistsException": START_AFRESH,
    "EntityAlreadyExists": START_AFRESH,
    "BucketAlreadyExists": START_AFRESH,
    "BucketAlreadyOwnedByYou": START_AFRESH,
    "AlreadyExistsException": START_AFRESH,
    "QueueNameExists": START_AFRESH,
    "ConflictException": START_AFRESH,
    "ResourceNotFoundException": "what it refers to is not there: does the program pass the output of that resource?",
    "NotFoundException": "what it refers to is not there: does the program pass the output of that resource?",
    "NoSuchEntity": "what it refers to is not there: does the program pass the output of that resource?",
    "InvalidParameterValueException": "AWS refuses this value: see the service's API reference for what it takes",
    "InvalidParameterException": "AWS refuses this value: see the service's API reference for what it takes",
    "ValidationException": "AWS refuses this value: see the service's API reference for what it takes",
    "CodeStorageExceededException": "the code package is too large: see what tools/package puts into it",
    "EndpointConnectionError": "the embedded cloud does not answer: run twinrail status, and twinrail up again",
    "ConnectTimeoutError": "the embedded cloud does not answer: run twinrail status, and twinrail up again",
    "ReadTimeoutError": "the embedded cloud is too slow or hangs: run twinrail down, then twinrail up",
    "PackageNotBuiltError": "build the code package: make dist/local/manifest.json",
    "ProtectedError": "the program protects it: take protect off first, and deploy that",
}


class ProtectedError(Exception):
    """A resource would have to be deleted that the program protects."""


class Failure(NamedTuple):
    """A failure as a user should read it."""

    code: str
    message: str
    hint: str


def explain(error: Exception) -> Failure:
    """Code, message and what to do, of whatever a realiser raised."""
    if isinstance(error, ClientError):
        answer = error.response.get("Error", {})
        code, message = str(answer.get("Code", "Unknown")), str(answer.get("Message", error))
        return Failure(code, f"{error.operation_name}: {message}", HINTS.get(code, GENERAL))
    kind = type(error).__name__
    return Failure(kind, str(error), HINTS.get(kind, GENERAL))
