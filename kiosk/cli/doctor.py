"""`kiosk doctor`: everything that keeps this kiosk from working, with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from kiosk.bootstrap import (
    hours,
    now_utc,
    open_printer,
    open_receipt_printer,
    read_fleet_key,
    template_of,
    wire_site,
)
from kiosk.cli.common import json_option, settings_of, suspect_store_of, write_json
from kiosk.cli.sticker import SAMPLE
from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.domain.readiness import HEARTBEAT_LIMIT
from kiosk.printer.lock import PrinterBusyError
from kiosk.settings import Settings, SettingsError
from kiosk.sticker.keys import load_ring, load_signing_key
from kiosk.sticker.picture import draw
from kiosk.store import machine
from kiosk.store.engine import reading
from kiosk.store.errors import StoreError
from kiosk.sync.server.tls import server_context
from kiosk.upkeep import doctor as room
from kiosk.upkeep import recorded
from kiosk.upkeep.answering import answering, certificate
from kiosk.upkeep.doctor import Check, Finding
from kiosk.usecases.ports import Printer


@click.command()
@json_option
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Check everything a kiosk needs and say what to do; exit 1 when something is wrong.

    The log's chain is checked by `kiosk audit verify`, every page of the database by `kiosk db
    check`: both read everything.
    """
    findings = list(_findings(ctx))
    if as_json:
        write_json([asdict(finding) for finding in findings])
    for finding in [] if as_json else findings:
        mark = "ok     " if finding.is_ok else "PROBLEM"
        click.echo(f"{mark}  {finding.name}: {finding.said}")
    if not all(finding.is_ok for finding in findings):
        ctx.exit(1)


def _findings(ctx: click.Context) -> Iterator[Finding]:
    try:
        settings = settings_of(ctx)
    except SettingsError as error:
        yield Finding("settings", is_ok=False, said=str(error))
        return
    path: Path = ctx.find_root().obj
    yield Finding("settings", is_ok=True, said=str(path.resolve()))
    yield from room.examine(_machine_checks(settings))
    try:
        with suspect_store_of(settings) as engine:
            yield from _store_findings(settings, engine)
    except StoreError as error:
        yield Finding("database", is_ok=False, said=str(error))


def _machine_checks(settings: Settings) -> list[Check]:
    ui, kiosk = settings.ui, settings.kiosk.id
    checks: list[Check] = [
        ("program", room.program),
        ("sqlite", room.sqlite),
        ("disk", lambda: room.disk(settings.kiosk.database.parent)),
        ("sticker", lambda: _draw(settings)),
        ("keys", lambda: _keys(settings)),
        ("fleet key", lambda: _fleet(settings)),
        ("screens", lambda: answering(kiosk, ui.host, ui.port, setting="ui.port")),
    ]
    if settings.sync.listen:
        checks.append(("sync key", lambda: _sync_key(settings)))
        checks.append(("central's jobs", lambda: _listening(settings)))
    if settings.sync.listen and settings.sync.tls_cert:
        checks.append(("certificate", lambda: _certificate(settings)))
    return checks


def _store_findings(settings: Settings, engine: Engine) -> Iterator[Finding]:
    kiosk = settings.kiosk.id
    (sound,) = room.examine([("database", lambda: recorded.database(engine, kiosk))])
    yield sound
    if sound.is_ok:  # else what it says of the rest cannot be relied on
        yield from room.examine(_store_checks(settings, engine, now_utc()))


def _store_checks(settings: Settings, engine: Engine, now: datetime) -> list[Check]:
    stale_after = hours(settings.sync.stale_after_h)
    checks: list[Check] = [
        ("clock", lambda: recorded.clock(engine, now)),
        ("printer", lambda: room.printer(lambda: _sticker_status(settings, engine))),
        ("stock", lambda: recorded.blanks(engine, settings.stock.low)),
        ("doubts", lambda: recorded.doubts(engine)),
        ("service", lambda: recorded.service(engine)),
        ("staff", lambda: recorded.staff(engine, settings.resolve.people)),
        ("records", lambda: recorded.records(engine, stale_after, now)),
        ("waiting", lambda: recorded.waiting(engine)),
        ("backup", lambda: recorded.backup(engine, now)),
        ("ready", lambda: recorded.ready(engine, wire_site(settings), now)),
    ]
    if settings.sync.listen:
        checks.append(("print log", lambda: recorded.print_log(engine, now)))
    if settings.printer.receipt.device:
        checks.append(("receipts", lambda: room.printer(lambda: _receipt_status(settings, engine))))
    return checks


def _draw(settings: Settings) -> str:
    drawn = draw(SAMPLE, template_of(settings), None)
    return f"a sample of {drawn.picture.width} by {drawn.picture.height} dots was drawn"


def _keys(settings: Settings) -> str:
    keys = settings.keys
    ring, own = load_ring(keys.ring), load_signing_key(keys.kiosk)
    return room.keys(ring, own, settings.kiosk.id, now_utc())


def _sync_key(settings: Settings) -> str:
    keys = settings.keys
    key = load_signing_key(keys.sync)
    return room.sync_key(load_ring(keys.ring), key, settings.kiosk.id)


def _listening(settings: Settings) -> str:
    sync = settings.sync
    host, port = sync.address
    has_tls = bool(sync.tls_cert)
    return answering(settings.kiosk.id, host, port, setting="sync.listen", has_tls=has_tls)


def _certificate(settings: Settings) -> str:
    cert, key = Path(settings.sync.tls_cert), Path(settings.sync.tls_key)
    said = certificate(cert, key, now_utc())
    server_context(cert, key)  # whatever else TLS has against them
    return said


def _fleet(settings: Settings) -> str:
    path = settings.keys.fleet
    if not path.exists():
        raise room.Ailment(f"{path} does not exist: copy the fleet's key there")
    read_fleet_key(path)
    if path.stat().st_mode & 0o077:
        raise room.Ailment(f"{path} is open to others; run: chmod 600 {path}")
    return str(path)


def _sticker_status(settings: Settings, engine: Engine) -> PrinterStatus:
    return _status(lambda: open_printer(settings), settings.printer.sticker.name, engine)


def _receipt_status(settings: Settings, engine: Engine) -> PrinterStatus:
    return _status(lambda: open_receipt_printer(settings), settings.printer.receipt.name, engine)


def _status(opened: Callable[[], Printer | None], name: str, engine: Engine) -> PrinterStatus:
    """Ask the printer, or the process that holds it."""
    try:
        device = opened()
    except PrinterBusyError as busy:
        with reading(engine) as connection:
            seen = machine.printer(connection, name)
        if seen is None or now_utc() - seen.checked_at > HEARTBEAT_LIMIT:
            return PrinterStatus(PrinterState.UNKNOWN, f"{busy}, which does not report")
        return seen.status
    if device is None:
        return PrinterStatus(PrinterState.UNKNOWN, "there is none")
    try:
        return device.status()
    finally:
        device.close()
