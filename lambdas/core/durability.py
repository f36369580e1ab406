"""In which Regions a payload is stored: what a client asks for, and what it got."""

from dataclasses import dataclass
from enum import StrEnum

from lambdas.core.documents import Fields, JsonValue


class Consistency(StrEnum):
    """What a message waits for before it is taken on (ACTC)."""

    BOTH = "both"
    """Every Region's store has it."""
    AVAILABLE = "available"
    """One Region's store has it; the other gets its copy when it can be reached."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Regions whose store is known to have a payload, and those of which that is not known (yet).

    Without any of either: recorded by a hub that took nothing on but in every Region.
    """

    regions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def consistency(self) -> Consistency:
        """What the copies amount to."""
        return Consistency.AVAILABLE if self.missing else Consistency.BOTH

    @property
    def completed(self) -> "Copies":
        """With those that were missing."""
        return Copies(tuple(sorted((*self.regions, *self.missing))))

    def document(self) -> dict[str, JsonValue]:
        """JSON form."""
        return {"regions": list(self.regions), "missing": list(self.missing)}

    @classmethod
    def read(cls, fields: Fields | None) -> "Copies":
        """From its JSON form; raises MalformedDocument."""
        return cls() if fields is None else cls(fields.texts("regions"), fields.texts("missing"))


UNRECORDED = Copies()
