"""What central's commands share: keys, standard input, patience, and wrong use said."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from kiosk.sync.client import ClientProblem, Patience
from kiosk.sync.client.lines import kept

STANDARD = "-"
"""Names standard input, or standard output, in place of a file."""

READ_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

key_option = click.option(
    "--key", "key_path", type=READ_FILE, required=True, help="Central's private key."
)
ca_option = click.option("--ca", type=READ_FILE, help="Certificates to trust besides the system's.")
give_up_option = click.option(
    "--give-up",
    "give_up_s",
    type=click.FloatRange(min=0),
    default=Patience().give_up_s,
    show_default=True,
    help="Seconds to go on trying one request.",
)


@contextmanager
def readable(file: Path) -> Iterator[Path]:
    """Yield a path to read a file by, as often as need be; standard input is kept for that."""
    if str(file) != STANDARD:
        yield file
        return
    with kept(sys.stdin.buffer) as path:
        yield path


def patience(give_up_s: float) -> Patience:
    """Return how long to wait; a person at a terminal is told that we do, cron is not."""
    if not sys.stderr.isatty():
        return Patience(give_up_s=give_up_s)
    return Patience(give_up_s=give_up_s, told=lambda said: click.echo(f"kiosk: {said}", err=True))


def wrong_use(problem: ClientProblem) -> NoReturn:
    """End the command with one sentence and exit code 2."""
    click.echo(f"kiosk: {problem}", err=True)
    sys.exit(2)
