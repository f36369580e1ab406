"""Where a package will run: the Lambda runtime, the processor, and the wheels that fit them."""

import platform
import sys
import sysconfig
from dataclasses import dataclass

from tools.package.errors import UnknownRuntimeError

AWS_ARCHITECTURES = ("x86_64", "arm64")
_PROCESSORS = {"x86_64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Platform:
    """A Lambda runtime's operating system as wheels see it.

    ``wheels`` is uv's name of the newest manylinux level that the system's glibc (major, minor) satisfies.
    """

    glibc: tuple[int, int]
    wheels: str


# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html: Python 3.11 runs on Amazon Linux 2, later ones on
# Amazon Linux 2023. uv knows no level between 2.17 and 2.28, so Amazon Linux 2 gets wheels of 2.17.
_AMAZON_LINUX_2 = Platform(glibc=(2, 26), wheels="manylinux2014")
_AMAZON_LINUX_2023 = Platform(glibc=(2, 34), wheels="manylinux_2_34")
RUNTIMES = {"python3.11": _AMAZON_LINUX_2, "python3.12": _AMAZON_LINUX_2023, "python3.13": _AMAZON_LINUX_2023}


@dataclass(frozen=True, slots=True)
class Target:
    """What a package is built for.

    ``wheels`` is uv's ``--python-platform``, or None for the machine that builds; ``glibc`` is the newest
    (major, minor) that native modules may ask for, or None where nothing is known of it.
    """

    runtime: str
    architecture: str
    platform_tag: str
    wheels: str | None
    glibc: tuple[int, int] | None

    @property
    def python_version(self) -> str:
        """The runtime's version as ``3.11``."""
        return self.runtime.removeprefix("python")


def aws_target(runtime: str, architecture: str) -> Target:
    """The target of an AWS runtime and architecture (``x86_64`` or ``arm64``); raises UnknownRuntimeError."""
    system = RUNTIMES.get(runtime)
    if system is None:
        raise UnknownRuntimeError(f"no packages are built for runtime {runtime!r}: choose one of {', '.join(RUNTIMES)}")
    processor = _PROCESSORS[architecture]
    return Target(
        runtime=runtime,
        architecture=architecture,
        platform_tag=f"{system.wheels}_{processor}",
        wheels=f"{processor}-{system.wheels}",
        glibc=system.glibc,
    )


def local_target() -> Target:
    """The target that is this interpreter on this machine."""
    machine = platform.machine()
    return Target(
        runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        architecture={"aarch64": "arm64", "AMD64": "x86_64"}.get(machine, machine),
        platform_tag=sysconfig.get_platform(),
        wheels=None,
        glibc=None,
    )
