"""What may be in a trust store: certificates of authorities, and nothing else.

API Gateway answers a bad certificate with a warning that a deployment does not show, and then turns its clients away.
"""

from __future__ import annotations

import ssl

BUNDLE_LIMIT = 256 * 1024
"""Bytes: some hundred authorities. What is larger is a list of everybody's, and not of one's third parties."""


def check_bundle(certificates: str) -> None:
    """See that PEM certificates can be a trust store; what they say is in no error.

    Raises:
        ValueError: one is not an authority's, or cannot be read, or there is none, or something else is among them.

    """
    if not certificates.isascii():
        raise _refusal("what is not ASCII", "X.509 certificates in PEM")
    if len(certificates) > BUNDLE_LIMIT:
        raise _refusal(f"{len(certificates)} bytes", f"at most {BUNDLE_LIMIT}")
    if "PRIVATE KEY" in certificates:
        raise _refusal("a private key", "certificates alone: their keys stay with their authorities")
    store = _read(certificates).cert_store_stats()
    if store["x509"] != store["x509_ca"]:
        # A client's own certificate here would be trusted as long as it lives, whatever its authority revokes.
        count = store["x509"] - store["x509_ca"]
        raise _refusal(f"{count} certificates that are not an authority's", "basicConstraints with CA:TRUE in each")


def _read(certificates: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_verify_locations(cadata=certificates)
    except (ssl.SSLError, ValueError):
        # Not chained: OpenSSL's words may be the bundle's.
        raise _refusal("no certificates, or one that cannot be read", "X.509 certificates in PEM") from None
    return context


def _refusal(found: str, expected: str) -> ValueError:
    return ValueError(f"certificates: {found} in the trust store's bundle; expected {expected}")
