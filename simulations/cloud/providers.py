"""The explicit providers of a program: which Region and which account each one stands for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulations.cloud.emulator import DEFAULT_ACCOUNT_ID
from simulations.cloud.invokes import Caller

if TYPE_CHECKING:
    from simulations.cloud.realisers.base import Inputs

PROVIDER_TYPE = "pulumi:providers:"


class Providers:
    """Providers by URN, as they are registered."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}

    def add(self, urn: str, inputs: Inputs) -> None:
        """Remember a provider; the account is the one that it allows."""
        allowed = inputs.get("allowedAccountIds")
        # A provider's inputs other than texts travel as JSON in a text.
        accounts = json.loads(allowed) if isinstance(allowed, str) else allowed
        account_id = str(accounts[0]) if isinstance(accounts, list) and accounts else DEFAULT_ACCOUNT_ID
        self._callers[urn] = Caller(str(inputs.get("region", "")), account_id)

    def caller(self, urn: str | None, inputs: Inputs) -> Caller:
        """Region and account of a resource or a call: its provider's, or its own `region` where it names one.

        Raises LookupError when it names no provider: what has no Region of its own can end up in any.
        """
        provider = self._callers.get(urn) if urn else None
        if provider is None:
            raise LookupError("no explicit provider is given, so its Region is unknown")
        own = inputs.get("region")
        return Caller(own, provider.account_id) if isinstance(own, str) and own else provider


def provider_urn(reference: str) -> str | None:
    """The URN in a provider reference (`<urn>::<id>`); None for an empty one."""
    return reference.rpartition("::")[0] or None
