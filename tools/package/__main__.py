"""``python -m tools.package local|aws``: build what Lambda runs."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from tools.package.build import build_aws, build_local
from tools.package.errors import PackageError
from tools.package.limits import in_megabytes
from tools.package.manifest import FUNCTIONS_ZIP, LAYER_ZIP, Manifest
from tools.package.targets import RUNTIMES

ROOT = Path(__file__).resolve().parents[2]

app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True)


@app.command()
def local() -> None:
    """Build dist/local for this interpreter and this machine."""
    _report(lambda: build_local(ROOT, ROOT / "dist"))


@app.command()
def aws(
    runtime: Annotated[str, typer.Option(help=f"The Lambda runtime: {', '.join(RUNTIMES)}.")] = "python3.11",
) -> None:
    """Build dist/aws/x86_64 and dist/aws/arm64 for AWS Lambda."""
    _report(lambda: build_aws(ROOT, ROOT / "dist", runtime))


def _report(build: Callable[[], Mapping[Path, Manifest]]) -> None:
    try:
        manifests = build()
    except PackageError as error:
        typer.echo(f"tools.package: {error}", err=True)
        sys.exit(2)
    for folder, manifest in manifests.items():
        typer.echo(f"{folder.relative_to(ROOT)}: {manifest.runtime} on {manifest.platform_tag}")
        for name, archive in ((FUNCTIONS_ZIP, manifest.functions), (LAYER_ZIP, manifest.layer)):
            zipped, unzipped = in_megabytes(archive.zipped_bytes), in_megabytes(archive.unzipped_bytes)
            typer.echo(f"  {name:<14}{zipped:>6} MB zipped {unzipped:>6} MB unzipped  sha256 {archive.sha256[:12]}")


if __name__ == "__main__":
    app()
