"""A native module that the target could not load stops the build."""

from pathlib import Path

import pytest

from tools.package.errors import DependencyError
from tools.package.native import require_loadable
from tools.package.targets import Target, aws_target, local_target

X86_64, ARM64 = 62, 183


def _library(tree: Path, machine: int, *symbols: bytes) -> None:
    header = b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little")
    (tree / "etree.so").write_bytes(header + b"\0".join((bytes(8), *symbols, bytes(1))))


@pytest.mark.parametrize(("architecture", "machine"), [("x86_64", X86_64), ("arm64", ARM64)], ids=["x86_64", "arm64"])
def test_library_passes_when_processor_and_glibc_fit(tmp_path: Path, architecture: str, machine: int) -> None:
    _library(tmp_path, machine, b"GLIBC_2.4", b"GLIBC_2.26")
    require_loadable(tmp_path, aws_target("python3.11", architecture))


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (aws_target("python3.11", "arm64"), "not a library for arm64"),
        (aws_target("python3.11", "x86_64"), r"etree.so asks for glibc 2\.28, and python3\.11 has 2\.26"),
    ],
    ids=["other processor", "newer glibc"],
)
def test_library_is_refused_when_the_target_cannot_load_it(tmp_path: Path, target: Target, said: str) -> None:
    _library(tmp_path, X86_64, b"GLIBC_2.4", b"GLIBC_2.28", b"GLIBC_2.9")
    with pytest.raises(DependencyError, match=said):
        require_loadable(tmp_path, target)


def test_library_that_is_no_elf_is_refused_when_the_target_is_aws(tmp_path: Path) -> None:
    (tmp_path / "etree.so").write_bytes(b"")
    with pytest.raises(DependencyError, match="not a library"):
        require_loadable(tmp_path, aws_target("python3.12", "x86_64"))


def test_library_passes_when_the_target_is_the_machine_that_chose_it(tmp_path: Path) -> None:
    (tmp_path / "etree.so").write_bytes(b"any format")
    require_loadable(tmp_path, local_target())
