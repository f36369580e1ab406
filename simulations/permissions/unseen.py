"""Why a grant is there that the embedded cloud sees no call for: the lines of unseen.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.permissions.comparison import Grant

ALLOWED = frozenset({"functions", "action", "resource", "through_service", "because"})
REQUIRED = frozenset({"functions", "action", "because"})
ALL_FUNCTIONS = "*"


class UnusableLine(ValueError):
    """A line that does not say what is to be said."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Grants of these functions (`*`: all) that need no call, and the reason. Actions and resources may end in `*`."""

    functions: tuple[str, ...]
    action: str
    resource: str
    through_service: bool
    because: str

    def explains(self, grant: Grant) -> bool:
        """Whether the grant is one of those."""
        return (
            (ALL_FUNCTIONS in self.functions or grant.function in self.functions)
            and grant.through_service == self.through_service
            and fnmatchcase(grant.action, self.action)
            and fnmatchcase(grant.resource, self.resource)
        )


def unseen_grants() -> tuple[Unseen, ...]:
    """The lines as the project has them.

    Raises UnusableLine.
    """
    text = (files(__package__) / "unseen.toml").read_text(encoding="utf-8")
    return read_lines(tomllib.loads(text))


def read_lines(document: Mapping[str, object]) -> tuple[Unseen, ...]:
    """The lines of a document. Raises UnusableLine."""
    listed = document.get("unseen")
    if not isinstance(listed, list):
        raise UnusableLine("unseen: expected a list of tables")
    return tuple(_line(position, each) for position, each in enumerate(listed, start=1))


def _line(position: int, table: object) -> Unseen:
    if not isinstance(table, dict) or not table.keys() >= REQUIRED or not table.keys() <= ALLOWED:
        named = f"{', '.join(sorted(REQUIRED))}, and at most {', '.join(sorted(ALLOWED - REQUIRED))}"
        raise UnusableLine(f"line {position}: expected {named}")
    functions, because = table["functions"], str(table["because"]).strip()
    if not isinstance(functions, list) or not functions:
        raise UnusableLine(f"line {position}, functions: expected a list of their names, or of * alone")
    if not because:
        raise UnusableLine(f"line {position}, because: expected the sentence that explains it to an auditor")
    return Unseen(
        functions=tuple(str(each) for each in functions),
        action=str(table["action"]),
        resource=str(table.get("resource", "*")),
        through_service=table.get("through_service") is True,
        because=because,
    )
