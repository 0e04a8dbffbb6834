"""What the first screen offers besides stickers: how a renewal stands, and calling staff."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import Refused
from kiosk.ui.desk import Denied
from kiosk.ui.here import current_session, current_visit, here
from kiosk.ui.messages import current_language
from kiosk.ui.notices import of_denied, of_found
from kiosk.ui.steps import go, is_printing, screens, tell, typed
from kiosk.ui.visits import Purpose, Visit


@screens.get("/status")
def status() -> str | AnyResponse:
    """Show how a renewal stands, to its owner alone: a code is not enough for this."""
    if is_printing():
        return go("printing")
    visit = current_visit()
    if visit.reference is None or not visit.opened.get(visit.reference):
        return go("attract")
    found = here().desk.look(visit.reference)
    if isinstance(found, Denied):
        return tell(of_denied(found))
    refused = found.decision.reasons if isinstance(found.decision, Refused) else ()
    told = of_found(found, refused, current_language())
    return render_template("status.html", found=found, record=found.record, notice=told)


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
