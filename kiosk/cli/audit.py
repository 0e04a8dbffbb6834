"""`kiosk audit`: the log: is it whole, what does it say, and how it leaves the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click
from sqlalchemy import Engine

from kiosk.bootstrap import now_utc
from kiosk.cli.audit_page import page
from kiosk.cli.common import (
    NUMBER,
    json_option,
    progress_bar,
    settings_of,
    store_of,
    suspect_store_of,
    write_json,
    write_table,
)
from kiosk.domain.audit import CATALOGUE, Actor, AuditEvent
from kiosk.store import log
from kiosk.store.engine import reading, writing
from kiosk.store.errors import DatabaseUnusable
from kiosk.store.proof import Broken, Verified, verify
from kiosk.store.schema import current_revision
from kiosk.upkeep.export import ExportFormat, lines
from kiosk.upkeep.heads import Head, HeadProblem, head_text, parse_head, publish_head


class _HeadType(click.ParamType[Head]):
    name = "N:HASH"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Head:
        try:
            return parse_head(str(value))
        except HeadProblem as problem:
            self.fail(str(problem), param, ctx)


@click.group()
def audit() -> None:
    """Verify, export and explain the log of this kiosk."""


@audit.command("verify")
@click.option(
    "--head",
    "heads",
    type=_HeadType(),
    multiple=True,
    help="A head noted elsewhere, that the log must still hold; repeatable.",
)
@json_option
@click.pass_context
def verify_(ctx: click.Context, heads: tuple[Head, ...], *, as_json: bool) -> None:
    """Walk the whole log and name the first row that is not as it was written."""
    with suspect_store_of(settings_of(ctx)) as engine:
        outcome = _walk(engine, heads)
    if isinstance(outcome, Verified):
        head = head_text(outcome.head)
        if as_json:
            write_json({"ok": True, "rows": outcome.rows, "head": head})
        else:
            click.echo(f"ok: {outcome.rows} rows, head {head}")
        return
    if as_json:
        write_json({"ok": False, "row": outcome.number, "what": outcome.what})
    else:
        click.echo(f"broken at row {outcome.number}: {outcome.what}")
    ctx.exit(1)


def _walk(engine: Engine, heads: tuple[Head, ...]) -> Verified | Broken:
    with reading(engine) as connection:
        if current_revision(connection) is None:
            raise DatabaseUnusable(f"{engine.url.database} has no log: it is no kiosk's database")
        # Not from the head row, which may be what was taken away.
        length = connection.exec_driver_sql("SELECT max(number) FROM audit_events").scalar() or 0
        with progress_bar(length, "Verifying") as reach:
            return verify(connection, heads, progress=reach)


@audit.command()
@click.option(
    "--format",
    "kind",
    type=click.Choice([kind.value for kind in ExportFormat]),
    default=ExportFormat.NDJSON.value,
    show_default=True,
    help="One JSON object a line, or a table.",
)
@click.option("--from", "first", type=NUMBER, default=1, help="First row.")
@click.option("--to", "last", type=NUMBER, help="Last row; else the newest.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Else standard output."
)
@click.pass_context
def export(
    ctx: click.Context, kind: str, first: int, last: int | None, output: Path | None
) -> None:
    """Write rows of the log out; that they were exported is logged first."""
    with store_of(settings_of(ctx)) as engine:
        first, last = _log_export(engine, kind, first, last)
        count = last - first + 1
        with (
            reading(engine) as connection,
            _sink(output) as sink,
            progress_bar(count, "Exporting") as reach,
        ):
            rows = lines(log.rows(connection, first, last), ExportFormat(kind))
            for done, line in enumerate(rows, start=1):
                sink.write(line)
                reach(min(done, count))
    if output is not None:
        click.echo(f"Wrote rows {first} to {last} to {output}.")


def _log_export(engine: Engine, kind: str, first: int, last: int | None) -> tuple[int, int]:
    # Logged before a row leaves: an export that breaks off was an export too.
    with writing(engine) as connection:
        newest, _ = log.head(connection)
        last = newest if last is None else min(last, newest)
        if first > last:
            if first <= newest:
                raise HeadProblem(f"row {last} comes before row {first}")
            raise HeadProblem(f"there is no row {first}; the log has {newest} rows")
        payload = {"first": first, "last": last, "format": kind}
        log.append(connection, now_utc(), AuditEvent.LOG_EXPORTED, Actor.SYSTEM, payload)
    return first, last


@contextmanager
def _sink(output: Path | None) -> Iterator[IO[str]]:
    """Open where the rows go; a file gets its name when it is whole."""
    if output is None:
        yield sys.stdout
        return
    partial = output.with_name(output.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


@audit.command()
@json_option
@click.pass_context
def head(ctx: click.Context, *, as_json: bool) -> None:
    """Print the log's head as N:HASH to be noted elsewhere; the log may not end before it."""
    with store_of(settings_of(ctx)) as engine:
        number, hashed = publish_head(engine, now_utc, where="command line")
    if as_json:
        write_json({"number": number, "hash": hashed.hex()})
    else:
        click.echo(head_text((number, hashed)))


@audit.command()
@click.option("--markdown", is_flag=True, help="Write the page docs/audit.md.")
@json_option
def events(*, markdown: bool, as_json: bool) -> None:
    """List every event that can stand in the log; there are no others."""
    if markdown:
        click.echo(page(), nl=False)
    elif as_json:
        write_json(
            {
                event: {"doc": spec.doc, "who": list(spec.who), "required": sorted(spec.required)}
                for event, spec in CATALOGUE.items()
            }
        )
    else:
        rows = [(event, ", ".join(spec.who), spec.doc) for event, spec in CATALOGUE.items()]
        write_table(("event", "by", "meaning"), rows)
