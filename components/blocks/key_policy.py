"""Who may use and who may administer a KMS key.

A key policy comes before every identity policy: what it does not let through, no role can be granted. `kms:*` is
spelled out, so that administering a key and decrypting with it are two permissions. In a key policy the resource `*`
is the key itself (AWS KMS Developer Guide, "Key policies in AWS KMS").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.blocks.statement import Statement
from components.blocks.statement_parts import Account, Condition, Everything, Service

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

THIS_KEY = Everything(reason="in a key policy the resource * means the key that carries the policy")

ADMINISTRATION = tuple(
    f"kms:{action}"
    for action in (
        "CancelKeyDeletion", "CreateAlias", "DeleteAlias", "DescribeKey", "DisableKey", "DisableKeyRotation",
        "EnableKey", "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus", "ListGrants", "ListKeyPolicies",
        "ListKeyRotations", "ListResourceTags", "PutKeyPolicy", "ReplicateKey", "RetireGrant", "RevokeGrant",
        "RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias",
        "UpdateKeyDescription", "UpdatePrimaryRegion",
    )
)  # fmt: skip
CRYPTOGRAPHY = tuple(
    f"kms:{action}"
    for action in (
        "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom",
        "ReEncryptTo",
    )
)  # fmt: skip


def administration(account_id: str) -> Statement:
    """The account's identities may administer the key, as far as their own policies say; none may decrypt by it."""
    return Statement("Administration", "Allow", ADMINISTRATION, (THIS_KEY,), (Account(account_id),))


def use_by_roles(
    sid: str, account_id: str, role_arns: Sequence[pulumi.Input[str]], actions: tuple[str, ...], services: Sequence[str]
) -> Statement:
    """Named roles may use the key through named services (`s3.eu-west-1.amazonaws.com`), if their own policies say so.

    The principal is the account, narrowed to the roles by a condition: named as principals, the roles would need no
    grant of their own, and a role's exact policy would be without meaning.
    """
    narrowed = (
        Condition("ArnEquals", "aws:PrincipalArn", tuple(role_arns)),
        Condition("StringEquals", "kms:ViaService", tuple(services)),
    )
    return Statement(sid, "Allow", actions, (THIS_KEY,), (Account(account_id),), narrowed)


def use_by_roles_in_context(
    sid: str,
    account_id: str,
    role_arns: Sequence[pulumi.Input[str]],
    actions: tuple[str, ...],
    context: tuple[str, str],
) -> Statement:
    """Named roles may use the key directly, for what bears this encryption context (condition key, value) alone."""
    narrowed = (
        Condition("ArnEquals", "aws:PrincipalArn", tuple(role_arns)),
        Condition("StringEquals", context[0], (context[1],)),
    )
    return Statement(sid, "Allow", actions, (THIS_KEY,), (Account(account_id),), narrowed)


def use_by_account_through(sid: str, account_id: str, services: Sequence[str]) -> Statement:
    """Whoever deploys may let services keep data under the key: they make grants in the deployer's name.

    The form of the policies of AWS's own keys (`aws/dynamodb`, `aws/lambda`, `aws/secretsmanager`).
    """
    return Statement(
        sid,
        "Allow",
        (*CRYPTOGRAPHY, "kms:CreateGrant"),
        (THIS_KEY,),
        (Account(account_id),),
        (Condition("StringEquals", "kms:ViaService", tuple(services)),),
    )


def use_by_logs(region: str, log_group_arns: Sequence[pulumi.Input[str]]) -> Statement:
    """CloudWatch Logs may encrypt the named log groups (CloudWatch Logs User Guide, "Encrypt log data using KMS")."""
    return Statement(
        "LogGroups",
        "Allow",
        CRYPTOGRAPHY,
        (THIS_KEY,),
        (Service(f"logs.{region}.amazonaws.com"),),
        (Condition("ArnEquals", "kms:EncryptionContext:aws:logs:arn", tuple(log_group_arns)),),
    )


def use_by_ledger(account_id: str) -> Statement:
    """Aurora DSQL keeps the account's clusters under the key (its User Guide, "Data encryption").

    The service acts by itself; which cluster it acts for is known only after the key, so the account narrows it.
    """
    own = Condition("StringEquals", "aws:SourceAccount", (account_id,))
    return Statement("Ledger", "Allow", CRYPTOGRAPHY, (THIS_KEY,), (Service("dsql.amazonaws.com"),), (own,))


def use_by_topics(topic_arns: Sequence[pulumi.Input[str]]) -> Statement:
    """SNS may put what the named topics tell into queues under the key (SNS Developer Guide, "Key management")."""
    topics = Condition("ArnEquals", "aws:SourceArn", tuple(topic_arns))
    actions = ("kms:Decrypt", "kms:GenerateDataKey")
    return Statement("Topics", "Allow", actions, (THIS_KEY,), (Service("sns.amazonaws.com"),), (topics,))


def use_by_rules(rule_arns: Sequence[pulumi.Input[str]]) -> Statement:
    """EventBridge may put what the named rules match into queues under the key (its User Guide, "Encrypted queues")."""
    rules = Condition("ArnEquals", "aws:SourceArn", tuple(rule_arns))
    actions = ("kms:Decrypt", "kms:GenerateDataKey")
    return Statement("Rules", "Allow", actions, (THIS_KEY,), (Service("events.amazonaws.com"),), (rules,))
