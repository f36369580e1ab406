"""What operators' commands put on record of themselves, and in whose name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError

from simulations.cloud.realisers.base import Cloud
from simulations.operations.errors import IdentityUnknown
from simulations.traffic.connections import ROOT_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lambdas.core.audit.event import AuditAction
    from simulations.cloud.running import Deployed


class _Identities(Protocol):
    """Of AWS's STS, what is asked of it."""

    def get_caller_identity(self) -> Mapping[str, str]:
        """Account, UserId and Arn of whoever asks."""


def identity(aws_endpoint: str, regions: Collection[str]) -> str:
    """Whose credentials these are, of the first Region that says so. Raises IdentityUnknown."""
    for region in regions:
        client = cast("_Identities", Cloud(aws_endpoint, ROOT_ACCOUNT, region).client("sts"))
        with suppress(BotoCoreError, ClientError):
            return client.get_caller_identity()["Arn"]
    raise IdentityUnknown(f"no Region of {', '.join(regions)} says whose credentials these are; a report names them")


def record(deployed: Deployed, regions: Collection[str], action: AuditAction, /, **details: str) -> str:
    """Put a command on record in each Region that it acts in, before it does; gives in whose name.

    Raises AuditUnavailable: then it must not act. IdentityUnknown, StoresUnknown.
    """
    from simulations.operations.audit_stores import AuditStores

    by = identity(deployed.aws_endpoint, regions)
    stores = AuditStores.of(deployed.aws_endpoint, deployed.foundation)
    for region in regions:
        stores.record(region, action, by, **details)
    return by
