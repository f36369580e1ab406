"""The layer: what requirements/lambda.txt locks, for one target, pruned and compiled."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath

from tools.package.archives import Archive, write_archive
from tools.package.bytecode import compile_tree
from tools.package.contents import AWS_SERVICES, belongs_in_layer
from tools.package.errors import CommandError, DependencyError
from tools.package.native import require_loadable
from tools.package.processes import run
from tools.package.targets import Target
from tools.package.toolchain import Toolchain

# Lambda unpacks layers to /opt and puts /opt/python on sys.path.
MOUNTED_AT = "/opt"
_IMPORTED_FROM = "python"


@dataclass(frozen=True, slots=True)
class Layer:
    """A built layer: its zip, the versions in it by distribution, and the key of the inputs that it was built from."""

    archive: Archive
    packages: dict[str, str]
    key: str


def layer_key(requirements: Path, toolchain: Toolchain, target: Target) -> str:
    """One hash over everything that decides a layer's bytes; equal keys need no second build."""
    digest = hashlib.sha256()
    for source in [requirements, *sorted(Path(__file__).parent.glob("*.py"))]:
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    uv_version = run(toolchain.uv, "--version").strip()
    digest.update("\n".join((uv_version, toolchain.interpreter.version, str(target))).encode())
    return digest.hexdigest()


def build_layer(requirements: Path, toolchain: Toolchain, target: Target, workspace: Path, destination: Path) -> Layer:
    """Install, check, prune, compile and zip the layer; ``workspace`` is an empty folder to build in.

    Raises DependencyError where a locked version has no wheel that fits, or a wheel would not load on the target.
    """
    installed = workspace / _IMPORTED_FROM
    _install(requirements, toolchain, target, installed)
    require_loadable(installed, target)
    packages = {found.name: found.version for found in distributions(path=[str(installed)])}
    _prune(installed)
    _require_services(installed)
    compile_tree(toolchain.interpreter, workspace, mounted_at=MOUNTED_AT)
    archive = write_archive(workspace, destination)
    return Layer(archive, dict(sorted(packages.items())), layer_key(requirements, toolchain, target))


def _install(requirements: Path, toolchain: Toolchain, target: Target, destination: Path) -> None:
    platform = [] if target.wheels is None else ["--python-platform", target.wheels]
    try:
        run(
            toolchain.uv,
            *("pip", "install", "--quiet", "--color", "never", "--no-python-downloads"),
            *("--python", str(toolchain.interpreter.path), "--python-version", target.python_version, *platform),
            *("--only-binary", ":all:", "--require-hashes", "-r", str(requirements)),
            *("--target", str(destination)),
        )
    except CommandError as error:
        raise DependencyError(
            f"the locked dependencies cannot be laid out for {target.runtime} on {target.platform_tag}: {error}"
        ) from error


def _prune(installed: Path) -> None:
    # uv links files out of its cache: they may be removed here, and must never be written.
    for path in installed.rglob("*"):
        if path.is_file() and not belongs_in_layer(PurePosixPath(path.relative_to(installed))):
            path.unlink()


def _require_services(installed: Path) -> None:
    missing = {service for service in AWS_SERVICES if not (installed / "botocore" / "data" / service).is_dir()}
    if missing:
        raise DependencyError(f"the locked botocore does not know {', '.join(sorted(missing))}: correct AWS_SERVICES")
