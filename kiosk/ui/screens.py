"""The collector's way: start, collect, see the vehicle; printing follows in `paper`.

Every page is a GET that shows the visit as it stands; every step is a POST that ends in a
redirect, so that reload and back are harmless.
"""

from __future__ import annotations

from flask import Response, abort, render_template
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.decide import Refused
from kiosk.sticker.picture import to_png
from kiosk.ui.desk import Denied, NeedsId, Opened
from kiosk.ui.here import current_session, current_visit, here, machine
from kiosk.ui.messages import current_language
from kiosk.ui.notices import Notice, of_denied, of_found
from kiosk.ui.provinces import initials
from kiosk.ui.steps import (
    MOST_TYPED,
    begin,
    beside_the_field,
    go,
    is_printing,
    opened,
    out_of_service,
    screens,
    show_notice,
    tell,
    typed,
)
from kiosk.ui.visit import Purpose


@screens.get("/")
def attract() -> str | AnyResponse:
    """Invite the next person; whatever a visitor left open is forgotten."""
    if is_printing():
        return go("printing")
    here().visits.clear(current_session())
    if reasons := machine().reasons:
        return out_of_service(Notice(reasons))
    return render_template("attract.html")


@screens.post("/start")
def start() -> AnyResponse:
    """Begin a visit in the language chosen on the first screen, for what was chosen there."""
    if is_printing():
        return go("printing")
    here().visits.clear(current_session())
    if typed("to") == Purpose.STATUS:
        current_visit().purpose = Purpose.STATUS
    return go("collect")


@screens.get("/collect")
def collect() -> str | AnyResponse:
    """Ask for a code, or for reference and ID."""
    return _ask("collect.html", reference=current_visit().asked_reference or "")


@screens.get("/plate")
def plate() -> str | AnyResponse:
    """Ask for plate, province and ID."""
    return _ask("plate.html", **initials(current_language()))


def _ask(template: str, **shown: object) -> str | AnyResponse:
    if is_printing():
        return go("printing")
    visit = current_visit()
    if visit.purpose is Purpose.COLLECT and (reasons := machine().reasons):
        return out_of_service(Notice(reasons))
    return render_template(
        template,
        notice=beside_the_field(),
        max_length=MOST_TYPED,
        is_status=visit.purpose is Purpose.STATUS,
        **shown,
    )


@screens.post("/collect")
def open_typed() -> AnyResponse:
    """Open a vehicle by reference and ID; the ID is not kept."""
    if is_printing():
        return go("printing")
    reference = typed("reference")
    visit = begin()
    visit.asked_reference = reference or None
    answer = here().desk.open_by_reference(reference, typed("owner_id"))
    if isinstance(answer, Denied):
        return tell(of_denied(answer))
    return opened(answer.reference, is_owner=True)


@screens.post("/plate")
def open_plate() -> AnyResponse:
    """Open a vehicle by plate, province and ID; none of them is kept."""
    if is_printing():
        return go("printing")
    begin()
    answer = here().desk.open_by_plate(typed("plate"), typed("province"), typed("owner_id"))
    if isinstance(answer, Denied):
        return tell(of_denied(answer), field_on="plate")
    return opened(answer.reference, is_owner=True)


@screens.post("/scan")
def open_scanned() -> AnyResponse:
    """Open what a scanner read, on whatever screen it was read; a print goes on undisturbed."""
    if is_printing():
        return go("printing")
    visit = begin()
    match here().desk.open_by_code(typed("text")):
        case Opened(reference):
            return opened(reference, is_owner=False)
        case NeedsId(reference):
            visit.asked_reference = reference
            return go("collect")
        case Denied() as denied:
            visit.notice = of_denied(denied)
            return go("vehicles" if visit.is_gathering else "notice")


@screens.get("/vehicle")
def vehicle() -> str | AnyResponse:
    """Show the vehicle and its sticker, or every reason why it cannot be printed."""
    if is_printing():
        return go("printing")
    visit = current_visit()
    if visit.reference is None:
        return go("attract")
    found = here().desk.look(visit.reference)
    if isinstance(found, Denied):
        return tell(of_denied(found))
    if isinstance(found.decision, Refused):
        return show_notice(of_found(found, found.decision.reasons, current_language()), found)
    if reasons := machine().reasons:
        return out_of_service(Notice(reasons))
    advice = of_found(found, found.decision.advice, current_language())
    is_owner = visit.opened.get(visit.reference, False)
    others = here().desk.count_others(visit.reference) if is_owner else 0
    return render_template("vehicle.html", record=found.record, advice=advice, others=others)


@screens.get("/preview")
def preview() -> Response:
    """Send the picture of the visitor's own sticker."""
    reference = current_visit().reference
    if reference is None:
        abort(404)
    picture = here().desk.preview(reference)
    if isinstance(picture, Denied):
        abort(404)
    return Response(to_png(picture), mimetype="image/png")


@screens.get("/notice")
def notice() -> str | AnyResponse:
    """Say what the visitor was last told."""
    told = current_visit().notice
    return go("attract") if told is None else show_notice(told)
