"""manifest.json: what a package is, for whoever deploys or measures it."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from tools.package.archives import Archive, sha256_of
from tools.package.layer import Layer

FUNCTIONS_ZIP = "functions.zip"
LAYER_ZIP = "layer.zip"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package: what it runs on, its two zips, and the lock (SHA-256 of requirements/lambda.txt) it was built from."""

    runtime: str
    architecture: str
    platform_tag: str
    python_version: str
    requirements_sha256: str
    functions: Archive
    layer: Archive
    layer_key: str
    packages: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write manifest.json, keys in order, so that one package has one manifest."""
        text = json.dumps(dataclasses.asdict(self), indent=2, sort_keys=True)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a package that was built before; None when there is none, or another version wrote it."""
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        functions, layer = (Archive(**document.pop(name)) for name in ("functions", "layer"))
        return Manifest(functions=functions, layer=layer, **document)
    except (FileNotFoundError, json.JSONDecodeError, AttributeError, KeyError, TypeError):
        return None


def reusable_layer(folder: Path, key: str) -> Layer | None:
    """The layer in ``folder`` if it was built from the same inputs and is whole."""
    manifest = read_manifest(folder)
    zip_file = folder / LAYER_ZIP
    if manifest is None or manifest.layer_key != key or not zip_file.is_file():
        return None
    return Layer(manifest.layer, manifest.packages, key) if sha256_of(zip_file) == manifest.layer.sha256 else None
