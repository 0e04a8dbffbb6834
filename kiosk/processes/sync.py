"""The process that takes records in and lets central fetch the print log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from kiosk.bootstrap import now_utc, open_store
from kiosk.processes.asking import keep_asking
from kiosk.processes.ready import Ready, note_start, note_stop, taking_address
from kiosk.processes.watchdog import UNWATCHED, Watchdog
from kiosk.settings import Settings
from kiosk.sticker.keys import load_signing_key
from kiosk.sticker.live_ring import LiveRing
from kiosk.store import jobs
from kiosk.store.engine import reading
from kiosk.store.errors import StoreError
from kiosk.sync.files import import_file
from kiosk.sync.inbox import watch_inbox
from kiosk.sync.server.serving import Serving


def ready_sync(settings: Settings, watchdog: Watchdog = UNWATCHED) -> Ready:
    """Wire the inbox, and take the port at which central's jobs come in, if they do.

    Raises StoreError, AddressTaken, KeyProblem.
    """
    engine = open_store(settings)

    def is_anybody_waiting() -> bool:
        with reading(engine) as connection:
            return jobs.waiting(connection)

    inbox_alive = watchdog.part("inbox")

    def between_slices() -> bool:
        inbox_alive()
        return is_anybody_waiting()

    def take_in(path: Path) -> object:
        return import_file(engine, path, now_utc, should_yield=between_slices)

    serving = _open_exchange(settings, engine, is_anybody_waiting)
    try:
        note_start(engine, "sync")
    except StoreError:
        if serving is not None:
            serving.listener.close()
        engine.dispose()
        raise

    serve = None if serving is None else _watched(serving, watchdog)
    watch = partial(watch_inbox, settings.sync.inbox, take_in, alive=inbox_alive)

    def run(stop: threading.Event) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="sync-serving") as pool:
            served = None if serve is None else pool.submit(_until, serve, stop)
            _until(watch, stop)
            if served is not None:
                served.result()
        note_stop(engine, "sync")

    return Ready(run, None if serving is None else serving.address, "central's jobs")


def _watched(serving: Serving, watchdog: Watchdog) -> Callable[[threading.Event], None]:
    alive = watchdog.part("exchange")

    def run(stop: threading.Event) -> None:
        has_tls = serving.certificate is not None
        keep_asking(serving.listener, watchdog, alive, stop, has_tls=has_tls)
        serving.run(stop)

    return run


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
    sync, kiosk = settings.sync, settings.kiosk
    if not sync.listen:
        return None
    from kiosk.sync.server.api import Exchange  # noqa: PLC0415 - Flask, for this alone
    from kiosk.sync.server.gate import Gate  # noqa: PLC0415 - likewise
    from kiosk.sync.server.intake import Intake  # noqa: PLC0415 - likewise
    from kiosk.sync.server.limits import MEBIBYTE, Limits  # noqa: PLC0415 - likewise
    from kiosk.sync.server.serving import open_serving  # noqa: PLC0415 - likewise

    limits = Limits(body_bytes=sync.max_body_mb * MEBIBYTE)
    ring = LiveRing(settings.keys.ring)
    exchange = Exchange(
        kiosk=kiosk.id,
        office=kiosk.office,
        engine=engine,
        gate=Gate(kiosk.id, lambda: ring, now_utc, limits),
        intake=Intake(engine, sync.spool, now_utc, limits, is_anybody_waiting),
        key=load_signing_key(settings.keys.sync),
        clock=now_utc,
    )
    certificate = (Path(sync.tls_cert), Path(sync.tls_key)) if sync.tls_cert else None
    with taking_address(f"central's jobs cannot be served at {sync.listen}", "sync.listen"):
        return open_serving(exchange, *sync.address, limits, certificate)
