"""The `twinrail` command: its list of commands, and its exit statuses.

0: done. 1: the thing checked is not so. 2: bad usage or bad input, with one clear line.
"""

from __future__ import annotations

import sys

import typer

from lambdas.service.ports import AuditUnavailable
from simulations.checkers.sources import SourceUnreadable
from simulations.cli.audit import audit
from simulations.cli.clouds import down, status, up
from simulations.cli.console import print_error
from simulations.cli.dead_letters import dead_letters, redrive
from simulations.cli.demo import demo
from simulations.cli.drills import drill
from simulations.cli.faults import fault, heal
from simulations.cli.leadership import failback, regions
from simulations.cli.messages import send, show
from simulations.cli.plans import plan
from simulations.cli.reconcile import reconcile
from simulations.cli.replay import replay
from simulations.cli.rotation import rotate_secret
from simulations.cli.scan import scan
from simulations.cloud.errors import CloudError
from simulations.cloud.faults import InvalidFaultError
from simulations.operations.errors import (
    IdentityUnknown,
    NothingToLookFor,
    NotToBeGivenBack,
    QueueUnreachable,
    StoresUnknown,
    UnknownQueue,
    UnusableExport,
    UnusableKey,
    UnusableMoment,
)
from simulations.plan.svg import DrawingFailed
from simulations.traffic.client import ApiError, HubUnreachable
from simulations.traffic.connections import UnknownRegion
from simulations.traffic.files import UnusableFile

BAD_INPUT = 2
CLEAR = (
    CloudError,
    InvalidFaultError,
    ApiError,
    HubUnreachable,
    UnknownRegion,
    UnusableFile,
    DrawingFailed,
    UnknownQueue,
    QueueUnreachable,
    SourceUnreadable,
    StoresUnknown,
    NotToBeGivenBack,
    UnusableMoment,
    IdentityUnknown,
    NothingToLookFor,
    UnusableExport,
    UnusableKey,
    AuditUnavailable,
)

app = typer.Typer(
    name="twinrail",
    help="Twinrail: a payments hub for ISO 20022 messages in two AWS Regions, run on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    up,
    status,
    down,
    plan,
    send,
    show,
    dead_letters,
    redrive,
    reconcile,
    replay,
    scan,
    regions,
    failback,
    rotate_secret,
    fault,
    heal,
    drill,
    demo,
):
    app.command()(command)
app.add_typer(audit)


def run() -> None:
    """Run the command line and exit with its status."""
    try:
        outcome = app(standalone_mode=False)
    except typer.exceptions.TyperException as error:
        print_error(error.format_message())
        sys.exit(error.exit_code)
    except CLEAR as error:
        print_error(str(error))
        sys.exit(BAD_INPUT)
    sys.exit(outcome if isinstance(outcome, int) else 0)


if __name__ == "__main__":
    run()
