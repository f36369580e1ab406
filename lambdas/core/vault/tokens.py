"""Tokens: what stands for a value, the same whenever one tenant gives the same value of the same kind."""

import base64
import hashlib
import hmac
import re

from lambdas.core.vault.kinds import ValueKind

TOKEN_FORM = re.compile(rf"tok_(?:{'|'.join(ValueKind)})_[1-9][0-9]{{0,2}}_[a-z2-7]{{32}}")
"""`tok_iban_1_...`: kind, version of the key, 160 bits. No IBAN and no account has underscores."""
SUBJECT_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
"""A participant's own reference for a person: of its customer's file, not of the customer."""
_DIGEST_BYTES = 20
"""160 of HMAC-SHA256's 256 bits: two of a tenant's 2**40 values share a token with a probability of 2**-81."""
SUBJECTS = "subject"
"""What a tenant's key for subjects is derived for; no kind is called so."""


def derivation(version: int, tenant: str, use: str) -> bytes:
    """What the key of one tenant and use (a kind, or SUBJECTS) is derived from. No tenant's name has a slash."""
    return f"twinrail/vault/{version}/{tenant}/{use}".encode()


def token_of(key: bytes, kind: ValueKind, version: int, normal: str) -> str:
    """The token of a value in its normal form, by the tenant's key for the kind."""
    return f"tok_{kind}_{version}_{_digest(key, normal)}"


def kind_of(token: str) -> ValueKind:
    """The kind that a token bears; the token has TOKEN_FORM."""
    return ValueKind(token.removeprefix("tok_").rsplit("_", 2)[0])


def subject_id(key: bytes, reference: str) -> str:
    """What a subject is called at rest and in the audit chain: its reference may say who it is."""
    return _digest(key, reference)


def _digest(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode(), hashlib.sha256)[:_DIGEST_BYTES]
    return base64.b32encode(digest).decode().lower()
