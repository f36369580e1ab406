"""The rows of the catalogue, read strictly."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, model_validator

Hub: TypeAlias = Literal["payment", "integration", "monitoring", "reporting", "administration", "security"]
State: TypeAlias = Literal["built", "substitute", "external", "pending"]
Layer: TypeAlias = Literal["foundation", "region"]
Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
WIRE = r"^aws:[^ ]+ -> aws:[^ ]+$"


class Row(BaseModel):
    """One row of a component table.

    built: it is in the plan. substitute: something else is, for AWS has closed the service, or has no resource for it.
    external: an actor, or a system that others run. pending: not there yet. What is not built says why in `because`.

    `parts`: by component type (`twinrail:network:ApiZone`) the resource types that are this row's in it, or the types
    of blocks (`twinrail:blocks:Bucket`) with all that these have. `layer`: the stack that they are in: the foundation,
    or that of every Region. `wires`: `A -> B`, a resource of type A of the row is made from the outputs of one of type
    B of any row of its stack.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    hub: Hub
    container: Text
    name: Text
    state: State
    layer: Layer | None = None
    parts: dict[Text, tuple[Text, ...]] = {}
    wires: tuple[Annotated[str, StringConstraints(pattern=WIRE)], ...] = ()
    because: Text | None = None

    @property
    def in_plan(self) -> bool:
        """Whether the plan has something of it."""
        return self.state in {"built", "substitute"}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.in_plan and not (self.parts and self.layer and all(self.parts.values())):
            raise ValueError(f"{self.name}: {self.state}; expected layer, and parts with types")
        if not self.in_plan and (self.parts or self.wires or self.layer):
            raise ValueError(f"{self.name}: {self.state}; expected neither layer nor parts nor wires")
        if self.state != "built" and self.because is None:
            raise ValueError(f"{self.name}: {self.state}; expected because, a sentence")
        return self


def catalogue() -> tuple[Row, ...]:
    """The rows as the project has them. Raises pydantic.ValidationError."""
    return read_rows((files(__package__) / "rows.toml").read_text(encoding="utf-8"))


def read_rows(text: str) -> tuple[Row, ...]:
    """The rows of a TOML document. Raises pydantic.ValidationError, tomllib.TOMLDecodeError."""
    return TypeAdapter(tuple[Row, ...]).validate_python(tomllib.loads(text).get("row"), strict=False)
