"""`kiosk db`: the database's shape, soundness, copies."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.bootstrap import now_utc
from kiosk.cli.common import (
    json_option,
    progress_bar,
    settings_of,
    store_of,
    suspect_store_of,
    write_json,
)
from kiosk.cli.init import make_database
from kiosk.upkeep.backup import back_up
from kiosk.upkeep.heads import head_text
from kiosk.upkeep.restore import restore
from kiosk.upkeep.soundness import examine


@click.group()
def db() -> None:
    """Make, check, back up and restore the database."""


@db.command()
@click.pass_context
def upgrade(ctx: click.Context) -> None:
    """Bring the database to this program's version; makes it where there is none."""
    settings = settings_of(ctx)
    path = settings.kiosk.database
    was_there = path.exists()
    make_database(path, settings.kiosk.id)
    click.echo(f"{path} is {'up to date' if was_there else 'made'}.")


@db.command()
@json_option
@click.pass_context
def check(ctx: click.Context, *, as_json: bool) -> None:
    """Check rules, pages, references and the whole log; exit 1 when anything is wrong."""
    settings = settings_of(ctx)
    with suspect_store_of(settings) as engine:
        checks = list(examine(engine, settings.kiosk.id))
    if as_json:
        write_json({one.what: {"ok": one.is_ok, "problems": one.problems} for one in checks})
    for one in [] if as_json else checks:
        click.echo(f"{one.what}: {'ok' if one.is_ok else '; '.join(one.problems)}")
    if not all(one.is_ok for one in checks):
        ctx.exit(1)


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Copy the database to FILE while the kiosk works, and verify the copy."""
    settings = settings_of(ctx)
    with store_of(settings) as engine, progress_bar(100, "Copying") as reach:

        def advance(left: int, pages: int) -> None:
            reach(100 * (pages - left) // max(pages, 1))

        head = back_up(engine, file, settings.kiosk.id, now_utc, progress=advance)
    click.echo(f"Copied to {file} and verified: {head[0]} rows of log, head {head_text(head)}")


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Even if the database knows more than FILE.")
@click.pass_context
def restore_(ctx: click.Context, file: Path, *, replace: bool) -> None:
    """Put a backup in the database's place; the database before it is kept beside it."""
    settings = settings_of(ctx)
    path = settings.kiosk.database
    kept = restore(file, path, settings.kiosk.id, now_utc(), is_forced=replace)
    click.echo(f"{path} is now what {file} held.")
    if kept is not None:
        click.echo(f"The database before it is {kept}.")
    if replace:
        click.echo(
            "Compare the print log with central's before the kiosk serves again: "
            "stickers printed since that backup are not known here any more."
        )
