"""What may be done through a Region's endpoints: the functions' calls, on the hub's own resources, by its account.

An endpoint without a policy lets anything in the network reach any account's resources: whoever runs code there takes
data out with credentials of his own. Exact names stop that, whatever roles say. (AWS PrivateLink Guide, "Control access
to VPC endpoints using endpoint policies".)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.blocks.statement import Statement
from components.blocks.statement_parts import Condition, Exactly, Members, ObjectPrefix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.blocks.statement_parts import Resource

TABLES = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query")
OBJECTS = ("s3:GetObject", "s3:PutObject")
BUCKETS = ("s3:ListBucket",)
QUEUES = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
KEYS = ("kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
SECRETS = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
GATEWAYS = ("dynamodb", "s3")
INTERFACES = ("kms", "secretsmanager", "sqs")


@dataclass(frozen=True, slots=True)
class Reachable:
    """The hub's own resources in the Region, by ARN. `prefixes`: of the keys that objects have in the buckets.

    `datasets`: what of other buckets is read from within, data that names nobody.

    Tables come with their indexes' ARNs beside them.
    """

    account_id: str
    table_arns: tuple[pulumi.Input[str], ...]
    bucket_arns: tuple[pulumi.Input[str], ...]
    prefixes: tuple[str, ...]
    queue_arns: tuple[pulumi.Input[str], ...]
    key_arns: tuple[pulumi.Input[str], ...]
    secret_arns: tuple[pulumi.Input[str], ...]
    datasets: tuple[ObjectPrefix, ...] = ()


def endpoint_policies(reachable: Reachable) -> Mapping[str, tuple[Statement, ...]]:
    """The statements of each endpoint's policy, by service."""

    def own(sid: str, actions: tuple[str, ...], *resources: Resource) -> Statement:
        account = reachable.account_id
        return Statement(
            sid,
            "Allow",
            actions,
            resources,
            (Members(account),),
            # A bucket's ARN names no account: one that was deleted may be another's by now.
            (Condition("StringEquals", "aws:ResourceAccount", (account,)),),
        )

    def exactly(arns: tuple[pulumi.Input[str], ...]) -> tuple[Exactly, ...]:
        return tuple(Exactly(each) for each in arns)

    objects = (ObjectPrefix(bucket, prefix) for bucket in reachable.bucket_arns for prefix in reachable.prefixes)
    buckets = (*reachable.bucket_arns, *(each.bucket_arn for each in reachable.datasets))
    return {
        "dynamodb": (own("OwnTables", TABLES, *exactly(reachable.table_arns)),),
        "s3": (
            own("OwnObjects", OBJECTS, *objects, *reachable.datasets),
            own("OwnBuckets", BUCKETS, *exactly(buckets)),
        ),
        "sqs": (own("OwnQueues", QUEUES, *exactly(reachable.queue_arns)),),
        "kms": (own("OwnKeys", KEYS, *exactly(reachable.key_arns)),),
        "secretsmanager": (own("OwnSecrets", SECRETS, *exactly(reachable.secret_arns)),),
    }
