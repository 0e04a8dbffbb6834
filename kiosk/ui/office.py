"""Calling staff, from any screen."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.reasons import Reason
from kiosk.ui.here import current_session, current_visit, here
from kiosk.ui.steps import go, screens, typed
from kiosk.ui.visit import Purpose, Visit


@screens.post("/call")
def call() -> AnyResponse:
    """Call staff, and say so; what is open stays open."""
    about = typed("about")
    here().desk.call_staff(Reason(about) if about in list(Reason) else None)
    current_session().modified = True
    current_visit().has_called = True
    return go("called")


@screens.get("/called")
def called() -> str | AnyResponse:
    """Say that staff were called, and what to do meanwhile."""
    visit = current_visit()
    if not visit.has_called:
        return go("attract")
    return render_template("called.html", may_go_back=_way_back(visit))


def _way_back(visit: Visit) -> str | None:
    """Return the screen on which staff were called, None for the first one."""
    if visit.notice is not None:
        return "/notice"
    if visit.reference is None:
        return None
    return "/status" if visit.purpose is Purpose.STATUS else "/vehicle"
