"""The status screen, and its slip on plain paper where there is a printer for it."""

from __future__ import annotations

from flask import Response, abort, jsonify, render_template
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.decide import Refused
from kiosk.domain.reasons import Reason
from kiosk.ui.desk import Denied, Found, SlipView
from kiosk.ui.here import current_visit, here, office_here
from kiosk.ui.looks import said
from kiosk.ui.messages import current_language
from kiosk.ui.notices import Notice, Words, of_denied, of_found
from kiosk.ui.standing import slip_rows, standing
from kiosk.ui.steps import go, is_printing, screens, tell
from kiosk.ui.visit import Visit


@screens.get("/status")
def status() -> str | AnyResponse:
    """Show how a renewal stands, to its owner alone: a code is not enough for this."""
    if is_printing():
        return go("printing")
    visit = current_visit()
    reference = _verified(visit)
    if reference is None:
        return go("attract")
    found = here().desk.look(reference)
    if isinstance(found, Denied):
        return tell(of_denied(found))
    notice = _notice(found)
    slip = _slip(visit, reference)
    return render_template(
        "status.html",
        record=found.record,
        notice=notice,
        lines=standing(found, notice),
        slip=slip,
        slip_told=_told(visit, slip),
    )


@screens.post("/status/slip")
def print_slip() -> AnyResponse:
    """Ask for the slip; a second tap finds the request of the first."""
    visit = current_visit()
    reference = _verified(visit)
    if reference is None or is_printing():
        return go("status")
    found = here().desk.look(reference)
    if isinstance(found, Denied):
        return tell(of_denied(found))
    lines = standing(found, _notice(found))
    rows = slip_rows(lines, found, office_here(current_language()), here().clock())
    asked = here().desk.request_slip(reference, visit.id, rows)
    if isinstance(asked, Denied):
        visit.notice = of_denied(asked)
    else:
        visit.notice = None
        visit.slips[reference] = asked
    return go("status")


@screens.get("/status/slip")
def slip_state() -> Response:
    """Tell a visitor whether their slip is still to come."""
    visit = current_visit()
    reference = _verified(visit)
    slip = None if reference is None else _slip(visit, reference)
    if slip is None:
        abort(404)
    return jsonify(is_open=slip.is_open)


def _verified(visit: Visit) -> str | None:
    """Return the renewal that is open to its owner, whose ID was checked."""
    reference = visit.reference
    return reference if reference is not None and visit.opened.get(reference) else None


def _slip(visit: Visit, reference: str) -> SlipView | None:
    number = visit.slips.get(reference)
    return None if number is None else here().desk.slip(number)


def _notice(found: Found) -> Notice:
    refused = found.decision.reasons if isinstance(found.decision, Refused) else ()
    return of_found(found, refused, current_language())


def _told(visit: Visit, slip: SlipView | None) -> Words | None:
    """Say why no slip came out: it was not taken on, or it failed."""
    told, visit.notice = visit.notice, None
    if told is None and slip is not None and not (slip.is_open or slip.is_printed):
        told = Notice((Reason.SLIP_NOT_PRINTED,))
    return None if told is None else said(told.reasons[0], told)
