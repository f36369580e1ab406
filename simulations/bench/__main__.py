"""`python -m simulations.bench [payments|load|ledger|books|vault|envelopes]`: figures of each."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.bench.envelopes import envelope_lines
from simulations.bench.ledger import settle_and_check, throughput
from simulations.bench.packages import NoPackage, import_lines, package_lines
from simulations.bench.payment_path import latency_lines, measure, outcomes_of
from simulations.bench.probe import Probe
from simulations.bench.vault import cryptography_lines, vault_lines
from simulations.cli.console import print_error, print_line, progress
from simulations.cloud import deployment
from simulations.cloud.errors import CloudError
from simulations.traffic.client import HubClient, open_http
from simulations.traffic.connections import connect
from simulations.traffic.load import submit_at_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PER_SECOND = 10.0
app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

RateOption = Annotated[float, typer.Option(min=0.1, help="Payments a second, in turn to each Region.")]
SeedOption = Annotated[int, typer.Option(help="Seed of the payments' ids and amounts.")]


@contextmanager
def _hub() -> Iterator[tuple[list[HubClient], Probe, Mapping[str, Mapping[str, object]]]]:
    """A fresh deployment of dev, a client of each Region, and what the Regions export; stopped at the end."""
    progress.print("deploying")
    with deployment.temporary("dev") as (deployed, status), open_http() as http:
        document = status.document()
        clients = [connect(document, region, http) for region in document["regions"]]
        exports = {str(each.exports["region"]): each.exports for each in deployed.graphs if "region" in each.exports}
        yield clients, Probe(str(document["aws_endpoint"])), exports


@app.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Without a command: package sizes, cold imports, and 200 payments."""
    if context.invoked_subcommand is not None:
        return
    try:
        for line in package_lines():
            print_line(line)
        for line in import_lines():
            print_line(line)
        payments()
    except (CloudError, NoPackage) as error:
        print_error(str(error))
        raise typer.Exit(2) from error


@app.command()
def envelopes(count: int = 20_000, seed: SeedOption = 1) -> None:
    """Sealing and opening alone."""
    for line in envelope_lines(count, seed):
        print_line(line)


@app.command()
def payments(count: int = 200, rate: RateOption = PER_SECOND, seed: SeedOption = 1) -> None:
    """AWS calls, CPU and latency of a number of payments after a warm-up."""
    with _hub() as (clients, probe, exports):
        for line in measure(clients, probe, exports, count=count, per_second=rate, seed=seed, note=progress.print):
            print_line(line)


@app.command()
def load(count: int = 1000, rate: RateOption = PER_SECOND, seed: SeedOption = 1) -> None:
    """A steady load, half to each Region: how many ended how, none twice, and latency."""
    with _hub() as (clients, _probe, _exports):
        progress.print(f"sending {count} payments at {rate:g} a second, seed {seed}")
        outcomes = outcomes_of(clients, submit_at_rate(clients, count=count, per_second=rate, seed=seed))
    by_path: dict[tuple[str, tuple[str, ...]], int] = {}
    for each in outcomes:
        key = (each.region, each.statuses)
        by_path[key] = by_path.get(key, 0) + 1
    for (region, statuses), number in sorted(by_path.items()):
        print_line(f"{region}  {' > '.join(statuses):<40} {number}")
    twice = sum(each.statuses.count(each.status) > 1 for each in outcomes)
    print_line(f"{len(outcomes)} ended, {sum(each.status == 'ACSC' for each in outcomes)} ACSC, {twice} ended twice")
    for line in latency_lines(outcomes):
        print_line(line)


@app.command()
def vault(values: int = 300, seed: SeedOption = 1) -> None:
    """The vault over HTTP, one request at a time, and its cryptography on one core."""
    for line in cryptography_lines(2.0):
        print_line(line)
    with _hub() as (clients, probe, _exports), open_http() as http:
        for line in vault_lines(clients[0].endpoint, http, probe, values=values, seed=seed):
            print_line(line)


@app.command()
def ledger(seconds: float = 5.0, seed: SeedOption = 1) -> None:
    """The ledger alone: transfers a second, each reserved and posted in two transactions that wait for the disk."""
    for clients, hot in ((1, False), (1, True), (8, False), (8, True)):
        print_line(throughput(clients=clients, hot=hot, seconds=seconds, seed=seed).line)


@app.command()
def books(payments: int = 10_000, seed: SeedOption = 1) -> None:
    """The ledger after many payments among 20 participants in both Regions: exit status 1 if a rule is broken."""
    print_line(f"{payments} payments among 20 participants, seed {seed}")
    checked = settle_and_check(payments=payments, seed=seed)
    for outcome, number in checked.outcomes.items():
        print_line(f"  {outcome:<24} {number}")
    for violation in checked.violations:
        print_line(f"broken: {violation.rule} ({violation.rows} rows)")
    if checked.violations:
        raise typer.Exit(1)
    print_line("postings sum to zero in every currency, every balance equals its postings, none is below its cap")


if __name__ == "__main__":
    app()
