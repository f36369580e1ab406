"""Building whole packages: function code, layer and manifest of each target."""

import shutil
import tempfile
from pathlib import Path

from tools.package.archives import Archive, sha256_of
from tools.package.functions import build_functions
from tools.package.layer import Layer, build_layer, layer_key
from tools.package.limits import require_deployable
from tools.package.manifest import FUNCTIONS_ZIP, LAYER_ZIP, Manifest, reusable_layer
from tools.package.output import replaced
from tools.package.targets import AWS_ARCHITECTURES, Target, aws_target, local_target
from tools.package.toolchain import Toolchain, find_toolchain


def build_local(root: Path, output: Path) -> dict[Path, Manifest]:
    """Build ``local`` below ``output`` for this interpreter and machine. Raises PackageError."""
    target = local_target()
    folder = output / "local"
    with replaced(folder) as fresh:
        manifest = build_package(root, find_toolchain(target), target, previous=folder, destination=fresh)
    return {folder: manifest}


def build_aws(root: Path, output: Path, runtime: str) -> dict[Path, Manifest]:
    """Build ``aws/x86_64`` and ``aws/arm64`` below ``output``, both or neither. Raises PackageError."""
    targets = {output / "aws" / architecture: aws_target(runtime, architecture) for architecture in AWS_ARCHITECTURES}
    manifests: dict[Path, Manifest] = {}
    with replaced(output / "aws") as fresh:
        for folder, target in targets.items():
            destination = fresh / folder.name
            destination.mkdir()
            toolchain = find_toolchain(target)
            manifests[folder] = build_package(root, toolchain, target, previous=folder, destination=destination)
    return manifests


def build_package(root: Path, toolchain: Toolchain, target: Target, *, previous: Path, destination: Path) -> Manifest:
    """Build one target's three files into ``destination``; a layer in ``previous`` of the same inputs is taken over."""
    requirements = root / "requirements" / "lambda.txt"
    functions = _functions(root, toolchain, destination)
    layer = _layer(requirements, toolchain, target, previous, destination)
    require_deployable(functions, layer.archive)
    manifest = Manifest(
        runtime=target.runtime,
        architecture=target.architecture,
        platform_tag=target.platform_tag,
        python_version=toolchain.interpreter.version,
        requirements_sha256=sha256_of(requirements),
        functions=functions,
        layer=layer.archive,
        layer_key=layer.key,
        packages=layer.packages,
    )
    manifest.write(destination)
    return manifest


def _functions(root: Path, toolchain: Toolchain, destination: Path) -> Archive:
    with tempfile.TemporaryDirectory() as workspace:
        return build_functions(root, toolchain.interpreter, Path(workspace), destination / FUNCTIONS_ZIP)


def _layer(requirements: Path, toolchain: Toolchain, target: Target, previous: Path, destination: Path) -> Layer:
    layer = reusable_layer(previous, layer_key(requirements, toolchain, target))
    if layer is not None:
        shutil.copyfile(previous / LAYER_ZIP, destination / LAYER_ZIP)
        return layer
    with tempfile.TemporaryDirectory() as workspace:
        return build_layer(requirements, toolchain, target, Path(workspace), destination / LAYER_ZIP)
