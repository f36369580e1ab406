"""I5: each Region's audit chain holds, read anew: the texts as they lie in the table, and the signed heads beside them.

What kind of edit was made, `twinrail audit verify` says; here a chain holds or it does not.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb.client import DynamoDBClient
    from mypy_boto3_s3.client import S3Client

RECORD_MARK, HEAD_MARK = b"twinrail audit record 1\n", b"twinrail audit head 1\n"
FIRST_NAMES = "0" * 64
NOT_LINKED = "each audit record names the one before it"
NOT_SIGNED = "each head is signed by the audit key, for its own chain"
NOT_AS_SIGNED = "what was signed of an audit chain is still in it"


@dataclass(frozen=True, slots=True)
class AuditSource:
    """Where the chains lie. heads: chain to client and bucket. public_key: DER, as KMS gives it."""

    dynamodb: DynamoDBClient
    table: str
    heads: Mapping[str, tuple[S3Client, str]]
    public_key: bytes


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """A rule that a chain breaks, and where."""

    rule: str
    detail: str


def check_chains(source: AuditSource) -> tuple[BrokenChain, ...]:
    """What is wrong with any chain; the heads are read first, so that none is newer than the records."""
    found: list[BrokenChain] = []
    for chain in sorted(source.heads):
        heads = list(_heads(source, chain))
        found += judge_chain(chain, list(_records(source, chain)), heads, source.public_key)
    return tuple(found)


def judge_chain(chain: str, records: Sequence[str], heads: Sequence[bytes], public_key: bytes) -> list[BrokenChain]:
    """Hold one chain against its heads, and those against the key."""
    hashes_by_number, broken = _walk(chain, records)
    found = [broken] if broken else []
    for number, body in enumerate(heads, 1):
        signed = _signed(chain, body, public_key)
        if signed is None:
            found.append(BrokenChain(NOT_SIGNED, f"{chain}: head {number}"))
        elif hashes_by_number.get(signed[0]) != signed[1]:
            found.append(BrokenChain(NOT_AS_SIGNED, f"{chain}: record {signed[0]}"))
    return found


def _walk(chain: str, records: Sequence[str]) -> tuple[dict[int, str], BrokenChain | None]:
    last, known = FIRST_NAMES, {0: FIRST_NAMES}
    for number, text in enumerate(records, 1):
        document = _object(text)
        if (document.get("chain"), document.get("sequence"), document.get("previous")) != (chain, number, last):
            return known, BrokenChain(NOT_LINKED, f"{chain}: record {number}")
        last = hashlib.sha256(RECORD_MARK + text.encode()).hexdigest()
        known[number] = last
    return known, None


def _signed(chain: str, body: bytes, public_key: bytes) -> tuple[int, str] | None:
    """Number and hash that a head vouches for; None where it is not the key's word on this chain."""
    document = _object(body)
    signature = document.pop("signature", None)
    number, digest = document.get("sequence"), document.get("hash")
    if document.get("chain") != chain or not isinstance(number, int) or not isinstance(digest, str):
        return None
    key = serialization.load_der_public_key(public_key)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return None
    said = HEAD_MARK + json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    try:
        key.verify(base64.b64decode(str(signature)), said, ec.ECDSA(hashes.SHA384()))
    except (InvalidSignature, ValueError):
        return None
    return number, digest


def _object(text: str | bytes) -> dict[str, object]:
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _records(source: AuditSource, chain: str) -> Iterator[str]:
    pages = source.dynamodb.get_paginator("query").paginate(
        TableName=source.table,
        KeyConditionExpression="chain = :chain",
        ExpressionAttributeValues={":chain": {"S": chain}},
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            yield item.get("record", {}).get("S", "")


def _heads(source: AuditSource, chain: str) -> Iterator[bytes]:
    client, bucket = source.heads[chain]
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"heads/{chain}/")
    for page in pages:
        for version in page.get("Versions", []):
            yield client.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])["Body"].read()
