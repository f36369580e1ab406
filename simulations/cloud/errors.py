"""What can go wrong in the embedded cloud, one exception per operational cause. Each message says what to do."""

from __future__ import annotations


class CloudError(Exception):
    """Base of everything here: the command line prints its message as one clear line."""


class EmulatorError(CloudError):
    """The emulator could not be started, found or stopped."""


class CloudBusyError(CloudError):
    """Another `up` or `down` of this project is at work."""


class StateError(CloudError):
    """The recorded state cannot be used."""


class UnknownEnvironmentError(CloudError):
    """There is no environment of that name."""

    def __init__(self, environment: str, known: tuple[str, ...]) -> None:
        listed = ", ".join(known) if known else "none is defined"
        super().__init__(f"there is no environment {environment!r}; known: {listed}")
        self.environment = environment
        self.known = known


class EngineError(CloudError):
    """A stack's program could not be run to its end."""

    def __init__(self, stack: str, cause: str) -> None:
        super().__init__(f"stack {stack}: {cause}")
        self.stack = stack


class DeployError(EngineError):
    """A resource could not be created, updated or deleted.

    `code` is AWS's error code (or the kind of failure, where no AWS call failed), `hint` what to do about it.
    """

    def __init__(self, stack: str, *, urn: str, action: str, code: str, message: str, hint: str) -> None:
        super().__init__(stack, f"could not {action} {urn}: {code}: {message}. {hint}")
        self.urn = urn
        self.action = action
        self.code = code
        self.hint = hint
