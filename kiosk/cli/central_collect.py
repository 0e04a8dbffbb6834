"""`kiosk central collect`: a kiosk's print log into a file at central, made for cron."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from kiosk.cli.central_options import (
    STANDARD,
    ca_option,
    give_up_option,
    key_option,
    patience,
    wrong_use,
)
from kiosk.cli.common import json_option, progress_bar, write_json
from kiosk.sticker.keys import load_ring, load_signing_key
from kiosk.sync.client import ClientProblem
from kiosk.sync.client import collect as collect_log
from kiosk.sync.client.address import checked_url


@click.command()
@click.option("--from", "url", metavar="URL", required=True, help="The kiosk's address.")
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where the facts are kept, one JSON object a line.",
)
@key_option
@click.option(
    "--ring",
    "ring_path",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of public keys, the kiosk's of role sync among them.",
)
@give_up_option
@ca_option
@json_option
def collect(
    url: str,
    file: Path,
    key_path: Path,
    ring_path: Path,
    give_up_s: float,
    ca: Path | None,
    *,
    as_json: bool,
) -> None:
    """Append what a kiosk printed to a file, from the last fact that is in it.

    Run it again at any time: nothing is lost and nothing doubled. FILE.head keeps the end of the
    kiosk's log, by which a log that was cut is noticed.
    """
    if str(file) == STANDARD:
        raise click.UsageError("A print log is kept in a file: where to go on is read from it.")
    try:
        checked_url(url)
    except ClientProblem as problem:
        wrong_use(problem)
    key, ring = load_signing_key(key_path), load_ring(ring_path)
    waits = patience(give_up_s)
    try:
        with progress_bar(0, "Collecting") as bar:
            got = collect_log(url, file, key, ring, patience=waits, ca=ca, progress=bar)
    except ClientProblem as problem:
        click.echo(f"kiosk: {url}: {problem}", err=True)
        sys.exit(1)
    if as_json:
        write_json(asdict(got) | {"head": {"number": got.head.number, "hash": got.head.hash}})
    else:
        click.echo(f"{got.kiosk}: {got.new} new facts; {file} ends at number {got.last}")
