"""What can stop a build: one exception per cause, each message one line that says what to do."""


class PackageError(Exception):
    """A build that cannot go on. The message is meant for whoever ran it."""


class UnknownRuntimeError(PackageError):
    """The Lambda runtime is not one that packages are built for."""


class ToolMissingError(PackageError):
    """An interpreter or uv is not on this machine."""


class CommandError(PackageError):
    """A program that the build runs ended with an error."""


class DependencyError(PackageError):
    """The locked dependencies could not be laid out for the platform."""


class SourceError(PackageError):
    """The function code holds, lacks or needs something that the package cannot deliver."""


class PackageTooLargeError(PackageError):
    """AWS would refuse the package for its size."""
