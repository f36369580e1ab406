"""Condition keys of IAM, as far as the embedded cloud gives them the value that AWS would."""

from __future__ import annotations

KMS_KEYS_BY_PARAMETER = {
    "MacAlgorithm": "kms:MacAlgorithm",
    "MessageType": "kms:MessageType",
    "SigningAlgorithm": "kms:SigningAlgorithm",
}
"""Keys of a KMS request that are parameters of it."""
ENCRYPTION_CONTEXT = "kms:EncryptionContext:"
EVALUATED = frozenset(
    {
        "aws:PrincipalAccount", "aws:PrincipalArn", "aws:ResourceAccount", "aws:SecureTransport",
        "kms:EncryptionContextKeys", *KMS_KEYS_BY_PARAMETER.values(),
    }
)  # fmt: skip
NEVER_PRESENT = frozenset(
    {
        # No service makes a call here in a function's name.
        "kms:ViaService", "kms:GrantIsForAWSResource",
        # What acts for a resource of ours acts behind the gate: the Allow of a service's principal is never asked.
        "aws:SourceAccount", "aws:SourceArn",
        # Lambda gives it for calls by a function's code, which are all calls that are seen here; the Deny that asks
        # for it, and keeps code from what Lambda may do for it, never bites.
        "lambda:SourceFunctionArn",
        # An automation's role is passed by people, of whom there are none here.
        "iam:PassedToService",
        # No emulator trains models.
        "sagemaker:OutputKmsKey", "sagemaker:VolumeKmsKey",
    }
)  # fmt: skip
"""Keys that no call bears here: an Allow that asks for one does not hold, a Deny does not bite."""


def is_known(key: str) -> bool:
    """Whether it is known here what becomes of a condition on this key."""
    return key in EVALUATED or key in NEVER_PRESENT or key.startswith(ENCRYPTION_CONTEXT)
