"""What a request can reach: the desk, the settings, the clock and the visitor's own session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g
from flask.globals import request_ctx

from kiosk.domain.thai import Language
from kiosk.ui.desk import Desk, MachineView
from kiosk.ui.settings import UiSettings
from kiosk.ui.visit import Visit
from kiosk.ui.visits import Visits, VisitSession

EXTENSION = "kiosk"


@dataclass(frozen=True, slots=True)
class Here:
    """What `create_app` was given. `boot` differs after each start of the server."""

    desk: Desk
    settings: UiSettings
    clock: Callable[[], datetime]
    visits: Visits
    boot: str


def here() -> Here:
    """Return what the running application was given."""
    return cast("Here", current_app.extensions[EXTENSION])


def machine() -> MachineView:
    """Tell how the machine is; asked once a request, so that a page agrees with itself."""
    if "machine" not in g:
        g.machine = here().desk.machine()
    return cast("MachineView", g.machine)


def office_here(language: Language) -> str:
    """Name the office this machine stands in."""
    return machine().office_th if language == "th" else machine().office_en


def current_session() -> VisitSession:
    """Return the visitor's session."""
    return cast("VisitSession", request_ctx.session)


def current_visit() -> Visit:
    """Return what the visitor has opened."""
    return current_session().visit
