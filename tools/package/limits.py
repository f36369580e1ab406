"""Sizes that AWS refuses: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html."""

from tools.package.archives import Archive
from tools.package.errors import PackageTooLargeError

MEGABYTE = 1024 * 1024
UNZIPPED_LIMIT_BYTES = 250 * MEGABYTE
UPLOAD_LIMIT_BYTES = 50 * MEGABYTE


def require_deployable(functions: Archive, layer: Archive) -> None:
    """Raise PackageTooLargeError where Lambda would refuse function code with its layer, or the upload of either."""
    unzipped_bytes = functions.unzipped_bytes + layer.unzipped_bytes
    if unzipped_bytes > UNZIPPED_LIMIT_BYTES:
        raise PackageTooLargeError(
            f"function code and layer are {in_megabytes(unzipped_bytes)} MB unzipped, and Lambda takes "
            f"{in_megabytes(UNZIPPED_LIMIT_BYTES)} MB: remove a dependency from requirements/lambda.in"
        )
    for name, archive in (("functions.zip", functions), ("layer.zip", layer)):
        if archive.zipped_bytes > UPLOAD_LIMIT_BYTES:
            raise PackageTooLargeError(
                f"{name} is {in_megabytes(archive.zipped_bytes)} MB, and Lambda takes "
                f"{in_megabytes(UPLOAD_LIMIT_BYTES)} MB directly: upload it through S3, "
                "or remove a dependency from requirements/lambda.in"
            )


def in_megabytes(size_bytes: int) -> str:
    """A size with one decimal, in the megabytes (1,048,576 bytes) that AWS counts in."""
    return f"{size_bytes / MEGABYTE:.1f}"
