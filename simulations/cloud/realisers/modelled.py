"""Resources that are not made: well-formed ids, ARNs and URLs for any type, the same for the same name every time.

Used for everything when a program is only planned, and for what has no realiser when it is deployed. The values look
like AWS's, so that what depends on them is well-formed too; the secret ones say that they are none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import outputs_in
from simulations.cloud.realisers.modelled_subject import Subject
from simulations.cloud.realisers.modelled_types import IDENTITIES

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Inputs, JsonValue

# The service in an ARN, where it is not the Pulumi module's own name.
ARN_SERVICES = {
    "apigatewayv2": "apigateway",
    "cognito": "cognito-idp",
    "lb": "elasticloadbalancing",
    "msk": "kafka",
    "sfn": "states",
}


def modelled(type_token: str, name: str, inputs: Inputs, region: str, account_id: str) -> Realised:
    """A resource's id and outputs without the resource; `name` is its name in the program."""
    subject = Subject(type_token, name, inputs, region, account_id)
    identity, own = IDENTITIES.get(type_token, _anything)(subject)
    return Realised(identity, outputs_in(region, inputs, own))


def _anything(subject: Subject) -> tuple[str, dict[str, JsonValue]]:
    module, _, kind = subject.type.partition(":")[2].partition("/")
    service = ARN_SERVICES.get(module, module)
    resource = kind.partition(":")[0].lower()
    name = subject.physical()
    return name, {"name": name, "arn": subject.arn(service, f"{resource}/{name}")}
