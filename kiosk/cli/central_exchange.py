"""`kiosk central push` and `kiosk central collect`: central's jobs, made for cron."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

from kiosk.cli.central_progress import push_progress
from kiosk.cli.common import json_option, progress_bar, write_json
from kiosk.sticker.keys import load_ring, load_signing_key
from kiosk.sync.client import (
    NEXT,
    BatchLimits,
    ClientProblem,
    Next,
    Outcome,
    Patience,
    Pushed,
    Target,
    collect,
    push_file,
    read_targets,
)
from kiosk.sync.client.address import checked_url
from kiosk.sync.client.lines import kept

DEFAULT = Patience()

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

_key_option = click.option(
    "--key", "key_path", type=_FILE, required=True, help="Central's private key."
)
_ca_option = click.option("--ca", type=_FILE, help="Certificates to trust besides the system's.")
_give_up_option = click.option(
    "--give-up",
    "give_up_s",
    type=click.FloatRange(min=0),
    default=DEFAULT.give_up_s,
    show_default=True,
    help="Seconds to go on trying one request.",
)


class _SequenceNumber(click.ParamType[int | Next]):
    """A line's number, or the word `next`."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | Next:
        if value == NEXT.value:
            return NEXT
        text = str(value)
        if not (text.isascii() and text.isdecimal()) or int(text) < 1:
            self.fail(f"{text!r} is neither a number from 1 nor `next`", param, ctx)
        return int(text)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--to", "urls", metavar="URL", multiple=True, help="A kiosk's address; repeatable.")
@click.option("--kiosks", "list_path", type=_FILE, help="A list of kiosks; each gets its own.")
@_key_option
@click.option("--source", help="Name of this input at the kiosk; else the file's.")
@click.option(
    "--first-seq",
    type=_SequenceNumber(),
    default=1,
    show_default=True,
    help="Number of the first line, or `next`: after all that the kiosk has.",
)
@click.option("--snapshot", is_flag=True, help="Let a new disk begin at the first number.")
@click.option("--batch-lines", type=click.IntRange(min=1), help="At most so many lines a batch.")
@_give_up_option
@_ca_option
@json_option
@click.pass_context
def push(
    ctx: click.Context,
    file: Path,
    urls: tuple[str, ...],
    list_path: Path | None,
    key_path: Path,
    source: str | None,
    first_seq: int | Next,
    batch_lines: int | None,
    give_up_s: float,
    ca: Path | None,
    *,
    snapshot: bool,
    as_json: bool,
) -> None:
    """Push a FILE of signed records to kiosks; - is standard input.

    Goes on where each kiosk stands, so that the same command may be run again at any time. With
    --to every record is sent; with --kiosks each kiosk is sent the records that name it. Exit
    code: 0 all is there, 1 some is not (each failure is one line), 2 wrong use.
    """
    if bool(urls) == bool(list_path):
        raise click.UsageError("Name the kiosks: either --to or --kiosks.")
    if source is None and str(file) == "-":
        raise click.UsageError("Standard input needs a --source.")
    key = load_signing_key(key_path)
    with _input(file) as path, push_progress() as progress:
        try:
            targets = read_targets(list_path) if list_path else [Target(url) for url in urls]
            pushed = push_file(
                path,
                targets,
                key,
                source or file.name.split(".")[0],
                first_seq=first_seq,
                is_snapshot=snapshot,
                limits=None if batch_lines is None else BatchLimits(batch_lines),
                patience=_patience(give_up_s),
                ca=ca,
                progress=progress,
            )
        except ClientProblem as problem:  # a kiosk's trouble is in its outcome
            _wrong_use(problem)
    _report(pushed, as_json=as_json)
    if not pushed.is_clean:
        ctx.exit(1)


@contextmanager
def _input(file: Path) -> Iterator[Path]:
    if str(file) != "-":
        yield file
        return
    with kept(sys.stdin.buffer) as path:
        yield path


def _patience(give_up_s: float) -> Patience:
    """Return how long to wait; a person at a terminal is told that we do, cron is not."""
    if not sys.stderr.isatty():
        return Patience(give_up_s=give_up_s)
    return Patience(give_up_s=give_up_s, told=lambda said: click.echo(f"kiosk: {said}", err=True))


def _wrong_use(problem: ClientProblem) -> NoReturn:
    click.echo(f"kiosk: {problem}", err=True)
    sys.exit(2)


def _report(pushed: Pushed, *, as_json: bool) -> None:
    if as_json:
        write_json(asdict(pushed) | {"is_clean": pushed.is_clean})
    for outcome in pushed.outcomes:
        if trouble := _trouble(outcome):
            click.echo(f"kiosk: {outcome.kiosk}: {trouble}", err=True)
        elif not as_json:
            where = f"has {outcome.source} up to line {outcome.last_seq}"
            click.echo(f"{outcome.kiosk}: {outcome.sent} lines sent; {where}")
    for leftover in pushed.leftovers:
        click.echo(f"kiosk: {leftover}", err=True)


def _trouble(outcome: Outcome) -> str | None:
    if outcome.problem is not None:
        return f"{outcome.problem} (it has {outcome.source} up to line {outcome.last_seq})"
    if outcome.is_clean:
        return None
    counts = {"refused": outcome.rejected, "in conflict": outcome.conflicts}
    told = " and ".join(f"{count} {what}" for what, count in counts.items() if count)
    return f"{outcome.sent} lines sent now, of them {told}; there, `kiosk sync rejected` names them"


@click.command("collect")
@click.option("--from", "url", metavar="URL", required=True, help="The kiosk's address.")
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where the facts are kept, one JSON object a line.",
)
@_key_option
@click.option(
    "--ring",
    "ring_path",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="Folder of public keys, the kiosk's of role sync among them.",
)
@_give_up_option
@_ca_option
@json_option
def collect_(
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
    try:
        checked_url(url)
    except ClientProblem as problem:
        _wrong_use(problem)
    key, ring = load_signing_key(key_path), load_ring(ring_path)
    with progress_bar(0, "Collecting") as bar:
        got = collect(url, file, key, ring, patience=_patience(give_up_s), ca=ca, progress=bar)
    if as_json:
        write_json(asdict(got) | {"head": {"number": got.head.number, "hash": got.head.hash}})
    else:
        click.echo(f"{got.kiosk}: {got.new} new facts; {file} ends at number {got.last}")
