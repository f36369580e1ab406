"""The packages of this repository, built from the package index: they stand alone, and they are the same each time."""

import re
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.unit.package.conftest import REPOSITORY, BuiltPackage
from tools.package.build import build_aws, build_package
from tools.package.contents import AWS_SERVICES
from tools.package.errors import SourceError
from tools.package.isolation import UnpackedPackage, handler_modules, import_cpu_ms, unpack
from tools.package.manifest import FUNCTIONS_ZIP, LAYER_ZIP
from tools.package.processes import run
from tools.package.targets import local_target
from tools.package.toolchain import Toolchain

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("package")]

# The ELF header's field e_machine, which says what a library's name may leave out (Linux, elf(5)).
MACHINE, EM_AARCH64, EM_X86_64 = slice(18, 20), 183, 62
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/twinrail-dev"
ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_LAMBDA_FUNCTION_NAME": "twinrail-dev-function",
    "POWERTOOLS_SERVICE_NAME": "function",
    "ENVIRONMENT": "dev",
    "LOG_LEVEL": "INFO",
    "API_CLIENTS": '{"3n4b5urk1ft4fl3mg5e62d9ado": "participant-a"}',
    "TRANSACTIONS_TABLE": "twinrail-dev-transactions",
    "DEADLINE_SECONDS": "60",
    "INCOMING_QUEUE_URL": f"{QUEUE}-incoming.fifo",
    "PROCESSING_QUEUE_URL": f"{QUEUE}-processing.fifo",
    "RELEASING_QUEUE_URL": f"{QUEUE}-releasing.fifo",
    "NOTIFICATION_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:twinrail-dev-notifications",
    "PAYLOAD_BUCKETS": '{"eu-west-1": "one", "eu-west-2": "two"}',
    "NAMESPACE_POLICY": "strict",
    "ENVELOPE_KEY_ARN": "arn:aws:kms:eu-west-1:123456789012:key/mrk-1",
}


@pytest.fixture(scope="module")
def unpacked(local_package: BuiltPackage, tmp_path_factory: pytest.TempPathFactory) -> UnpackedPackage:
    return unpack(local_package.folder, tmp_path_factory.mktemp("unpacked"))


def test_every_handler_imports_when_there_is_nothing_but_its_package(unpacked: UnpackedPackage) -> None:
    source = REPOSITORY / "lambdas" / "functions"
    modules = handler_modules(unpacked.code)
    assert len(modules) == len(list(source.glob("*/handler.py")))
    for module in ["lambdas", *modules]:
        assert import_cpu_ms(unpacked, module, ENVIRONMENT) >= 0


def test_import_is_refused_when_the_layer_lacks_a_dependency(unpacked: UnpackedPackage, tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    assert import_cpu_ms(unpacked, "botocore.session", ENVIRONMENT) > 0
    with pytest.raises(SourceError, match=r"from its package alone: .*No module named 'botocore'"):
        import_cpu_ms(UnpackedPackage(unpacked.code, tmp_path), "botocore.session", ENVIRONMENT)


def test_every_service_has_a_client_when_the_layer_is_pruned(unpacked: UnpackedPackage, toolchain: Toolchain) -> None:
    program = f"""
import sys
sys.path.insert(0, {str(unpacked.layer / "python")!r})
import botocore.session
session = botocore.session.Session()
for service in {sorted(AWS_SERVICES)!r}:
    print(session.create_client(service, region_name="eu-west-1").meta.service_model.service_name)
"""
    made = run(toolchain.interpreter.path, "-I", "-S", "-B", "-c", program, environment={})
    assert set(made.split()) == AWS_SERVICES


def test_no_module_is_compiled_when_bytecode_is_shipped(unpacked: UnpackedPackage, toolchain: Toolchain) -> None:
    program = f"""
import importlib, sys
shipped = ({str(unpacked.code)!r}, {str(unpacked.layer / "python")!r})
sys.path[:0] = shipped
from importlib.machinery import SourceFileLoader
compiled = SourceFileLoader.source_to_code
def refuse(self, data, path, **options):
    if path.startswith(shipped):
        raise SystemExit(f"{{path}} had to be compiled")
    return compiled(self, data, path, **options)
SourceFileLoader.source_to_code = refuse
for name in {["botocore.session", "lxml.etree", *handler_modules(unpacked.code)]!r}:
    importlib.import_module(name)
print("done")
"""
    assert run(toolchain.interpreter.path, "-I", "-S", "-c", program, environment=ENVIRONMENT).split() == ["done"]


def test_layer_is_byte_identical_when_it_is_built_again(
    local_package: BuiltPackage, toolchain: Toolchain, tmp_path: Path
) -> None:
    again = build_package(REPOSITORY, toolchain, local_target(), previous=tmp_path / "none", destination=tmp_path)
    assert again.layer == local_package.manifest.layer
    assert (tmp_path / LAYER_ZIP).read_bytes() == (local_package.folder / LAYER_ZIP).read_bytes()


def test_layer_holds_what_is_locked_when_built(local_package: BuiltPackage) -> None:
    lock = (REPOSITORY / "requirements" / "lambda.txt").read_text(encoding="utf-8")
    lines = (line.removesuffix("\\") for line in lock.splitlines() if re.match(r"[\w.-]+==", line))
    wanted = [each for each in map(Requirement, lines) if each.marker is None or each.marker.evaluate()]
    locked = {each.name: str(each.specifier).removeprefix("==") for each in wanted}
    held = {name.replace("_", "-").lower(): version for name, version in local_package.manifest.packages.items()}
    assert held == locked


def test_both_architectures_differ_in_native_modules_alone_when_built_for_aws(tmp_path: Path) -> None:
    manifests = build_aws(REPOSITORY, tmp_path, local_target().runtime)
    folders = {folder.name: folder for folder in manifests}
    assert sorted(folders) == ["arm64", "x86_64"]
    assert (folders["arm64"] / FUNCTIONS_ZIP).read_bytes() == (folders["x86_64"] / FUNCTIONS_ZIP).read_bytes()
    for name, machine in (("arm64", EM_AARCH64), ("x86_64", EM_X86_64)):
        with zipfile.ZipFile(folders[name] / LAYER_ZIP) as archive:
            libraries = [entry for entry in archive.namelist() if entry.endswith(".so")]
            machines = {int.from_bytes(archive.read(each)[MACHINE], "little") for each in libraries}
        assert any(entry.startswith("python/lxml/etree.") for entry in libraries)
        assert machines == {machine}
