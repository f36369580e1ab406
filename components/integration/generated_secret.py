"""A secret whose value Secrets Manager makes up: it stands in no program and in no settings."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

LENGTH = 48


@dataclass(frozen=True, slots=True)
class GeneratedSecretArgs:
    """`recovery_days`: 0 deletes it at once, else 7 to 30."""

    secret_name: str
    description: str
    key_arn: pulumi.Input[str]
    recovery_days: int


class GeneratedSecret(pulumi.ComponentResource):
    """Made once, at the first deployment, and then left: each later one is offered another value and does not take it.

    `value` is in the stack's state as well, encrypted, for a resource has to be given it. To change it, taint the
    version, deploy, and tell whoever uses it.
    """

    arn: pulumi.Output[str]
    value: pulumi.Output[str]

    def __init__(self, name: str, args: GeneratedSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("twinrail:integration:GeneratedSecret", name, None, opts)
        made = aws.secretsmanager.get_random_password_output(
            # Letters and digits: Amazon MQ takes no comma, colon or equals sign.
            password_length=LENGTH,
            exclude_punctuation=True,
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        secret = aws.secretsmanager.Secret(
            name,
            name=args.secret_name,
            description=args.description,
            kms_key_id=args.key_arn,
            recovery_window_in_days=args.recovery_days,
            opts=pulumi.ResourceOptions(parent=self),
        )
        version = aws.secretsmanager.SecretVersion(
            name,
            secret_id=secret.id,
            secret_string=pulumi.Output.secret(made.random_password),
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["secretString"]),
        )
        self.arn = secret.arn
        # What is kept, and not what was offered this time.
        self.value = version.secret_string.apply(lambda text: text or "")
        self.register_outputs({"arn": self.arn})
