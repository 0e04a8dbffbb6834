"""`kiosk metrics`: the figures of this kiosk for a collector that watches many."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kiosk.bootstrap import now_utc, open_store, wire_site
from kiosk.cli.common import settings_of
from kiosk.store.engine import reading
from kiosk.upkeep.metrics import exposition
from kiosk.usecases.judging import machine_reasons


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Replace this file whole, for a collector that reads text files; default: the terminal.",
)
@click.pass_context
def metrics(ctx: click.Context, output: Path | None) -> None:
    """Write the kiosk's figures in the Prometheus text format."""
    settings = settings_of(ctx)
    engine = open_store(settings)
    now = now_utc()
    with reading(engine) as connection:
        reasons = machine_reasons(connection, wire_site(settings), now)
        text = exposition(connection, settings.kiosk.id, reasons, now)
    engine.dispose()
    if output is None:
        click.echo(text, nl=False)
        return
    part = output.with_name(f"{output.name}.part")
    part.write_bytes(text)
    os.replace(part, output)  # noqa: PTH105 - atomic, which is the point
