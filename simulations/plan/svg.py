"""The picture as SVG, drawn by D2 (https://d2lang.com), which comes as a wheel and needs no network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulations.plan.picture import Picture
    from simulations.plan.scope import Shape

_FORMS = {
    "Lambda": "rectangle",
    "SQS FIFO queue": "queue",
    "SQS queue": "queue",
    "DynamoDB global table": "cylinder",
    "S3 bucket": "cylinder",
}
_TIME_LIMIT_SECONDS = 60


class DrawingFailed(Exception):
    """D2 refused the drawing; says what D2 said."""


def as_d2(picture: Picture) -> str:
    """The drawing in D2's language."""
    places = {shape.key: f"{_key(shape.group)}.{shape.key}" for shape in picture.shapes}
    lines = ["direction: right"]
    for group in picture.groups:
        lines.append(f"{_key(group)}: {json.dumps(group)} {{")
        lines += [f"  {_shape(shape)}" for shape in picture.shapes if shape.group == group]
        lines.append("}")
    lines += [f"{places[start]} -> {places[end]}" for start, end in picture.arrows]
    return "\n".join(lines) + "\n"


def as_svg(picture: Picture) -> str:
    """The drawing as one SVG document, the same for the same picture.

    Raises:
        DrawingFailed: D2 is missing or refused its input.

    """
    program = Path(sys.executable).with_name("d2")
    try:
        drawn = subprocess.run(
            [str(program), "--layout=elk", "--pad=20", "--no-xml-tag", "-", "-"],
            input=as_d2(picture),
            capture_output=True,
            text=True,
            check=True,
            timeout=_TIME_LIMIT_SECONDS,
        )
    except FileNotFoundError as error:
        raise DrawingFailed(f"{program} is not there; run: make install") from error
    except subprocess.CalledProcessError as error:
        raise DrawingFailed(f"d2: {error.stderr.strip()}") from error
    return drawn.stdout


def _key(group: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in group)


def _shape(shape: Shape) -> str:
    label = json.dumps(f"{shape.title}\n{shape.kind}")
    return f"{shape.key}: {label} {{shape: {_FORMS.get(shape.kind, 'rectangle')}}}"
