"""DynamoDB: the policy of a table. MiniStack keeps it and, without IAM enforced, does not ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulations.cloud.realisers.base import Realised
from simulations.cloud.realisers.documents import optional_text, outputs_of, text
from simulations.cloud.realisers.errors import accepting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulations.cloud.realisers.base import Cloud, Inputs, JsonValue

GONE = ("ResourceNotFoundException", "PolicyNotFoundException")


class ResourcePolicy:
    """`aws:dynamodb/resourcePolicy:ResourcePolicy`, identified by the ARN of what it is the policy of."""

    type = "aws:dynamodb/resourcePolicy:ResourcePolicy"
    replace_on = frozenset({"resourceArn"})

    def create(self, cloud: Cloud, inputs: Inputs) -> Realised:
        """Put the policy."""
        arn = text(inputs, "resourceArn")
        answer = cloud.call("dynamodb", "put_resource_policy", ResourceArn=arn, Policy=text(inputs, "policy"))
        revision = optional_text(answer, "RevisionId")
        return Realised(arn, outputs_of(cloud, inputs, {"revisionId": revision}))

    def update(
        self, cloud: Cloud, identity: str, old: Inputs, new: Inputs, outputs: Mapping[str, JsonValue]
    ) -> Realised:
        """Put the new one in its place."""
        del identity, old, outputs
        return self.create(cloud, new)

    def delete(self, cloud: Cloud, identity: str, outputs: Mapping[str, JsonValue]) -> None:
        """Remove the policy; the table stays."""
        del outputs
        with accepting(*GONE):
            cloud.call("dynamodb", "delete_resource_policy", ResourceArn=identity)
