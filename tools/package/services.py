"""Which AWS services function code talks to, read from its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.package.contents import AWS_SERVICES
from tools.package.errors import SourceError


def require_described(lambdas: Path) -> None:
    """Raise SourceError where function code makes a client of a service whose description the layer leaves out."""
    for source in sorted(lambdas.rglob("*.py")):
        missing = services_used(source) - AWS_SERVICES
        if missing:
            raise SourceError(
                f"{source} makes a client of {', '.join(sorted(missing))}, which the layer leaves out: "
                "add it to AWS_SERVICES in tools/package/contents.py"
            )


def services_used(source: Path) -> frozenset[str]:
    """The service names, as botocore spells them, that a module makes clients or resources of.

    A client is made by a call whose name ends with ``client`` or ``resource`` (``boto3.client("sqs")``,
    ``cached_client("s3", ...)``) and whose first argument, or ``service_name``, is a string.
    """
    tree = ast.parse(source.read_bytes(), filename=str(source))
    return frozenset(service for node in ast.walk(tree) if isinstance(node, ast.Call) for service in _service(node))


def _service(call: ast.Call) -> Iterator[str]:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name.lower().endswith(("client", "resource")):
            named = [keyword.value for keyword in call.keywords if keyword.arg == "service_name"]
            for argument in [*call.args[:1], *named]:
                match argument:
                    case ast.Constant(value=str(service)):
                        yield service
        case _:
            return
