"""The picture as a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulations.plan.picture import Picture


def as_mermaid(picture: Picture) -> str:
    """A subgraph per stack or Region; left to right, the way of a message."""
    lines = ["flowchart LR"]
    for number, group in enumerate(picture.groups):
        lines.append(f'  subgraph g{number}["{group}"]')
        lines += [
            f'    {shape.key}["{shape.title}<br/><small>{shape.kind}</small>"]'
            for shape in picture.shapes
            if shape.group == group
        ]
        lines.append("  end")
    lines += [f"  {start} --> {end}" for start, end in picture.arrows]
    return "\n".join(lines) + "\n"
