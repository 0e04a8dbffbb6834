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
from kiosk.cli.people import actor_of, pins_option
from kiosk.store import jobs
from kiosk.store.engine import reading
from kiosk.store.imports import Import, Reject
from kiosk.sync.files import count_lines, import_file
from kiosk.sync.wire import read_row
from kiosk.usecases import retrying
from kiosk.usecases.conflicting import settle_conflict
from kiosk.usecases.importing import ImportResult


class RejectProblem(ValueError):  # noqa: N818 - it is said to a person, who caused it
    """A refused record cannot be settled so; the message is one sentence."""


@click.group()
def sync() -> None:
    """Import paid records, and look after those that were refused."""


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


@sync.command()
@json_option
@click.pass_context
def rejected(ctx: click.Context, *, as_json: bool) -> None:
    """List the records that were refused and wait for people; exit 1 when there are any."""
    with store_of(settings_of(ctx)) as engine:
        found = retrying.list_rejects(engine)
    if as_json:
        write_json([_shown(reject) for reject in found])
    else:
        head = ("id", "file", "line", "reference", "field", "reason", "received")
        rows = [
            (r.id, r.source, r.line, r.reference, r.field, r.reason, r.received_at) for r in found
        ]
        write_table(head, rows)
    if found:
        ctx.exit(1)


def _shown(reject: Reject) -> dict[str, object]:
    columns = asdict(reject) | {"raw": reject.raw.decode("utf-8", "replace")}
    return {name: value for name, value in columns.items() if not name.startswith("settled")}


@sync.command()
@click.argument("ids", metavar="[ID]...", type=int, nargs=-1)
@click.pass_context
def retry(ctx: click.Context, ids: tuple[int, ...]) -> None:
    """Try refused records again, all of them or those named; exit 1 when some stay refused."""
    with store_of(settings_of(ctx)) as engine:
        result = retrying.retry_rejects(engine, ids or None, read_row, now_utc)
    click.echo(f"Tried {result.tried}, settled {result.settled}.")
    if result.settled < max(result.tried, len(set(ids))):
        ctx.exit(1)


@sync.command()
@click.argument("reject_id", metavar="ID", type=int)
@click.option("--by", "badge", metavar="BADGE", required=True, help="Who gives it up.")
@pins_option
@click.pass_context
def discard(ctx: click.Context, reject_id: int, badge: str, pins_path: str | None) -> None:
    """Give a refused record up and lift its hold; the line itself is kept."""
    with store_of(settings_of(ctx)) as engine:
        actor = actor_of(engine, badge, pins_path)
        if not retrying.discard_reject(engine, reject_id, now_utc, actor=actor):
            raise RejectProblem(
                f"no refused record {reject_id} waits; `kiosk sync rejected` lists them"
            )
    click.echo(f"Gave up record {reject_id}.")


@sync.command()
@json_option
@click.pass_context
def conflicts(ctx: click.Context, *, as_json: bool) -> None:
    """List stickers that are outside although central stopped them since; exit 1 when some are."""
    with store_of(settings_of(ctx)) as engine:
        found = retrying.status(engine).open_conflicts
    if as_json:
        write_json([asdict(conflict) for conflict in found])
    else:
        head = ("id", "reference", "version", "serial", "what", "raised_at")
        write_table(head, [tuple(asdict(one)[column] for column in head) for one in found])
    if found:
        ctx.exit(1)


@sync.command()
@click.argument("conflict_id", metavar="ID", type=int)
@click.option("--by", "badge", metavar="BADGE", required=True, help="Who saw to it.")
@click.option("--how", required=True, help="What was done, in a few words.")
@pins_option
@click.pass_context
def settle(
    ctx: click.Context, conflict_id: int, badge: str, how: str, pins_path: str | None
) -> None:
    """Note how people saw to a sticker that central has stopped."""
    with store_of(settings_of(ctx)) as engine:
        actor = actor_of(engine, badge, pins_path)
        if not settle_conflict(engine, conflict_id, how, now_utc, actor=actor):
            raise RejectProblem(
                f"no conflict {conflict_id} waits; `kiosk sync conflicts` lists them"
            )
    click.echo(f"Settled conflict {conflict_id}.")
