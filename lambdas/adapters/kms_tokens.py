"""Keys for tokens, derived by KMS from a key that never leaves it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from lambdas.core.vault.tokens import derivation

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_kms.client import KMSClient

MAX_AGE_SECONDS = 3_600.0
MAX_KEYS = 256
"""Of a process: a tenant uses one for each kind, and one for its subjects."""


@dataclass(frozen=True, slots=True)
class KmsTokenKeys:
    """TokenKeys: one GenerateMac for a tenant and use, then none until the key is old or crowded out."""

    client: KMSClient
    key_arn: str
    version: int
    clock: Callable[[], float] = monotonic
    _known: OrderedDict[tuple[str, str], tuple[float, bytes]] = field(default_factory=OrderedDict)

    def derive(self, tenant: str, use: str) -> bytes:
        """The same bytes in every Region: the key's material is."""
        now = self.clock()
        known = self._known.get((tenant, use))
        if known is not None and now - known[0] < MAX_AGE_SECONDS:
            self._known.move_to_end((tenant, use))
            return known[1]
        made = self.client.generate_mac(
            KeyId=self.key_arn, Message=derivation(self.version, tenant, use), MacAlgorithm="HMAC_SHA_256"
        )["Mac"]
        self._known[tenant, use] = (now, made)
        self._known.move_to_end((tenant, use))
        while len(self._known) > MAX_KEYS:
            self._known.popitem(last=False)
        return made
