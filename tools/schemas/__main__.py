"""Writes lambdas/adapters/iso20022/xsd/<definition>.xsd for every definition; afterwards there is no other schema."""

import sys
from pathlib import Path

from tools.schemas.builder import build_schema
from tools.schemas.definitions import DEFINITIONS

TARGET = Path(__file__).resolve().parents[2] / "lambdas" / "adapters" / "iso20022" / "xsd"


def write_schemas(target: Path) -> int:
    """Write every schema below `target`, remove those of no definition, and say how many there are."""
    target.mkdir(parents=True, exist_ok=True)
    wanted = {f"{definition}.xsd": definition for definition in DEFINITIONS}
    for stale in target.glob("*.xsd"):
        if stale.name not in wanted:
            stale.unlink()
    for file_name, definition in wanted.items():
        (target / file_name).write_bytes(build_schema(definition))
    return len(wanted)


def main() -> None:
    """Build all, and say so on standard output."""
    sys.stdout.write(f"{write_schemas(TARGET)} schemas written to {TARGET}\n")


if __name__ == "__main__":
    main()
