"""What the running printer process is asked to do, since it alone has the printer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.cli.common import settings_of, store_of
from kiosk.cli.people import actor_of, pins_option
from kiosk.domain.readiness import HEARTBEAT_LIMIT
from kiosk.domain.service import GOOD_ENDS, OPEN_SERVICE, ServiceKind
from kiosk.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from kiosk.store.service import ServiceRequest

POLL_S = 0.05

LONGEST_WAIT_S = 90.0
"""A request is done within a minute or given up by the process, which then says so."""

_F = TypeVar("_F", bound=Callable[..., Any])


class AskProblem(Exception):  # noqa: N818 - it is said to a person, who asked
    """The printer did not do it; the message is one sentence."""


def _asked(command: _F) -> _F:
    """Give a command what each request needs: who asks, and why."""
    for option in (
        click.option("--receipt", "on_receipt", is_flag=True, help="The printer on plain paper."),
        click.option("--why", required=True, help="The reason, for the log."),
        click.option("--by", "badge", metavar="BADGE", required=True, help="Who asks for it."),
        pins_option,
    ):
        command = option(command)
    return command


@click.command()
@_asked
@click.pass_context
def test(
    ctx: click.Context, badge: str, why: str, pins_path: str | None, *, on_receipt: bool
) -> None:
    """Print a test page. On stickers it uses up a blank, which is accounted for."""
    done = _ask(
        settings_of(ctx), ServiceKind.TEST_PRINT, badge, why, pins_path, on_receipt=on_receipt
    )
    used = "" if done.serial is None else f" It used up blank {done.serial}."
    click.echo(f"Test page {done.id} was printed.{used}")


@click.command()
@_asked
@click.pass_context
def clear(
    ctx: click.Context, badge: str, why: str, pins_path: str | None, *, on_receipt: bool
) -> None:
    """Drop what the printer holds, and gather the evidence that a doubt needs."""
    _ask(settings_of(ctx), ServiceKind.CLEAR, badge, why, pins_path, on_receipt=on_receipt)
    click.echo("The printer said that it is clear.")


@click.command()
@_asked
@click.pass_context
def probe(
    ctx: click.Context, badge: str, why: str, pins_path: str | None, *, on_receipt: bool
) -> None:
    """Ask the printer anew what it understands, after it was exchanged."""
    _ask(settings_of(ctx), ServiceKind.PROBE, badge, why, pins_path, on_receipt=on_receipt)
    click.echo("The printer was probed; `kiosk printer status` tells what it can.")


def _ask(
    settings: Settings,
    kind: ServiceKind,
    badge: str,
    why: str,
    pins_path: str | None,
    *,
    on_receipt: bool,
) -> ServiceRequest:
    from kiosk.bootstrap import now_utc  # noqa: PLC0415 - slow to load
    from kiosk.usecases import servicing  # noqa: PLC0415 - slow to load

    devices = settings.printer
    if on_receipt and not devices.receipt.device:
        raise AskProblem("this kiosk has no printer on plain paper (printer.receipt.device)")
    name = devices.receipt.name if on_receipt else devices.sticker.name
    with store_of(settings) as engine:
        _check_runs(engine, name)
        by = actor_of(engine, badge, pins_path)
        number = servicing.ask(engine, now_utc, printer=name, kind=kind, by=by, why=why)
        done = _wait(engine, number)
    if done.outcome not in GOOD_ENDS:
        raise AskProblem(f"the printer did not do it: {done.outcome or 'it was not taken up'}")
    return done


def _check_runs(engine: Engine, name: str) -> None:
    from kiosk.bootstrap import now_utc  # noqa: PLC0415 - slow to load
    from kiosk.store import machine  # noqa: PLC0415 - slow to load
    from kiosk.store.engine import reading  # noqa: PLC0415 - slow to load

    with reading(engine) as connection:
        seen = machine.printer(connection, name)
    if seen is None or now_utc() - seen.checked_at > HEARTBEAT_LIMIT:
        raise AskProblem("the printer's process is not running; start it with `kiosk run printer`")


def _wait(engine: Engine, number: int) -> ServiceRequest:
    from kiosk.store import service  # noqa: PLC0415 - slow to load
    from kiosk.store.engine import reading  # noqa: PLC0415 - slow to load

    until = time.monotonic() + LONGEST_WAIT_S
    while True:
        with reading(engine) as connection:
            found = service.by_id(connection, number)
        if found is None:
            raise LookupError(f"request {number} is gone")
        if found.state not in OPEN_SERVICE or time.monotonic() > until:
            return found
        time.sleep(POLL_S)
