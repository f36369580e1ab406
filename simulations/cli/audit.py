"""`twinrail audit`: do the audit chains hold?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulations.cli.console import print_json, print_line
from simulations.cli.home import home
from simulations.cli.options import JsonOption
from simulations.cloud import running

if TYPE_CHECKING:
    from simulations.operations.audit_chains import ChainCopy, ChainReport
    from simulations.operations.audit_key import AuditKey
    from simulations.operations.audit_stores import AuditStores

BROKEN = 1
PUBLIC_KEY = "public-key.pem"
KeyOption = Annotated[
    Path | None,
    typer.Option("--public-key", help="The audit key, as PEM. Default: the one that `twinrail up` took and kept."),
]

audit = typer.Typer(name="audit", help="The audit chain of each Region.", no_args_is_help=True, rich_markup_mode=None)


@audit.command()
def verify(
    export: Annotated[
        Path | None, typer.Option("--export", help="Also write the chains, their heads and the key to this folder.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="Verify what --export wrote, without any cloud; needs --public-key.")
    ] = None,
    public_key: KeyOption = None,
    within: Annotated[
        float | None, typer.Option("--within", min=1, help="A last head older than so many seconds is a fault too.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Hold each Region's audit chain against its signed heads, and those against the audit key.

    Exit status 1 if a chain does not hold; the first record that was changed, removed, inserted, reordered or cut off
    is named. Records after the last head are held against each other alone.
    """
    from simulations.operations.audit_chains import all_hold, judged, read_export
    from simulations.operations.leadership import this_moment

    if source is not None:
        copies, key = read_export(source), _given(public_key)
    else:
        copies, key = _of_the_hub(public_key)
    if export is not None:
        _write(export, copies, key)
    as_of = None if within is None else this_moment() - timedelta(seconds=within)
    reports = [judged(copy, key, as_of=as_of) for copy in copies]
    if as_json:
        print_json({"holds": all_hold(reports), "chains": [each.document() for each in reports]})
    else:
        _print(reports)
    return 0 if all_hold(reports) else BROKEN


@audit.command()
def key(out: Annotated[Path | None, typer.Option("--out", help="A file for it. Default: print it.")] = None) -> int:
    """Give the public key of the audit chains, as KMS has it now: take it when you deploy, and keep it elsewhere."""
    stores, asked = _stores()
    pem = stores.public_key(asked=asked).pem()
    if out is None:
        print_line(pem.decode("ascii").rstrip())
    else:
        out.write_bytes(pem)
        print_line(f"{stores.key_id} is in {out}")
    return 0


def pin_key(deployed: running.Deployed, folder: Path) -> Path:
    """Keep the key of a deployment, the first time that it is seen; what is kept is never replaced."""
    from simulations.operations.audit_stores import AuditStores

    stores = AuditStores.of(deployed.aws_endpoint, deployed.foundation)
    pinned = _pinned(stores, folder)
    if not pinned.exists():
        pinned.write_bytes(stores.public_key(asked=deployed.answering).pem())
    return pinned


def _of_the_hub(public_key: Path | None) -> tuple[tuple[ChainCopy, ...], AuditKey]:
    from simulations.operations.audit_key import AuditKey

    stores, asked = _stores()
    key = AuditKey.read(public_key or _pinned(stores, home()))
    return stores.copies(asked=asked), key


def _given(public_key: Path | None) -> AuditKey:
    from simulations.operations.audit_key import AuditKey

    if public_key is None:
        rule = "expected with --from: a key that comes with the records proves nothing"
        raise typer.BadParameter(rule, param_hint="--public-key")
    return AuditKey.read(public_key)


def _stores() -> tuple[AuditStores, str]:
    from simulations.operations.audit_stores import AuditStores

    deployed = running.deployed(home=home())
    return AuditStores.of(deployed.aws_endpoint, deployed.foundation), deployed.answering


def _pinned(stores: AuditStores, folder: Path) -> Path:
    """By the key's id: another deployment's key is another file."""
    return folder / f"audit-{stores.key_id}.pem"


def _write(folder: Path, copies: tuple[ChainCopy, ...], key: AuditKey) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for copy in copies:
        copy.write(folder)
    (folder / PUBLIC_KEY).write_bytes(key.pem())


def _print(reports: list[ChainReport]) -> None:
    for each in reports:
        document = each.document()
        signed = f"last signed {document['last_head']}" if each.last_head else "never signed"
        print_line(
            f"{each.chain}  {'holds' if each.holds else 'DOES NOT HOLD'}: {each.records} records, {each.heads} heads, "
            f"{signed}, {each.unsigned} records since"
        )
        found = each.finding
        if found is not None:
            place = f"record {found.sequence}"
            if found.last > found.sequence:
                place += f" or one behind it, up to {found.last}"
            print_line(f"    {place}: {found.edit} ({found.because})")
        for why in each.refused:
            print_line(f"    {why}")
