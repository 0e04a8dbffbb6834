"""`kiosk stock`: the numbered blanks, from the roll's arrival to the last one accounted for."""

from __future__ import annotations

from dataclasses import asdict

import click

from kiosk.bootstrap import now_utc
from kiosk.cli.common import json_option, settings_of, store_of, write_json, write_table
from kiosk.cli.people import actor_of, pins_option
from kiosk.domain.stock import parse_serial
from kiosk.store import stock as blanks
from kiosk.store.engine import reading
from kiosk.usecases import stocking

by_option = click.option("--by", "badge", metavar="BADGE", help="Who does it; asks for the PIN.")


@click.group()
def stock() -> None:
    """Load, return and reconcile rolls of sticker blanks."""


@stock.command()
@click.argument("first")
@click.argument("last")
@by_option
@pins_option
@click.pass_context
def load(
    ctx: click.Context, first: str, last: str, badge: str | None, pins_path: str | None
) -> None:
    """Load a roll by the serials of its first and last blank."""
    settings = settings_of(ctx)
    mode = settings.stock.mode
    with store_of(settings) as engine:
        by = actor_of(engine, badge, pins_path)
        count = stocking.load_roll(engine, now_utc, first=first, last=last, mode=mode, by=by)
    click.echo(f"Loaded {count} blanks, {parse_serial(first)} to {parse_serial(last)}.")
    if mode == "numbered":
        click.echo("Now read in the number under the head: kiosk stock read-in SERIAL")


@stock.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, *, as_json: bool) -> None:
    """List every roll that was ever loaded, and what became of its blanks."""
    with store_of(settings_of(ctx)) as engine, reading(engine) as connection:
        rolls = blanks.all_rolls(connection)
    if as_json:
        write_json([asdict(roll) for roll in rolls])
        return
    head = ("roll", "first", "last", "blanks", "left", "issued", "spoiled", "returned")
    rows = [
        (r.id, r.first, r.last, r.blanks, r.left, r.issued, r.spoiled, r.returned, r.ended_at)
        for r in rolls
    ]
    write_table((*head, "ended"), rows)


@stock.command("return")
@by_option
@pins_option
@click.pass_context
def return_(ctx: click.Context, badge: str | None, pins_path: str | None) -> None:
    """Take the roll out of the kiosk; what is left on it counts as returned."""
    with store_of(settings_of(ctx)) as engine:
        by = actor_of(engine, badge, pins_path)
        count = stocking.return_roll(engine, now_utc, by=by)
    click.echo(f"Returned {count} blanks; no roll is loaded now.")


@stock.command("read-in")
@click.argument("serial")
@by_option
@pins_option
@click.pass_context
def read_in(ctx: click.Context, serial: str, badge: str | None, pins_path: str | None) -> None:
    """Say which number lies under the print head; blanks passed over count as spoiled."""
    with store_of(settings_of(ctx)) as engine:
        by = actor_of(engine, badge, pins_path)
        skipped = stocking.read_in(engine, now_utc, serial, by=by)
    click.echo(f"The next sticker goes on {parse_serial(serial)}.")
    if skipped:
        click.echo(f"Spoiled, because passed over: {', '.join(skipped)}")


@stock.command()
@json_option
@click.pass_context
def reconcile(ctx: click.Context, *, as_json: bool) -> None:
    """Check that loaded = issued + spoiled + returned + left for every roll; exit 1 if not."""
    with store_of(settings_of(ctx)) as engine:
        rolls = stocking.reconcile(engine)
    if as_json:
        write_json(
            [asdict(found.roll) | {"holds": found.holds, "strays": found.strays} for found in rolls]
        )
    for found in [] if as_json else rolls:
        roll = found.roll
        sign = "=" if found.holds or found.strays else "≠"
        click.echo(
            f"{roll.first}-{roll.last}: {roll.blanks} loaded {sign} {roll.issued} issued + "
            f"{roll.spoiled} spoiled + {roll.returned} returned + {roll.left} left"
        )
        for serial in found.strays:
            click.echo(f"  {serial}: the blank and the stickers on it contradict each other")
    if not all(found.holds for found in rolls):
        ctx.exit(1)
