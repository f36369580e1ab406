"""`twinrail reconcile`: does everything that the hub keeps agree?"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from simulations.cli.console import print_json, print_line
from simulations.cli.console import progress as console
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.cloud import running

if TYPE_CHECKING:
    from simulations.operations.reconciliation import Reconciliation

# A transaction takes a second from one end to the other at most, its deadline apart.
SETTLE_SECONDS = 2.0
DIFFER = 1


def reconcile(as_json: JsonOption = False) -> int:
    """Hold transactions, ledger, answers and archived messages against each other; exit status 1 if any do not agree.

    The hub may go on meanwhile: what does not agree is looked at again after a moment.
    """
    from simulations.operations.reconciliation import reconcile as hold_against_each_other
    from simulations.operations.stores import hub_sources

    deployed = running.deployed(home=home())
    with hub_sources(deployed.aws_endpoint, deployed.foundation, deployed.ledger_port) as sources:
        found = hold_against_each_other(
            sources, pause=partial(time.sleep, SETTLE_SECONDS), progress=partial(console.print, markup=False)
        )
    if as_json:
        print_json(found.document())
    else:
        _print(found)
    return DIFFER if found.mismatches else 0


def _print(found: Reconciliation) -> None:
    counts, orphans = found.counts, found.orphans
    print_line(
        f"{counts.transactions} transactions with {counts.payments} payments, {counts.ledger_transactions} in the "
        f"ledger, {counts.answers} answers, {counts.payloads} payloads"
    )
    print_line(
        f"objects that no transaction names: {orphans.incoming} incoming, {orphans.outgoing} outgoing, "
        f"{orphans.refused} refused"
    )
    for (invariant, rule), mismatches in found.by_rule.items():
        print_line(f"{invariant}  {rule}: {len(mismatches)}")
        for each in mismatches:
            print_line(f"    {each.transaction_id or 'the whole hub'}  {each.detail}")
    print_line(f"{len(found.mismatches)} mismatches, {found.per_ten_thousand:g} per 10,000 transactions")
