"""`kiosk staff`: the people who may act at this kiosk."""

from __future__ import annotations

import click

from kiosk.cli.common import json_option, settings_of, store_of, write_json, write_table
from kiosk.cli.people import pin_of, pins_option, read_pins
from kiosk.domain.staff import Role
from kiosk.usecases.staffing import add_staff, disable_staff


@click.group()
def staff() -> None:
    """Add, list and disable members of staff."""


@staff.command()
@click.argument("badge")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="What the person may do; docs/technician.md has the table.",
)
@pins_option
@click.pass_context
def add(ctx: click.Context, badge: str, name: str, role: str, pins_path: str | None) -> None:
    """Add a member of staff; the PIN is asked for twice. A badge is never given twice."""
    from kiosk.bootstrap import now_utc  # noqa: PLC0415 - slow to load

    with store_of(settings_of(ctx)) as engine:
        pin = pin_of(badge, read_pins(pins_path), is_new=True)
        add_staff(engine, now_utc, badge=badge, name=name, role=role, pin=pin)
    click.echo(f"Added {name} ({role}) with badge {badge}.")


@staff.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, *, as_json: bool) -> None:
    """List the members of staff, disabled ones too."""
    from kiosk.store import people  # noqa: PLC0415 - slow to load
    from kiosk.store.engine import reading  # noqa: PLC0415 - slow to load

    with store_of(settings_of(ctx)) as engine, reading(engine) as connection:
        found = people.everybody(connection)
    if as_json:
        keys = ("badge", "name", "role", "locked_until", "added_at", "disabled_at")
        write_json([{key: getattr(person, key) for key in keys} for person in found])
        return
    head = ("badge", "name", "role", "added", "locked until", "disabled")
    rows = [(p.badge, p.name, p.role, p.added_at, p.locked_until, p.disabled_at) for p in found]
    write_table(head, rows)


@staff.command()
@click.argument("badge")
@click.pass_context
def disable(ctx: click.Context, badge: str) -> None:
    """End a person's access; what they did stays in the log under their badge."""
    from kiosk.bootstrap import now_utc  # noqa: PLC0415 - slow to load

    with store_of(settings_of(ctx)) as engine:
        disable_staff(engine, now_utc, badge)
    click.echo(f"Badge {badge} may not sign in any more.")
