"""`kiosk central push`: central's records to its kiosks, made for cron."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kiosk.cli.central_options import (
    READ_FILE,
    STANDARD,
    ca_option,
    give_up_option,
    key_option,
    patience,
    readable,
    wrong_use,
)
from kiosk.cli.central_progress import push_progress
from kiosk.cli.common import json_option, write_json
from kiosk.sticker.keys import load_signing_key
from kiosk.sync.client import (
    NEXT,
    BatchLimits,
    ClientProblem,
    Next,
    Outcome,
    Pushed,
    Target,
    push_file,
    read_targets,
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
@click.option("--kiosks", "list_path", type=READ_FILE, help="A list of kiosks; each gets its own.")
@key_option
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
@give_up_option
@ca_option
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
    if source is None and str(file) == STANDARD:
        raise click.UsageError("Standard input needs a --source.")
    key = load_signing_key(key_path)
    with readable(file) as path, push_progress() as progress:
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
                patience=patience(give_up_s),
                ca=ca,
                progress=progress,
            )
        except ClientProblem as problem:  # a kiosk's trouble is in its outcome
            wrong_use(problem)
    _report(pushed, as_json=as_json)
    if not pushed.is_clean:
        ctx.exit(1)


def _report(pushed: Pushed, *, as_json: bool) -> None:
    if as_json:
        write_json(asdict(pushed) | {"is_clean": pushed.is_clean})
    for outcome in pushed.outcomes:
        if trouble := _trouble(outcome):
            click.echo(f"kiosk: {outcome.kiosk}: {trouble}", err=True)
        elif not as_json:
            where = f"has {outcome.source} up to line {outcome.last_seq}"
            click.echo(f"{outcome.kiosk}: {_lines(outcome.sent)} sent; {where}")
    for leftover in pushed.leftovers:
        click.echo(f"kiosk: {leftover}", err=True)


def _trouble(outcome: Outcome) -> str | None:
    if outcome.problem is not None and outcome.last_seq is not None:
        return f"{outcome.problem} (it has {outcome.source} up to line {outcome.last_seq})"
    if outcome.problem is not None:
        return outcome.problem
    if outcome.is_clean:
        return None
    troubles = (
        (outcome.rejected, "refused", "`kiosk sync rejected`"),
        (outcome.conflicts, "in conflict", "`kiosk sync status`"),
    )
    told = " and ".join(f"{count} {what}" for count, what, _where in troubles if count)
    where = " and ".join(command for count, _what, command in troubles if count)
    return f"{_lines(outcome.sent)} sent now, of them {told}; see {where} there"


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
