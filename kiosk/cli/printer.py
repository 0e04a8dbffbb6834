"""`kiosk printer`: ask the sticker printer how it is, or be an emulated one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.cli import asks
from kiosk.cli.common import cell, json_option, settings_of, store_of, write_json
from kiosk.cli.run import stop_on_signals
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.domain.printing import PrinterStatus
    from kiosk.printer.emulator.control import ControlSocket
    from kiosk.printer.emulator.server import PrinterEmulator


class PortProblem(Exception):  # noqa: N818 - it is said to a person, who named the port
    """The emulator cannot listen there; the message is one sentence."""


@click.group()
def printer() -> None:
    """Ask the sticker printer how it is, or emulate one."""


@printer.command()
@json_option
@click.pass_context
def status(ctx: click.Context, *, as_json: bool) -> None:
    """Ask the printer itself; while a running kiosk holds it, tell what that last saw.

    Exit code 0 means that a sticker could be started.
    """
    from kiosk.printer.lock import PrinterBusyError  # noqa: PLC0415 - slow to load

    settings = settings_of(ctx)
    answer: dict[str, object] = {"device": settings.printer.sticker.device}
    found: PrinterStatus | None
    try:
        found, can = _ask(settings)
        answer |= can
    except PrinterBusyError as busy:
        found, at = _last_seen(settings)
        answer |= {"held": str(busy), "seen_at": at}
    answer |= {"state": None if found is None else found.state}
    answer |= {"detail": "" if found is None else found.detail}
    if as_json:
        write_json(answer)
    else:
        for name, value in answer.items():
            click.echo(f"{name:13} {cell(value)}")
    if found is None or not found.is_ready:
        ctx.exit(1)


def _ask(settings: Settings) -> tuple[PrinterStatus, dict[str, object]]:
    from kiosk.bootstrap import open_printer  # noqa: PLC0415 - slow to load

    device = open_printer(settings)
    try:
        found = device.status()
        can = device.capabilities() if found.is_ready else None
        cuts = device.cut_count() if found.is_ready else None
    finally:
        device.close()
    if can is None:
        return found, {}
    names = ("process_id", "counters", "clear_buffer")
    return found, {name: getattr(can, name) for name in names} | {"cuts": cuts}


def _last_seen(settings: Settings) -> tuple[PrinterStatus | None, datetime | None]:
    from kiosk.store import machine  # noqa: PLC0415 - slow to load
    from kiosk.store.engine import reading  # noqa: PLC0415 - slow to load

    with store_of(settings) as engine, reading(engine) as connection:
        seen = machine.printer(connection, settings.printer.sticker.name)
    return (None, None) if seen is None else (seen.status, seen.checked_at)


@printer.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=9100,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option(
    "--tray",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder into which stickers fall, as PNG.",
)
@click.option(
    "--speed",
    "speed_mm_s",
    type=click.FloatRange(min=1),
    default=250,
    show_default=True,
    help="Millimetres a second.",
)
@click.option("--fault", "faults", multiple=True, help="NAME or NAME@N; repeatable.")
@click.option(
    "--control",
    type=click.IntRange(0, 65535),
    help="Also listen here, on the loopback, for orders to break and mend; 0 takes a free port.",
)
@click.option("--clone", "is_clone", is_flag=True, help="Know as little as a cheap printer.")
def emulate(
    host: str,
    port: int,
    tray: Path,
    speed_mm_s: float,
    faults: tuple[str, ...],
    control: int | None,
    *,
    is_clone: bool,
) -> None:
    """Be an ESC/POS printer on the network until SIGTERM or Ctrl-C."""
    from kiosk.printer.emulator.machine import CLONE, FULL  # noqa: PLC0415 - slow to load
    from kiosk.printer.emulator.server import PrinterEmulator  # noqa: PLC0415 - slow to load

    stop = threading.Event()
    stop_on_signals(stop)
    can = CLONE if is_clone else FULL
    emulator = PrinterEmulator(host, port, tray, speed_mm_s=speed_mm_s, capabilities=can)
    _serve(emulator, faults, control, stop.wait)


def _serve(
    emulator: PrinterEmulator,
    faults: tuple[str, ...],
    control: int | None,
    wait: Callable[[], object],
) -> None:
    try:
        emulator.start()
    except OSError as error:
        raise PortProblem(
            f"cannot listen at {emulator.host}:{emulator.port} ({error.strerror}); "
            "name another with --port"
        ) from error
    try:
        for fault in faults:
            emulator.inject(fault)
        click.echo(f"Printing at {emulator.address}")
        with nullcontext() if control is None else _listen(emulator, control):
            wait()
    finally:
        emulator.close()


def _listen(emulator: PrinterEmulator, port: int) -> ControlSocket:
    from kiosk.printer.emulator.control import ControlSocket  # noqa: PLC0415 - slow to load

    try:
        control = ControlSocket(emulator, port)
    except OSError as error:
        raise PortProblem(
            f"cannot listen for orders at port {port} ({error.strerror}); "
            "name another with --control"
        ) from error
    click.echo(f"Taking orders at 127.0.0.1:{control.port}")
    return control


for asked in (asks.test, asks.clear, asks.probe):
    printer.add_command(asked)
