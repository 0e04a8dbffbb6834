"""What several commands share: the settings, the database, tables and JSON out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from kiosk.domain.thai import BANGKOK
from kiosk.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of a row, or of rows: as far as SQLite counts."""


def settings_of(ctx: click.Context) -> Settings:
    """Read the settings file named on the command line. Raises SettingsError."""
    path: Path = ctx.find_root().obj
    return load_settings(path)


@contextmanager
def store_of(settings: Settings) -> Iterator[Engine]:
    """Open the kiosk's database for one command. Raises StoreError with one sentence."""
    from kiosk.bootstrap import open_store  # noqa: PLC0415 - slow to load, and not every command needs it

    engine = open_store(settings)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def suspect_store_of(settings: Settings) -> Iterator[Engine]:
    """Open a database that may have been tampered with, to find out. Raises StoreError."""
    from kiosk.store.engine import open_engine  # noqa: PLC0415 - slow to load
    from kiosk.store.errors import DatabaseUnusable  # noqa: PLC0415 - slow to load

    path = settings.kiosk.database
    if not path.exists():
        raise DatabaseUnusable(f"{path} does not exist; make it with `kiosk db upgrade`")
    engine = open_engine(path)
    try:
        yield engine
    finally:
        engine.dispose()


_F = TypeVar("_F", bound=Callable[..., Any])


def json_option(command: _F) -> _F:
    """Give a command `--json`."""
    option = click.option("--json", "as_json", is_flag=True, help="Write JSON for scripts.")
    return option(command)


def write_json(value: object) -> None:
    """Write one JSON document to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def write_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows under their headings: a drawn table on a terminal, tabs in a pipe."""
    stream = sys.stdout
    if not stream.isatty():
        for row in (head, *rows):
            click.echo("\t".join(cell(value) for value in row))
        return
    _draw_table(stream, head, [[cell(value) for value in row] for row in rows])


_WIDER_THAN_ANY = 1000
_SHORT = 24
"""Cells up to this length, ids and times among them, are copied from the screen: never broken."""


def _draw_table(stream: TextIO, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - slow to load
    from rich.cells import cell_len  # noqa: PLC0415 - slow to load
    from rich.console import Console  # noqa: PLC0415 - slow to load
    from rich.measure import Measurement  # noqa: PLC0415 - slow to load
    from rich.table import Table  # noqa: PLC0415 - slow to load
    from rich.text import Text  # noqa: PLC0415 - slow to load

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    columns = zip(*rows, strict=True) if rows else ((),) * len(head)
    for name, cells in zip(head, columns, strict=True):
        widest = max(cell_len(text) for text in (name, *cells))
        is_short = widest <= _SHORT
        table.add_column(
            name, overflow="fold", no_wrap=is_short, min_width=widest if is_short else _SHORT
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(file=stream)
    # A table wider than the screen is broken by the terminal; drawn narrower it would lose text.
    unbounded = console.options.update(width=_WIDER_THAN_ANY)
    console.width = max(console.width, Measurement.get(console, unbounded, table).minimum)
    console.print(table)


@contextmanager
def progress_bar(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Show how far long work is, on a terminal; yields what is told the position reached.

    It stands on standard error, so that scripts read the answer alone.
    """
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def reach(position: int) -> None:
            bar.update(position - bar.pos)

        yield reach
        reach(length)


def cell(value: object) -> str:
    """Return a value as people read it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return local_time(value) if isinstance(value, datetime) else str(value)


def local_time(at: datetime) -> str:
    """Return a time as people at the kiosk read it: Bangkok, to the second."""
    return f"{at.astimezone(BANGKOK):%Y-%m-%d %H:%M:%S}"
