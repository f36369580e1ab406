"""Holding native modules against the machine that will load them: a wheel's tag promises, its symbols are the fact."""

import re
from pathlib import Path

from tools.package.errors import DependencyError
from tools.package.targets import Target

_ELF = b"\x7fELF"
_MACHINE = slice(18, 20)
# e_machine of the ELF header, little-endian: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
_MACHINES = {"x86_64": (62).to_bytes(2, "little"), "arm64": (183).to_bytes(2, "little")}
_GLIBC_SYMBOL = re.compile(rb"GLIBC_(\d+)\.(\d+)")


def require_loadable(tree: Path, target: Target) -> None:
    """Raise DependencyError where a native module below ``tree`` is of another processor or asks for a newer glibc."""
    if target.glibc is None:
        return
    for library in sorted(tree.rglob("*.so*")):
        content = library.read_bytes()
        name = library.relative_to(tree).as_posix()
        if not content.startswith(_ELF) or content[_MACHINE] != _MACHINES[target.architecture]:
            raise DependencyError(f"{name} is not a library for {target.architecture}")
        wanted = max(((int(major), int(minor)) for major, minor in _GLIBC_SYMBOL.findall(content)), default=(0, 0))
        if wanted > target.glibc:
            raise DependencyError(
                f"{name} asks for glibc {_dotted(wanted)}, and {target.runtime} has {_dotted(target.glibc)}: "
                "choose a later runtime, or lock a version with an older manylinux wheel"
            )


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
