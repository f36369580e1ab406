"""The services that function code talks to are the ones that the layer describes."""

from pathlib import Path

import pytest

from tests.unit.package.conftest import REPOSITORY
from tools.package.contents import AWS_SERVICES
from tools.package.services import services_used


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("boto3.client('sqs')", {"sqs"}),
        ("session.client(service_name='s3', region_name='eu-west-1')", {"s3"}),
        ("boto3.resource('dynamodb')", {"dynamodb"}),
        ("session().create_client('sns', region_name=region)", {"sns"}),
        ("cached_client('kms', function='intake')", {"kms"}),
        ("session.client(name)", set[str]()),
        ("print('ec2')", set[str]()),
    ],
)
def test_services_are_found_when_clients_are_made(tmp_path: Path, text: str, services: set[str]) -> None:
    source = tmp_path / "module.py"
    source.write_text(text, encoding="utf-8")
    assert services_used(source) == services


def test_every_service_is_described_when_this_repository_makes_its_clients() -> None:
    sources = sorted((REPOSITORY / "lambdas").rglob("*.py"))
    used = frozenset[str]().union(*(services_used(source) for source in sources))
    assert used <= AWS_SERVICES
    assert used >= {"dynamodb", "s3", "sns", "sqs"}, "clients are made in a way that services_used does not see"
