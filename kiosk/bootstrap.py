"""The one place where adapters meet: settings in, wired parts and running processes out."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.offices import office
from kiosk.settings import Settings
from kiosk.sticker.keys import KeyProblem, load_ring, load_signing_key
from kiosk.sticker.layout import Template, load_template
from kiosk.sticker.live_ring import LiveRing
from kiosk.store import jobs, log
from kiosk.store.engine import open_engine, reading, writing
from kiosk.store.errors import DatabaseUnusable
from kiosk.store.schema import check_ready
from kiosk.usecases.attending import Attendant
from kiosk.usecases.collecting import Desk
from kiosk.usecases.ports import Clock, Printer
from kiosk.usecases.printing import Spool
from kiosk.usecases.recovery import CutShortError, cancel_all_waiting
from kiosk.usecases.site import Site
from kiosk.usecases.workshop import Workshop

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from kiosk.sync.server.serving import Serving

HEAD_TO_CUTTER_MM = 15
STICKER_MM = 100
START_S = 1.5
"""What a print takes besides moving paper: waking up, the cut, and the line to the printer."""


class AddressTaken(Exception):  # noqa: N818 - named for what is the matter, as people say it
    """The screens' address cannot be had; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A process that is wired and ready to run until its stop is set.

    `address`, if it serves, is where; `serves` says what, for people.
    """

    run: Callable[[threading.Event], None]
    address: str | None = None
    serves: str = "the screens"


def now_utc() -> datetime:
    """Return the current time, aware, in UTC: the clock of everything that runs for real."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Engine:
    """Open the kiosk's database and refuse one whose invariants are not all in place.

    Raises StoreError with one sentence.
    """
    path = settings.kiosk.database
    if not path.exists():
        raise DatabaseUnusable(f"{path} does not exist; make it with `kiosk db upgrade`")
    engine = open_engine(path)
    problems = check_ready(engine, settings.kiosk.id)
    if problems:
        engine.dispose()
        more = f" (and {len(problems) - 1} more; see `kiosk db check`)" if problems[1:] else ""
        raise DatabaseUnusable(f"{path}: {problems[0]}{more}")
    return engine


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
        stale_after=_hours(settings.sync.stale_after_h),
        stop_after=_hours(settings.sync.stop_after_h),
    )


def _hours(count: int) -> timedelta | None:
    return timedelta(hours=count) if count else None


def read_fleet_key(path: Path) -> bytes:
    """Read the fleet's secret. Raises KeyProblem."""
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except OSError as error:
        raise KeyProblem(f"cannot read the fleet key {path}: {error.strerror}") from None
    except ValueError:
        raise KeyProblem(f"{path} is not a fleet key: it holds hexadecimal digits") from None
    if len(key) < 16:  # noqa: PLR2004 - 128 bits: the least that makes guessing hopeless
        raise KeyProblem(f"{path} is too short for a fleet key; it needs 32 digits or more")
    return key


def wire_desk(settings: Settings, engine: Engine, clock: Clock = now_utc) -> Desk:
    """Wire what the public screens ask."""
    site = wire_site(settings, needs_fleet_key=True)
    return Desk(engine, site, template_of(settings), clock)


def open_printer(settings: Settings) -> Printer:
    """Open the sticker printer, exclusively. Raises PrinterBusy or AddressError."""
    from kiosk.printer.opening import open_printer as open_device  # noqa: PLC0415 - escpos is slow to load, and ui never needs it

    device = settings.printer.sticker
    return open_device(
        device.device, name=device.name, locks=device.locks, speed_mm_s=device.speed_mm_s
    )


def template_of(settings: Settings) -> Template:
    """Read the sticker's template: ours, or a file of the operator's. Raises TemplateProblem."""
    name = settings.sticker.template
    return load_template(None if name == "annual" else Path(name))


def wire_spool(
    settings: Settings, engine: Engine, printer: Printer, clock: Clock = now_utc
) -> Spool:
    """Wire what takes jobs to the printer. Raises KeyProblem."""
    return Spool(
        engine=engine,
        site=wire_site(settings),
        printer=printer,
        key=load_signing_key(settings.keys.kiosk),
        template=template_of(settings),
        clock=clock,
    )


def open_receipt_printer(settings: Settings) -> Printer | None:
    """Open the printer on plain paper, None where there is none. Raises as `open_printer`."""
    from kiosk.printer.opening import open_printer as open_device  # noqa: PLC0415 - as above

    device = settings.printer.receipt
    if not device.device:
        return None
    locks = settings.printer.sticker.locks
    return open_device(device.device, name=device.name, locks=locks, speed_mm_s=device.speed_mm_s)


def wire_attendant(
    settings: Settings,
    engine: Engine,
    printer: Printer,
    stop: threading.Event,
    *,
    has_stock: bool,
) -> Attendant:
    """Wire what does staff's requests on a printer."""
    return Attendant(
        engine=engine,
        site=wire_site(settings),
        printer=printer,
        clock=now_utc,
        settle=lambda: _wait(stop, 2 * longest_print_s(settings)),
        blank_dots=template_of(settings).height,
        has_stock=has_stock,
    )


def _wait(stop: threading.Event, seconds: float) -> None:
    if stop.wait(seconds):
        raise CutShortError


def wire_workshop(settings: Settings, engine: Engine, clock: Clock = now_utc) -> Workshop:
    """Wire what the technician's screens ask. Raises KeyProblem, TemplateProblem."""
    receipt = settings.printer.receipt
    return Workshop(
        engine=engine,
        site=wire_site(settings),
        template=template_of(settings),
        clock=clock,
        people_needed=settings.resolve.people,
        stock_mode=settings.stock.mode,
        receipt=receipt.name if receipt.device else None,
    )


def longest_print_s(settings: Settings) -> float:
    """Return a time in which the longest sticker is surely out, at the printer's rated speed."""
    speed_mm_s = settings.printer.sticker.speed_mm_s
    return START_S + (STICKER_MM + HEAD_TO_CUTTER_MM) / speed_mm_s


def ready_ui(settings: Settings, beside: Mapping[str, WSGIApplication] | None = None) -> Ready:
    """Wire the screens; requests that an earlier process left waiting are cancelled.

    `beside` are other applications of the same origin by the path where each is mounted.
    """
    from werkzeug.middleware.dispatcher import DispatcherMiddleware  # noqa: PLC0415 - as Flask

    from kiosk.ui.app import create_app  # noqa: PLC0415 - only this process needs Flask
    from kiosk.ui.server import listen, serve  # noqa: PLC0415 - likewise
    from kiosk.ui.settings import UiSettings  # noqa: PLC0415 - likewise

    engine = open_store(settings)
    desk = wire_desk(settings, engine)
    ui = settings.ui
    app = create_app(
        desk,
        UiSettings(
            idle_s=ui.idle_s,
            countdown_s=ui.countdown_s,
            done_s=ui.done_s,
            default_language=ui.language,
            is_demo=settings.kiosk.is_demo,
            has_chime=ui.chime,
        ),
        now_utc,
        wire_workshop(settings, engine),
    )
    if beside:
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, dict(beside))  # type: ignore[method-assign] # Flask's own way to wrap it
    try:
        listener = listen(ui.host, ui.port)
    except OSError as error:
        raise AddressTaken(
            f"the screens cannot be served at {ui.host}:{ui.port} ({_why(error)}): "
            "stop what has the port, or set ui.port"
        ) from error
    port = listener.getsockname()[1]
    cancel_all_waiting(engine, now_utc)
    _note_start(engine, "ui")

    def run(stop: threading.Event) -> None:
        serve(app, listener, stop)
        _note_stop(engine, "ui")

    return Ready(run, f"http://{ui.host}:{port}/")


def ready_printer(settings: Settings) -> Ready:
    """Wire the printer's process: lock the device, then recover what was left."""
    from kiosk.printer.process import run_spool  # noqa: PLC0415 - only this process needs devices

    engine = open_store(settings)
    spool = wire_spool(settings, engine, open_printer(settings))
    receipt = open_receipt_printer(settings)
    _note_start(engine, "printer")

    def run(stop: threading.Event) -> None:
        with _served(settings, engine, receipt, stop):
            attendant = wire_attendant(settings, engine, spool.printer, stop, has_stock=True)
            settle_s = 2 * longest_print_s(settings)
            run_spool(spool, stop, settle_s=settle_s, attendant=attendant)
        spool.printer.close()
        _note_stop(engine, "printer")

    return Ready(run)


@contextmanager
def _served(
    settings: Settings, engine: Engine, printer: Printer | None, stop: threading.Event
) -> Iterator[None]:
    """Look after the printer on plain paper in a thread of its own: stickers never wait for it."""
    from kiosk.printer.process import run_attendant  # noqa: PLC0415 - only this process needs devices

    if printer is None:
        yield
        return
    attendant = wire_attendant(settings, engine, printer, stop, has_stock=False)
    thread = threading.Thread(target=run_attendant, args=(attendant, stop), name="receipt")
    thread.start()
    try:
        yield
    finally:
        stop.set()  # also when the spool broke: the process ends whole and is started anew
        thread.join()
        printer.close()


def ready_sync(settings: Settings) -> Ready:
    """Wire the process that takes records in."""
    from kiosk.sync.files import import_file  # noqa: PLC0415 - likewise
    from kiosk.sync.inbox import watch_inbox  # noqa: PLC0415 - only this process reads records

    engine = open_store(settings)

    def is_anybody_waiting() -> bool:
        with reading(engine) as connection:
            return jobs.waiting(connection)

    def take_in(path: Path) -> object:
        return import_file(engine, path, now_utc, should_yield=is_anybody_waiting)

    serving = _open_exchange(settings, engine, is_anybody_waiting)
    _note_start(engine, "sync")

    def run(stop: threading.Event) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="sync-serving") as pool:
            served = None if serving is None else pool.submit(_until, serving.run, stop)
            watch_inbox(settings.sync.inbox, take_in, stop)
            if served is not None:
                served.result()
        _note_stop(engine, "sync")

    return Ready(run, None if serving is None else serving.address, "central's jobs")


def _why(error: OSError) -> str:
    """Say it in the system's own few words; asyncio adds the address, which stands there."""
    return os.strerror(error.errno) if error.errno else str(error)


def _until(run: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Run until `stop`, and set it if the run ends by itself."""
    try:
        run(stop)
    finally:
        stop.set()


def _open_exchange(
    settings: Settings, engine: Engine, is_anybody_waiting: Callable[[], bool]
) -> Serving | None:
    """Take the port at which central's jobs come in; None if they do not."""
    from kiosk.sync.server.api import Exchange  # noqa: PLC0415 - Flask, which nobody else needs here
    from kiosk.sync.server.gate import Gate  # noqa: PLC0415 - likewise
    from kiosk.sync.server.intake import Intake  # noqa: PLC0415 - likewise
    from kiosk.sync.server.limits import MEBIBYTE, Limits  # noqa: PLC0415 - likewise
    from kiosk.sync.server.serving import open_serving  # noqa: PLC0415 - likewise

    sync, kiosk = settings.sync, settings.kiosk
    if not sync.listen:
        return None
    limits = Limits(body_bytes=sync.max_body_mb * MEBIBYTE)
    load_ring(settings.keys.ring)  # refuse to start on a ring that cannot be read
    exchange = Exchange(
        kiosk=kiosk.id,
        office=kiosk.office,
        engine=engine,
        gate=Gate(kiosk.id, lambda: load_ring(settings.keys.ring), now_utc, limits),
        intake=Intake(engine, sync.spool, now_utc, limits, is_anybody_waiting),
        key=load_signing_key(settings.keys.sync),
        clock=now_utc,
    )
    certificate = (Path(sync.tls_cert), Path(sync.tls_key)) if sync.tls_cert else None
    try:
        return open_serving(exchange, *sync.address, limits, certificate)
    except OSError as error:
        raise AddressTaken(
            f"central's jobs cannot be served at {sync.listen} ({_why(error)}): "
            "stop what has the port, or set sync.listen"
        ) from error


def _note_start(engine: Engine, process: str) -> None:
    with writing(engine) as connection:
        payload = {"process": process}
        log.append(connection, now_utc(), AuditEvent.PROCESS_STARTED, Actor.SYSTEM, payload)


def _note_stop(engine: Engine, process: str) -> None:
    with writing(engine) as connection:
        payload = {"process": process}
        log.append(connection, now_utc(), AuditEvent.PROCESS_STOPPED, Actor.SYSTEM, payload)
    engine.dispose()
