"""Puts the screens together."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from flask import Flask
from flask_wtf.csrf import CSRFProtect

import kiosk.ui.choosing
import kiosk.ui.office
import kiosk.ui.paper
import kiosk.ui.screens
import kiosk.ui.slip  # noqa: F401 - these four put their pages on the blueprint
from kiosk.ui.assets import assets
from kiosk.ui.desk import Desk
from kiosk.ui.display import display
from kiosk.ui.errors import install_errors
from kiosk.ui.headers import install_headers
from kiosk.ui.here import EXTENSION, Here
from kiosk.ui.looks import install_looks
from kiosk.ui.messages import install_messages
from kiosk.ui.polling import polling
from kiosk.ui.settings import UiSettings
from kiosk.ui.steps import screens
from kiosk.ui.technician.bench import install_technician
from kiosk.ui.visits import Visits, VisitSessions
from kiosk.usecases.workshop import Workshop

MOST_POSTED: Final = 16 * 1024
"""Bytes in a form: a code and a token fit in one, a flood does not."""

SLACK_S: Final = 60
"""A page asks before it forgets; the server forgets this much later, if the page is gone."""


def create_app(
    desk: Desk,
    settings: UiSettings,
    clock: Callable[[], datetime],
    workshop: Workshop | None = None,
) -> Flask:
    """Build the screens over a desk; `clock` gives aware UTC.

    With a `workshop` staff have a desk of their own under `/technician`.
    """
    app = Flask(__name__, static_folder=None)
    # Forms live as long as their visit, and a visit no longer than this process.
    app.secret_key = secrets.token_bytes(32)
    app.config.update(MAX_CONTENT_LENGTH=MOST_POSTED, WTF_CSRF_TIME_LIMIT=None)
    visits = Visits(
        language=settings.default_language,
        lifetime=timedelta(seconds=settings.idle_s + settings.countdown_s + SLACK_S),
        clock=clock,
        on_end=desk.cancel_waiting,
    )
    app.session_interface = VisitSessions(visits)
    app.extensions[EXTENSION] = Here(desk, settings, clock, visits, secrets.token_hex(4))
    CSRFProtect(app)  # type: ignore[no-untyped-call] # flask-wtf has no types
    install_headers(app)
    install_messages(app)
    install_looks(app)
    install_errors(app)
    for blueprint in (screens, display, polling, assets):
        app.register_blueprint(blueprint)
    if workshop is not None:
        install_technician(app, workshop)
    return app
