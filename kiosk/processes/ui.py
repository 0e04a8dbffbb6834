"""The process of the screens."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from kiosk.bootstrap import check_store, find_store, now_utc, wire_desk, wire_workshop
from kiosk.processes.asking import keep_asking
from kiosk.processes.ready import (
    Ready,
    log_line,
    note_start,
    note_stop,
    taking_address,
    with_reserve,
)
from kiosk.processes.watchdog import UNWATCHED, Watchdog
from kiosk.settings import Settings
from kiosk.store.errors import DiskFull
from kiosk.ui.app import create_app
from kiosk.ui.beginning import begin_later
from kiosk.ui.server import listen, serve
from kiosk.ui.settings import UiSettings
from kiosk.usecases.recovery import cancel_all_waiting

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def ready_ui(
    settings: Settings,
    beside: Mapping[str, WSGIApplication] | None = None,
    watchdog: Watchdog = UNWATCHED,
) -> Ready:
    """Wire the screens; requests that an earlier process left waiting are cancelled.

    On a full disk they come up and say so, and begin as soon as there is room. `beside` are other
    applications of the same origin by the path where each is mounted. Raises AddressTaken,
    StoreError.
    """
    ui = settings.ui
    engine = find_store(settings)
    app = _screens(settings, engine)
    if beside:
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, dict(beside))  # type: ignore[method-assign] # Flask's own way to wrap it
    with taking_address(f"the screens cannot be served at {ui.host}:{ui.port}", "ui.port"):
        listener = listen(ui.host, ui.port)

    def begin() -> None:
        check_store(settings, engine)
        cancel_all_waiting(engine, now_utc)
        note_start(engine, "ui")

    try:
        with_reserve(settings.kiosk.database, begin)
    except DiskFull as error:
        log_line.error("no room to start", problem=str(error))
        begin_later(app, begin)

    alive = watchdog.part("screens")

    def run(stop: threading.Event) -> None:
        keep_asking(listener, watchdog, alive, stop)
        serve(app, listener, stop)
        note_stop(engine, "ui")

    return Ready(run, f"http://{ui.host}:{listener.getsockname()[1]}/")


def _screens(settings: Settings, engine: Engine) -> Flask:
    ui = settings.ui
    return create_app(
        wire_desk(settings, engine),
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
