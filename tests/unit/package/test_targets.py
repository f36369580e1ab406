"""Wheels are chosen by what the runtime's operating system can load."""

import pytest

from tools.package.errors import UnknownRuntimeError
from tools.package.targets import RUNTIMES, aws_target, local_target


@pytest.mark.parametrize(
    ("runtime", "architecture", "wheels", "platform_tag", "glibc"),
    [
        ("python3.11", "x86_64", "x86_64-manylinux2014", "manylinux2014_x86_64", (2, 26)),
        ("python3.11", "arm64", "aarch64-manylinux2014", "manylinux2014_aarch64", (2, 26)),
        ("python3.13", "arm64", "aarch64-manylinux_2_34", "manylinux_2_34_aarch64", (2, 34)),
    ],
)
def test_wheels_fit_the_operating_system_when_the_runtime_is_known(
    runtime: str, architecture: str, wheels: str, platform_tag: str, glibc: tuple[int, int]
) -> None:
    target = aws_target(runtime, architecture)
    assert (target.wheels, target.platform_tag, target.glibc) == (wheels, platform_tag, glibc)
    assert target.python_version == runtime.removeprefix("python")


def test_runtime_is_refused_with_the_choices_when_it_is_unknown() -> None:
    with pytest.raises(UnknownRuntimeError, match=r"'python3\.9': choose one of python3\.11, python3\.12, python3\.13"):
        aws_target("python3.9", "arm64")


def test_local_target_is_a_lambda_runtime_when_the_project_runs_here() -> None:
    assert local_target().runtime in RUNTIMES
    assert local_target().wheels is None
