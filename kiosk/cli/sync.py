"""`kiosk sync`: paid records in, and what became of those that were refused."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy import Engine

from kiosk.bootstrap import now_utc
from kiosk.cli.common import (
    json_option,
    local_time,
    progress_bar,
    settings_of,
    store_of,
    write_json,
    write_table,
)
from kiosk.cli.sync_waiting import conflicts, discard, rejected, retry, settle
from kiosk.store import jobs
from kiosk.store.engine import reading
from kiosk.store.imports import Import
from kiosk.sync.files import count_lines, import_file
from kiosk.usecases import retrying
from kiosk.usecases.importing import ImportResult


@click.group()
def sync() -> None:
    """Import paid records, and look after those that were refused."""


for _command in (rejected, retry, discard, conflicts, settle):
    sync.add_command(_command)


@sync.command("import")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@json_option
@click.pass_context
def import_(ctx: click.Context, files: tuple[str, ...], *, as_json: bool) -> None:
    """Import files of records, one JSON object a line; .gz is unpacked, - is standard input.

    Lines that are no record are kept and named by `kiosk sync rejected`; the exit code is then 1.
    A file that was cut off by a crash goes on where it stopped.
    """
    results = {}
    with store_of(settings_of(ctx)) as engine:
        for name in files:
            with _as_file(name) as path:
                results[name] = _import(engine, path)
            if not as_json:
                click.echo(f"{name}: {_sentence(results[name])}")
    if as_json:
        write_json({name: asdict(result) for name, result in results.items()})
    if any(result.rejected or result.conflicts for result in results.values()):
        ctx.exit(1)


def _import(engine: Engine, path: Path) -> ImportResult:
    def visitor_waits() -> bool:
        with reading(engine) as connection:
            return jobs.waiting(connection)

    with progress_bar(count_lines(path), path.name) as reach:
        return import_file(engine, path, now_utc, progress=reach, should_yield=visitor_waits)


@contextmanager
def _as_file(name: str) -> Iterator[Path]:
    """Yield the path of a file; standard input becomes one, since its content is hashed first."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-") as folder:
        path = Path(folder) / "standard-input"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path


def _sentence(result: ImportResult) -> str:
    counts = {
        "applied": result.applied,
        "known already": result.repeated,
        "older": result.older,
        "rejected": result.rejected,
        "in conflict": result.conflicts,
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    sentence = f"{result.lines} lines: {told or 'nothing to apply'}"
    return f"{sentence} (imported before; nothing done now)" if result.was_done else sentence


def _row(done: Import) -> tuple[object, ...]:
    counts = (done.lines, done.applied, done.repeated, done.older, done.rejected, done.conflicts)
    return done.source, *counts, done.started_at, done.finished_at


@sync.command()
@json_option
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Show the last imports, what became of their records, and what waits for people."""
    with store_of(settings_of(ctx)) as engine:
        found = retrying.status(engine)
    if as_json:
        write_json(asdict(found))
        return
    counts = ("lines", "applied", "known", "older", "rejected", "in conflict")
    head = ("file", *counts, "started", "finished")
    write_table(head, [_row(done) for done in found.imports])
    for mark in found.watermarks:
        click.echo(
            f"Pushed by {mark.source}: up to {mark.last_seq}, {local_time(mark.received_at)}"
        )
    click.echo(f"Rejected records that wait for people: {found.open_rejects}")
    click.echo(f"Stickers that central stopped after printing: {len(found.open_conflicts)}")
    click.echo(f"Renewals held until their record is corrected: {len(found.open_holds)}")
    for hold in found.open_holds:
        click.echo(f"  {hold.reference} since {local_time(hold.placed_at)} ({hold.cause})")
