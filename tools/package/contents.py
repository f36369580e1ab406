"""What goes into the packages: every list that decides it is here."""

from pathlib import PurePosixPath

# Function code: a suffix in neither set stops the build, so that nothing is left out or shipped by accident.
SHIPPED_SUFFIXES = frozenset({".py", ".json", ".xsd"})
LEFT_OUT_SUFFIXES = frozenset({".pyc", ".pyi", ".md", ".typed"})
# What is made at build time and would be missed only in production.
BUILT_FILES = ("lambdas/adapters/iso20022/xsd/*.xsd",)

# The AWS services whose descriptions stay in botocore. The build stops when function code makes a client of another.
AWS_SERVICES = frozenset({"dsql", "dynamodb", "kms", "s3", "secretsmanager", "sns", "sqs", "ssm", "sts"})
_SERVICE_DATA = (PurePosixPath("botocore/data"), PurePosixPath("boto3/data"))

# The layer loses only what no import can reach: a module that is not there would fail on AWS alone.
_PRUNED_FOLDERS = (PurePosixPath("bin"), PurePosixPath("boto3/examples"))
_PRUNED_SUFFIXES = frozenset({".c", ".css", ".h", ".js", ".pxd", ".pxi", ".pyc", ".pyi", ".pyx", ".rst", ".typed"})
_PRUNED_NAMES = frozenset({".lock", "examples-1.json"})
_TEST_FOLDERS = frozenset({"test", "tests"})
_DIST_INFO_KEPT = ("METADATA", "entry_points.txt", "LICENSE", "LICENCE", "NOTICE", "COPYING")


def belongs_in_layer(path: PurePosixPath) -> bool:
    """Whether a file that uv installed stays; ``path`` is relative to the folder it was installed to."""
    if path.suffix in _PRUNED_SUFFIXES or path.name in _PRUNED_NAMES:
        return False
    if any(path.is_relative_to(folder) for folder in _PRUNED_FOLDERS):
        return False
    if path.parts[0].endswith(".dist-info"):
        return "licenses" in path.parts or path.name.startswith(_DIST_INFO_KEPT)
    return not _is_test(path) and not _is_other_service(path)


def _is_test(path: PurePosixPath) -> bool:
    return not _TEST_FOLDERS.isdisjoint(path.parts[:-1])


def _is_other_service(path: PurePosixPath) -> bool:
    for data in _SERVICE_DATA:
        if path.is_relative_to(data):
            inside = path.relative_to(data).parts
            return len(inside) > 1 and inside[0] not in AWS_SERVICES
    return False
