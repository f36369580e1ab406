"""Where the command line writes: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console

progress = Console(stderr=True, highlight=False)
# A pipe has no width: a line there is as long as it is, and stays one line for grep.
results = Console(highlight=False, markup=False, soft_wrap=True)


def print_json(document: Any) -> None:
    """The one JSON document of `--json`."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def print_line(text: str = "") -> None:
    """A line of the result."""
    results.print(text)


def print_error(text: str) -> None:
    """The one clear line of exit status 2 (or 1)."""
    progress.print(f"twinrail: {text}", markup=False, soft_wrap=True)
