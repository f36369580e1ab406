"""Running the programs that the build needs."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from tools.package.errors import CommandError, ToolMissingError


def run(program: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a program without a shell and return its standard output.

    ``environment`` replaces the inherited one. Raises ToolMissingError when the program is not there and CommandError,
    with what it said as one line, when it fails.
    """
    return asyncio.run(_run(program, arguments, dict(os.environ) if environment is None else dict(environment)))


async def _run(program: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise ToolMissingError(f"{program} cannot be run: {error.strerror}") from error
    output, complaint = await process.communicate()
    if process.returncode != 0:
        said = " ".join((complaint or output).decode(errors="replace").split()) or "it said nothing"
        raise CommandError(f"{program.name} ended with status {process.returncode}: {said}")
    return output.decode()
