"""`kiosk demo`: a whole kiosk in one folder, with emulated printers and people's records."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import Engine

from kiosk.bootstrap import open_store, template_of
from kiosk.cli.demo_home import STAFF, TRAYS, furnish, print_ahead
from kiosk.cli.dock.app import MOUNT, create_dock
from kiosk.cli.dock.cards import read_cards
from kiosk.cli.dock.paper import TrayReader
from kiosk.cli.run import PROCESSES, run_until, stop_on_signals, wire
from kiosk.printer.emulator.server import PrinterEmulator
from kiosk.settings import Settings, load_settings
from kiosk.sticker.keys import load_ring

PORTS_TRIED = 100
"""A busy port moves up; a hundred busy ones in a row are a mistake."""

MOST_RECORDS = 10_000_000
"""As many as the kiosk is measured with; they take most of an hour to make."""

PRINTER_PORT = 9100
SYNC_PORT = 8090
SPEED_MM_S = 250


class PortProblem(ValueError):  # noqa: N818 - it is said to a person, who caused it
    """No port was free; the message is one sentence."""


class FolderInUse(ValueError):  # noqa: N818 - as above
    """Another demonstration runs in the folder; the message is one sentence."""


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Everything of the demo lies here.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Port of the screens. Without it: 8080, or the next that is free.",
)
@click.option(
    "--records",
    type=click.IntRange(0, MOST_RECORDS),
    default=1000,
    show_default=True,
    help="Made-up records besides the named cases.",
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def demo(folder: Path, port: int | None, records: int, *, no_browser: bool) -> None:
    """Run a kiosk with emulated printers, demonstration records and cards to scan."""
    with alone_in(folder):
        _open(folder, port, records, opens_browser=not no_browser)


def _open(folder: Path, port: int | None, records: int, *, opens_browser: bool) -> None:
    screens = free_port(8080) if port is None else port
    printer_port = free_port(PRINTER_PORT)
    receipt_port = free_port(printer_port + 1)
    is_new = furnish(
        folder,
        port=screens,
        printer_port=printer_port,
        receipt_port=receipt_port,
        sync_port=free_port(SYNC_PORT),
        speed_mm_s=SPEED_MM_S,
        records=records,
    )
    stop = threading.Event()
    stop_on_signals(stop)  # not before: a folder in the making is left at once, and made anew
    settings = load_settings(folder / "kiosk.toml")
    stickers, receipts = (
        PrinterEmulator("127.0.0.1", port, folder / tray, speed_mm_s=SPEED_MM_S)
        for port, tray in zip((printer_port, receipt_port), TRAYS, strict=True)
    )
    with stickers, receipts:
        if is_new:
            print_ahead(settings, folder)
        engine = open_store(settings)
        dock = dock_of(settings, folder, engine, stickers, receipts)
        _run(settings, folder, dock, stop, opens_browser=opens_browser)
        engine.dispose()


def dock_of(
    settings: Settings,
    folder: Path,
    engine: Engine,
    stickers: PrinterEmulator,
    receipts: PrinterEmulator,
) -> Flask:
    """Build the page on which the screen and both printers stand side by side."""
    ring = load_ring(settings.keys.ring)
    trays = [folder / tray for tray in TRAYS]
    tray = TrayReader(trays[0], engine, ring, template_of(settings))
    return create_dock(stickers, receipts, tray, trays[1], read_cards(folder / "cards"), STAFF)


def _run(
    settings: Settings, folder: Path, dock: Flask, stop: threading.Event, *, opens_browser: bool
) -> None:
    ready = wire(settings, PROCESSES, {MOUNT: dock})
    address = next(one.address for one in ready if one.address is not None)
    together = f"{address.rstrip('/')}{MOUNT}/"
    click.echo(f"Screen and printer together at {together}")
    click.echo(f"Cards to scan or to type from: {folder / 'cards'}")
    click.echo(f"Stickers come out into:        {folder / 'tray'}")
    click.echo(f"Reports and slips into:        {folder / 'receipts'}")
    for badge, _name, role, pin in STAFF:
        click.echo(f"Staff: badge {badge}, PIN {pin} ({role})")
    click.echo("Stop with Ctrl-C.")
    if opens_browser:
        threading.Timer(0.5, webbrowser.open, [together]).start()
    run_until(ready, stop)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a second demonstration out of the folder: its printer would serve the same database.

    Raises FolderInUse.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "demo.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FolderInUse(
            f"a demonstration runs in {folder} already: stop it, or name another folder with --dir"
        ) from None
    else:
        yield
    finally:
        os.close(handle)


def free_port(first: int) -> int:
    """Return the first port from `first` on that nobody listens at. Raises PortProblem."""
    for port in range(first, first + PORTS_TRIED):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return port
    raise PortProblem(f"ports {first} to {first + PORTS_TRIED - 1} are all in use; name another")
