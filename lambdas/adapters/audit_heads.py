"""Signed heads in the opposite Region's bucket, whose lock keeps each version for its time.

The newest comes first in the bucket's order: what is counted down in a key is what a list begins with, and S3 lists in
no other order.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.core.audit.head import SignedHead
from lambdas.core.documents import MalformedDocument

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PREFIX = "heads"
_DIGITS = 15
_CEILING = 10**_DIGITS - 1


@dataclass(frozen=True, slots=True)
class S3AuditHeads:
    """AuditHeads over the bucket."""

    client: S3Client
    bucket: str
    chain: str

    def latest(self) -> SignedHead | None:
        """One ListObjectsV2 for one key, and one GetObject."""
        prefix = f"{PREFIX}/{self.chain}/"
        listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix=prefix, MaxKeys=1).get("Contents", [])
        if not listed:
            return None
        body = self.client.get_object(Bucket=self.bucket, Key=listed[0]["Key"])["Body"].read()
        try:
            return SignedHead.parse(body.decode("ascii"))
        except UnicodeDecodeError as error:
            raise MalformedDocument("head: not ASCII") from error

    def keep(self, head: SignedHead) -> None:
        """One PutObject, of a key that is not there."""
        body = head.to_json().encode("ascii")
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=head_key(head),
                Body=body,
                ContentType="application/json",
                ChecksumSHA256=base64.b64encode(hashlib.sha256(body).digest()).decode("ascii"),
                IfNoneMatch="*",
            )
        except ClientError as error:
            # Another tick of the same moment has kept the same.
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise


def head_key(signed: SignedHead) -> str:
    """`heads/<chain>/<counted down from the sequence number>-<counted down from the millisecond>.json`."""
    head = signed.head
    sequence, moment = _CEILING - head.place.sequence, _CEILING - int(head.at.timestamp() * 1000)
    return f"{PREFIX}/{head.chain}/{sequence:0{_DIGITS}d}-{moment:0{_DIGITS}d}.json"
