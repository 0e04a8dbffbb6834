"""What a request of staff can reach, and the gate in front of every page of theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, cast

from flask import Blueprint, Flask, abort, current_app, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.staff import MAY, Act, Role
from kiosk.ui.here import here
from kiosk.ui.technician.sessions import COOKIE, IDLE, StaffSession, StaffSessions
from kiosk.ui.technician.words import install_words
from kiosk.usecases.workshop import Workshop

EXTENSION: Final = "kiosk-technician"

technician = Blueprint("technician", __name__, url_prefix="/technician")

_OPEN: Final = ("technician.sign_in", "technician.sign_in_form")
"""The endpoints in front of the gate."""

_UNHEARD: Final = ("technician.state", "technician.doubt_picture")
"""What pages ask for by themselves, so that it does not keep a desk open."""

COUNTDOWN_S: Final = 30
"""The last part of the idle time is counted down on the screen."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What `install_technician` was given."""

    workshop: Workshop
    sessions: StaffSessions


def install_technician(app: Flask, workshop: Workshop) -> None:
    """Add the technician's desk to the screens."""
    # Its routes register themselves on the blueprint when they are loaded.
    from kiosk.ui.technician import acts, loading, pages, resolving  # noqa: F401, PLC0415 - see above

    app.extensions[EXTENSION] = Bench(workshop, StaffSessions(workshop.clock))
    install_words(app)
    app.register_blueprint(technician)


def workshop() -> Workshop:
    """Return the machine as staff see it."""
    return _bench().workshop


def sessions() -> StaffSessions:
    """Return the sessions of staff."""
    return _bench().sessions


def staff() -> StaffSession:
    """Return who is at work; behind the gate there always is somebody."""
    found = g.get("staff")
    if found is None:
        abort(403)
    return cast("StaffSession", found)


def go(page: str, **values: Any) -> Response:  # noqa: ANN401 - Flask's url_for takes anything
    """Answer a form with the page to see next."""
    return redirect(url_for(f"technician.{page}", **values), code=303)


def _bench() -> Bench:
    return cast("Bench", current_app.extensions[EXTENSION])


@technician.before_request
def _gate() -> Response | tuple[Response, int] | None:
    """Let staff through who signed in and may still act; anybody else is shown the door."""
    is_heard = request.endpoint not in _UNHEARD
    found = sessions().find(request.cookies.get(COOKIE), is_heard=is_heard)
    person = None if found is None else workshop().person(found.badge)
    if found is not None and person is None:
        sessions().end(found.token)
        found = None
    g.staff, g.person = found, person
    if found is not None or request.endpoint in _OPEN:
        return None
    if request.endpoint == "technician.state":
        return jsonify(stamp=None), 401
    return redirect(url_for("technician.sign_in_form"), code=303)


@technician.context_processor
def _page() -> dict[str, Any]:
    found: StaffSession | None = g.get("staff")
    idle_s = int(IDLE.total_seconds()) - COUNTDOWN_S
    person = g.get("person")
    return {
        "staff": found,
        "role": None if person is None else Role(person.role),
        "may": lambda act: person is not None and act in MAY[Role(person.role)],
        "Act": Act,
        "told": None if found is None else found.take_told(),
        "typed": {} if found is None else found.take_typed(),
        "ui": replace(here().settings, idle_s=idle_s, countdown_s=COUNTDOWN_S),
    }
