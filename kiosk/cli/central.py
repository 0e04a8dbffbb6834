"""`kiosk central`: what the department's central system does to records before it sends them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from kiosk.bootstrap import now_utc, read_fleet_key
from kiosk.cli.central_collect import collect
from kiosk.cli.central_options import STANDARD, key_option, readable
from kiosk.cli.central_push import push
from kiosk.cli.common import progress_bar
from kiosk.domain.thai import bangkok_date
from kiosk.sticker.keys import load_signing_key
from kiosk.sync.demo_records import random_records
from kiosk.sync.files import count_lines, read_lines
from kiosk.sync.signing import Signer, SigningProblem, sign_lines

SAMPLE_SEED = 2570
"""Not the demonstration's: its owners are others."""
SHOWN_SAMPLES = 3
SHOWN_PROBLEMS = 20
"""More of the same would push the first ones off the screen."""


@click.group()
def central() -> None:
    """Do what central does: sign records, push them to kiosks, collect what was printed."""


central.add_command(push)
central.add_command(collect)


@central.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@key_option
@click.option(
    "--fleet-key",
    "fleet_path",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The fleet's secret, for the digests of ID numbers.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    required=True,
    help="Where the signed records go; - is standard output.",
)
def sign(file: Path, key_path: Path, fleet_path: Path, output: Path) -> None:
    """Replace ID numbers by digests and add central's grant, line by line; - is standard input.

    Lines that cannot be signed are named on standard error and left out, and the exit code is 1.
    """
    signer = Signer(read_fleet_key(fleet_path), load_signing_key(key_path))
    problems: list[SigningProblem] = []
    signed = 0
    with (
        readable(file) as path,
        progress_bar(count_lines(path), "Signing") as reach,
        _sink(output) as sink,
    ):
        for line in sign_lines(_told(read_lines(path), reach), signer, problems.append):
            sink.write(line)
            signed += 1
    for problem in problems[:SHOWN_PROBLEMS]:
        click.echo(f"{file}:{problem.line}: {problem.field}: {problem.reason}", err=True)
    if len(problems) > SHOWN_PROBLEMS:
        click.echo(f"... and {len(problems) - SHOWN_PROBLEMS} more", err=True)
    click.echo(f"Signed {signed} records, left out {len(problems)}.", err=True)
    if problems:
        click.get_current_context().exit(1)


@central.command()
@click.argument("count", type=click.IntRange(1))
@click.option("--kiosk", default="BKK-5-1", show_default=True, help="The kiosk that may print.")
@click.option("--office", default="BKK-5", show_default=True, help="The office it stands in.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    required=True,
    help="Where the records go; - is standard output.",
)
def sample(count: int, kiosk: str, office: str, output: Path) -> None:
    """Make up COUNT unsigned records, to try an exchange with.

    No real owner or vehicle is meant. The first that may be collected are named on standard error,
    with what to type at the screen.
    """
    today = bangkok_date(now_utc())
    shown = 0
    with _sink(output) as sink:
        for record in random_records(count, SAMPLE_SEED, today, kiosk, office):
            record["reference"] = record["reference"].replace("BKK", "SMP")
            sink.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            if shown < SHOWN_SAMPLES and _may_be_collected(record):
                shown += 1
                owner = record["owner"]["id_number"]
                click.echo(f"To collect: reference {record['reference']}, ID {owner}", err=True)


def _may_be_collected(record: dict[str, Any]) -> bool:
    is_plain = record["status"] == "paid" and record["pickup"] == "kiosk"
    return is_plain and not record["frozen"] and not record["fines_satang"]


def _told(lines: Iterator[bytes], tell: Callable[[int], None]) -> Iterator[bytes]:
    for number, line in enumerate(lines, start=1):
        tell(number)
        yield line


@contextmanager
def _sink(output: Path) -> Iterator[IO[bytes]]:
    """Open where the records go; a file gets its name when it is whole."""
    if str(output) == STANDARD:
        yield sys.stdout.buffer
        return
    if output.exists() and not output.is_file():  # a pipe or a device keeps its name
        with output.open("wb") as stream:
            yield stream
        return
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("wb") as file:
            yield file
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
