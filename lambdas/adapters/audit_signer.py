"""The audit key in KMS: ECDSA on P-384. KMS hashes what it signs: a head is shorter than the 4,096 bytes it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.core.audit.head import AuditHead, SignedHead

if TYPE_CHECKING:
    from mypy_boto3_kms.client import KMSClient


@dataclass(frozen=True, slots=True)
class KmsHeadSigner:
    """HeadSigner over the own Region's replica of the key."""

    client: KMSClient
    key_arn: str

    def sign(self, head: AuditHead) -> SignedHead:
        """One Sign."""
        response = self.client.sign(
            KeyId=self.key_arn, Message=head.signed_bytes(), MessageType="RAW", SigningAlgorithm="ECDSA_SHA_384"
        )
        return SignedHead(head, response["Signature"])

    def verifies(self, head: SignedHead) -> bool:
        """One Verify."""
        try:
            self.client.verify(
                KeyId=self.key_arn,
                Message=head.head.signed_bytes(),
                MessageType="RAW",
                Signature=head.signature,
                SigningAlgorithm="ECDSA_SHA_384",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "KMSInvalidSignatureException":
                raise
            return False
        return True
