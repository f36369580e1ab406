"""What the layer keeps."""

from pathlib import PurePosixPath

import pytest

from tools.package.contents import belongs_in_layer


@pytest.mark.parametrize(
    "path",
    [
        "six.py",
        "botocore/docs/docstring.py",
        "botocore/cacert.pem",
        "botocore/data/partitions.json",
        "botocore/data/endpoints.json",
        "botocore/data/sqs/2012-11-05/service-2.json.gz",
        "boto3/data/s3/2006-03-01/resources-1.json",
        "lxml/etree.cpython-311-x86_64-linux-gnu.so",
        "lxml-6.1.3.dist-info/METADATA",
        "lxml-6.1.3.dist-info/licenses/LICENSE.txt",
        "botocore-1.43.106.dist-info/NOTICE",
    ],
)
def test_file_stays_when_an_import_or_a_licence_needs_it(path: str) -> None:
    assert belongs_in_layer(PurePosixPath(path))


@pytest.mark.parametrize(
    "path",
    [
        ".lock",
        "bin/jp.py",
        "boto3/examples/s3.rst",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/sqs/2012-11-05/examples-1.json",
        "boto3/data/ec2/2016-11-15/resources-1.json",
        "lxml/etree.pyx",
        "lxml/includes/libxml/xmlversion.h",
        "package/tests/test_module.py",
        "package/py.typed",
        "six.pyc",
        "lxml-6.1.3.dist-info/RECORD",
        "lxml-6.1.3.dist-info/INSTALLER",
    ],
)
def test_file_goes_when_no_import_can_reach_it(path: str) -> None:
    assert not belongs_in_layer(PurePosixPath(path))
