"""The one place where adapters meet: settings in, wired parts out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from kiosk.domain.offices import office
from kiosk.domain.printing import Capabilities
from kiosk.settings import Settings
from kiosk.sticker.keys import KeyProblem, load_signing_key
from kiosk.sticker.layout import Template, load_template
from kiosk.sticker.live_ring import LiveRing
from kiosk.store.engine import open_engine
from kiosk.store.errors import DatabaseUnusable, StoreError
from kiosk.store.schema import check_ready
from kiosk.usecases import watching
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.ports import Clock, Printer
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import come_to_rest
from kiosk.usecases.site import Site
from kiosk.usecases.workshop import Workshop

HEAD_TO_CUTTER_MM = 15
STICKER_MM = 100
START_S = 1.5
"""What a print takes besides moving paper: waking up, the cut, and the line to the printer."""


def now_utc() -> datetime:
    """Return the current time, aware, in UTC: the clock of everything that runs for real."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Engine:
    """Open the kiosk's database and refuse one whose invariants are not all in place.

    Raises StoreError with one sentence.
    """
    engine = find_store(settings)
    try:
        check_store(settings, engine)
    except StoreError:
        engine.dispose()
        raise
    return engine


def find_store(settings: Settings) -> Engine:
    """Return an engine for the kiosk's database, unchecked. Raises DatabaseUnusable without one."""
    path = settings.kiosk.database
    if not path.exists():
        raise DatabaseUnusable(f"{path} does not exist; make it with `kiosk db upgrade`")
    return open_engine(path)


def check_store(settings: Settings, engine: Engine) -> None:
    """Refuse a database whose invariants are not all in place. Raises StoreError."""
    problems = check_ready(engine, settings.kiosk.id)
    if problems:
        more = f" (and {len(problems) - 1} more; see `kiosk db check`)" if problems[1:] else ""
        raise DatabaseUnusable(f"{settings.kiosk.database}: {problems[0]}{more}")


def wire_site(settings: Settings, *, needs_fleet_key: bool = False) -> Site:
    """Gather what is fixed about this kiosk. Raises KeyProblem."""
    return Site(
        kiosk=settings.kiosk.id,
        office=office(settings.kiosk.office),
        printer=settings.printer.sticker.name,
        fines=settings.policy.fines,
        is_specimen=settings.kiosk.is_demo,
        ring=LiveRing(settings.keys.ring),
        fleet_key=read_fleet_key(settings.keys.fleet) if needs_fleet_key else b"",
        codes=settings.collect.codes,
        plain_code=re.compile(settings.collect.plain_pattern),
        stock_low=settings.stock.low,
        stale_after=hours(settings.sync.stale_after_h),
        stop_after=hours(settings.sync.stop_after_h),
    )


def hours(count: int) -> timedelta | None:
    """Return a setting in hours as a length of time, None where 0 switches it off."""
    return timedelta(hours=count) if count else None


def read_fleet_key(path: Path) -> bytes:
    """Read the fleet's secret. Raises KeyProblem."""
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except OSError as error:
        raise KeyProblem(f"cannot read the fleet key {path}: {error.strerror}") from None
    except ValueError:
        raise KeyProblem(f"{path} is no fleet key: that is a line of hexadecimal digits") from None
    if len(key) < 16:  # noqa: PLR2004 - 128 bits: the least that makes guessing hopeless
        raise KeyProblem(f"{path} is too short for a fleet key; it needs 32 digits or more")
    return key


def wire_desk(settings: Settings, engine: Engine, clock: Clock = now_utc) -> Desk:
    """Wire what the public screens ask."""
    site = wire_site(settings, needs_fleet_key=True)
    return Desk(engine, site, template_of(settings), clock, _receipt_name(settings))


def open_printer(
    settings: Settings,
    known: Capabilities | None = None,
    alive: Callable[[], None] = lambda: None,
) -> Printer:
    """Open the sticker printer, exclusively. Raises PrinterBusy or AddressError.

    `known` is what it was last known to understand; `alive` is called while it is served.
    """
    from kiosk.printer.opening import open_printer as open_device  # noqa: PLC0415 - escpos is slow to load, and ui never needs it

    device = settings.printer.sticker
    return open_device(
        device.device,
        name=device.name,
        locks=device.locks,
        speed_mm_s=device.speed_mm_s,
        known=known,
        has_margins=device.margins,
        alive=alive,
    )


def open_receipt_printer(
    settings: Settings, alive: Callable[[], None] = lambda: None
) -> Printer | None:
    """Open the printer on plain paper, None where there is none. Otherwise as `open_printer`."""
    from kiosk.printer.opening import open_printer as open_device  # noqa: PLC0415 - as above

    device = settings.printer.receipt
    if not device.device:
        return None
    locks = settings.printer.sticker.locks
    return open_device(
        device.device,
        name=device.name,
        locks=locks,
        speed_mm_s=device.speed_mm_s,
        has_margins=device.margins,
        alive=alive,
    )


def template_of(settings: Settings) -> Template:
    """Read the sticker's template: ours, or a file of the operator's. Raises TemplateProblem."""
    name = settings.sticker.template
    return load_template(None if name == "annual" else Path(name))


def wire_spool(
    settings: Settings, engine: Engine, printer: Printer, clock: Clock = now_utc
) -> Spool:
    """Wire what takes jobs to the printer. Raises KeyProblem."""
    key = load_signing_key(settings.keys.kiosk)
    return Spool(
        engine=engine,
        site=replace(wire_site(settings), signs_with=key.kid),
        printer=printer,
        key=key,
        template=template_of(settings),
        clock=clock,
    )


def wire_attendant(
    settings: Settings,
    engine: Engine,
    printer: Printer,
    stop: threading.Event,
    *,
    has_stock: bool,
) -> Attendant:
    """Wire what does staff's requests on a printer."""

    def look() -> None:
        watching.saw(engine, printer, now_utc, has_stock=has_stock)

    return Attendant(
        engine=engine,
        site=wire_site(settings),
        printer=printer,
        clock=now_utc,
        settle=lambda: come_to_rest(stop, 2 * longest_print_s(settings), look),
        blank_dots=template_of(settings).height,
        has_stock=has_stock,
    )


def wire_workshop(settings: Settings, engine: Engine, clock: Clock = now_utc) -> Workshop:
    """Wire what the technician's screens ask. Raises KeyProblem, TemplateProblem."""
    return Workshop(
        engine=engine,
        site=wire_site(settings),
        template=template_of(settings),
        clock=clock,
        people_needed=settings.resolve.people,
        stock_mode=settings.stock.mode,
        receipt=_receipt_name(settings),
    )


def _receipt_name(settings: Settings) -> str | None:
    receipt = settings.printer.receipt
    return receipt.name if receipt.device else None


def longest_print_s(settings: Settings) -> float:
    """Return a time in which the longest sticker is surely out, at the printer's rated speed."""
    speed_mm_s = settings.printer.sticker.speed_mm_s
    return START_S + (STICKER_MM + HEAD_TO_CUTTER_MM) / speed_mm_s
