"""`twinrail demo`: both Regions deployed, real messages carried through them, everything stopped again."""

from __future__ import annotations

from simulations.cli.console import print_line
from simulations.cli.deploying import DeploymentProgress
from simulations.cli.printing import print_resources, print_sent
from simulations.traffic.client import open_http
from simulations.traffic.connections import connect
from simulations.traffic.samples import deviations, load_samples
from simulations.traffic.sending import send_message

PATIENCE_SECONDS = 30.0
NOT_AS_EXPECTED = 1


def demo() -> int:
    """Deploy both Regions on an embedded cloud of their own, send every sample, print what came back, stop.

    Exit status 1 if a sample got another answer than samples/index.json says.
    """
    from simulations.cloud import deployment

    samples = load_samples()
    different: list[str] = []
    with (
        DeploymentProgress() as progress,
        deployment.temporary("dev", progress=progress) as (deployed, status),
        open_http() as http,
    ):
        document = status.document()
        print_line(f"deployed in {' and '.join(document['regions'])}")
        print_resources(deployed)
        clients = [connect(document, region, http) for region in document["regions"]]
        for number, sample in enumerate(samples):
            sent = send_message(clients[number % len(clients)], sample.message, patience_seconds=PATIENCE_SECONDS)
            print_line(f"\n{sample.about}")
            print_sent(sent, whole=False)
            differences = deviations(sample, sent.view, sent.answer)
            different += [sample.name] if differences else []
            for difference in differences:
                print_line(f"  UNEXPECTED  {difference}")
    as_expected = len(samples) - len(different)
    print_line(f"\n{len(samples)} messages sent, {as_expected} answered as samples/index.json says; stopped")
    return NOT_AS_EXPECTED if different else 0
