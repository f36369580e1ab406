"""A package that AWS would refuse is refused before it is uploaded."""

import pytest

from tools.package.archives import Archive
from tools.package.errors import PackageTooLargeError
from tools.package.limits import UNZIPPED_LIMIT_BYTES, UPLOAD_LIMIT_BYTES, require_deployable

SMALL = Archive(sha256="", zipped_bytes=1, unzipped_bytes=1)


def test_package_passes_when_it_is_exactly_at_both_limits() -> None:
    largest = Archive("", zipped_bytes=UPLOAD_LIMIT_BYTES, unzipped_bytes=UNZIPPED_LIMIT_BYTES - SMALL.unzipped_bytes)
    require_deployable(SMALL, largest)


def test_package_is_refused_when_both_zips_together_unzip_over_the_limit() -> None:
    with pytest.raises(PackageTooLargeError, match=r"250\.0 MB unzipped, and Lambda takes 250\.0 MB"):
        require_deployable(SMALL, Archive("", zipped_bytes=1, unzipped_bytes=UNZIPPED_LIMIT_BYTES))


def test_zip_is_named_when_it_is_over_the_upload_limit() -> None:
    with pytest.raises(PackageTooLargeError, match=r"layer\.zip is 50\.0 MB.* through S3"):
        require_deployable(SMALL, Archive("", zipped_bytes=UPLOAD_LIMIT_BYTES + 1, unzipped_bytes=1))
