"""`twinrail send` and `twinrail show`: the hub as its clients use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cli.console import print_error, print_json, print_line
from simulations.cli.home import home
from simulations.cli.options import JsonOption, RegionOption
from simulations.cli.printing import print_answer, print_sent, print_transaction
from simulations.cloud import running
from simulations.traffic.client import ApiError, Consistency, HubClient, open_http
from simulations.traffic.connections import answered_region, connect
from simulations.traffic.files import MessageFile, read_message_file
from simulations.traffic.sending import Sent, send_message

if TYPE_CHECKING:
    import httpx

STILL_OPEN = 1
BAD_INPUT = 2


def send(
    files: Annotated[list[Path], typer.Argument(help="Message files, .xml or .json.", show_default=False)],
    *,
    region: RegionOption = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for each message's answer.")] = 30.0,
    message_type: Annotated[
        str | None,
        typer.Option(
            help="Definition of JSON without an AppHdr, as pacs.008.001.08. Default: the file name's, if it has one."
        ),
    ] = None,
    consistency: Annotated[
        Consistency,
        typer.Option(
            help="both: accepted once both Regions have it. available: once the one that can be reached has it."
        ),
    ] = Consistency.BOTH,
    as_json: JsonOption = False,
) -> int:
    """Send message files as an API client would, over HTTP, and print what became of them.

    Without --region they go where DNS sends a client in the environment's first Region.

    Exit status 1 if one is still open when its wait ends, 2 if one could not be sent.
    """
    messages = [read_message_file(path, message_type) for path in files]
    sent: list[Sent] = []
    refused = 0
    with open_http() as http:
        client = _client(region, http)
        for message in messages:
            try:
                sent.append(_send_one(client, message, wait, consistency, silent=as_json))
            except ApiError as error:
                refused += 1
                print_error(f"{message.path}: {error}")
    if as_json:
        print_json({"transactions": [each.as_json() for each in sent]})
    if refused:
        return BAD_INPUT
    return 0 if all(each.ended for each in sent) else STILL_OPEN


def _client(region: str | None, http: httpx.Client) -> HubClient:
    status = running.status(home=home()).document()
    return connect(status, region or answered_region(status), http)


def _send_one(client: HubClient, message: MessageFile, wait: float, consistency: Consistency, *, silent: bool) -> Sent:
    sent = send_message(client, message, patience_seconds=wait, consistency=consistency)
    if not silent:
        print_sent(sent, whole=False)
    return sent


def show(
    transaction_id: Annotated[str, typer.Argument(help="A transaction's id, as send printed it.")],
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> int:
    """Show a transaction: status, history, owner Region, payments, answer."""
    with open_http() as http:
        client = _client(region, http)
        view = client.transaction(transaction_id)
        answer = client.answer(transaction_id)
    text = None if answer is None else answer.decode()
    if as_json:
        print_json({**view, "answer_message": text})
        return 0
    print_line(f"as {client.endpoint.region} has it")
    print_transaction(view)
    print_answer(text, whole=True)
    return 0
