"""The collector's way: start, collect, see the vehicle, print, take the sticker, forgotten.

Every page is a GET that shows the visit as it stands; every step is a POST that ends in a
redirect, so that reload and back are harmless.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import Refused
from kiosk.sticker.picture import to_png
from kiosk.ui.desk import Denied, Found, JobView, NeedsId, Opened
from kiosk.ui.here import current_session, current_visit, here, machine
from kiosk.ui.messages import current_language
from kiosk.ui.notices import BESIDE_THE_FIELD, Notice, of_denied, of_ended, of_found

screens = Blueprint("screens", __name__)

MOST_TYPED: Final = 600
"""The longest text taken from a scanner or a field; a signed code has about 150 characters."""

_TO_COME: Final = (JobState.REQUESTED, JobState.CLAIMED, JobState.SENDING)
"""States in which the visitor waits for the sticker."""


@screens.get("/")
def attract() -> str | AnyResponse:
    """Invite the next person; whatever a visitor left open is forgotten."""
    if _is_printing():
        return _go("printing")
    here().visits.clear(current_session())
    if reasons := machine().reasons:
        return _out_of_service(Notice(reasons))
    return render_template("attract.html")


@screens.post("/start")
def start() -> AnyResponse:
    """Begin a visit in the language chosen on the first screen."""
    if _is_printing():
        return _go("printing")
    here().visits.clear(current_session())
    return _go("collect")


@screens.get("/collect")
def collect() -> str | AnyResponse:
    """Ask for a code, or for reference and ID."""
    if _is_printing():
        return _go("printing")
    if reasons := machine().reasons:
        return _out_of_service(Notice(reasons))
    visit = current_visit()
    beside = (
        visit.notice if visit.notice and set(visit.notice.reasons) <= BESIDE_THE_FIELD else None
    )
    return render_template(
        "collect.html", reference=visit.asked_reference or "", notice=beside, max_length=MOST_TYPED
    )


@screens.post("/collect")
def open_typed() -> AnyResponse:
    """Open a vehicle by reference and ID; the ID is not kept."""
    if _is_printing():
        return _go("printing")
    reference = request.form.get("reference", "")[:MOST_TYPED].strip()
    owner_id = request.form.get("owner_id", "")[:MOST_TYPED].strip()
    here().visits.clear(current_session())
    visit = current_visit()
    visit.asked_reference = reference or None
    answer = here().desk.open_by_reference(reference, owner_id)
    if isinstance(answer, Denied):
        return _tell(of_denied(answer))
    visit.reference = answer.reference
    return _go("vehicle")


@screens.post("/scan")
def open_scanned() -> AnyResponse:
    """Open what a scanner read, on whatever screen it was read; a print goes on undisturbed."""
    if _is_printing():
        return _go("printing")
    here().visits.clear(current_session())
    visit = current_visit()
    match here().desk.open_by_code(request.form.get("text", "")[:MOST_TYPED].strip()):
        case Opened(reference):
            visit.reference = reference
            return _go("vehicle")
        case NeedsId(reference):
            visit.asked_reference = reference
            return _go("collect")
        case Denied() as denied:
            return _tell(of_denied(denied))


@screens.get("/vehicle")
def vehicle() -> str | AnyResponse:
    """Show the vehicle and its sticker, or every reason why it cannot be printed."""
    if _is_printing():
        return _go("printing")
    visit = current_visit()
    if visit.reference is None:
        return _go("attract")
    found = here().desk.look(visit.reference)
    if isinstance(found, Denied):
        return _tell(of_denied(found))
    if isinstance(found.decision, Refused):
        return _notice(of_found(found, found.decision.reasons, current_language()), found)
    if reasons := machine().reasons:
        return _out_of_service(Notice(reasons))
    advice = of_found(found, found.decision.advice, current_language())
    return render_template("vehicle.html", record=found.record, advice=advice)


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


@screens.post("/print")
def print_sticker() -> AnyResponse:
    """Ask for the sticker; a second tap finds the job of the first."""
    visit = current_visit()
    if visit.reference is None:
        return _go("attract")
    match here().desk.request_print(visit.reference, visit.id):
        case JobView() as job:
            visit.job_id = job.id
            return _go("printing")
        case Denied() as denied:
            return _tell(of_denied(denied))
        case Refused(reasons):
            return _tell(_refusal(visit.reference, reasons))


@screens.get("/printing")
def printing() -> str | AnyResponse:
    """Show the job as it is; once it has ended, show how."""
    job = _own_job()
    if job is None:
        return _go("attract")
    if job.state in _TO_COME:
        return render_template("printing.html", job=job)
    if job.state is JobState.PRINTED:
        return _go("take")
    return _tell(of_ended(job))


@screens.get("/take")
def take() -> str | AnyResponse:
    """Show where the sticker lies and what to do with it."""
    job = _own_job()
    if job is None or job.state is not JobState.PRINTED:
        return _go("printing")
    return render_template("take.html", job=job)


@screens.get("/notice")
def notice() -> str | AnyResponse:
    """Say what the visitor was last told."""
    told = current_visit().notice
    return _go("attract") if told is None else _notice(told)


@screens.post("/finish")
def finish() -> AnyResponse:
    """End the visit. That the sticker was taken is recorded only if a person said so."""
    job = _own_job()
    is_person = request.form.get("by") != "timer"
    if job is not None and job.state is JobState.PRINTED and is_person:
        here().desk.taken(job.id)
    here().visits.restart(current_session())
    return _go("attract")


def _refusal(reference: str, reasons: tuple[Reason, ...]) -> Notice:
    """Say reasons with what the record tells about them, if it is still there."""
    found = here().desk.look(reference)
    if isinstance(found, Denied):
        return Notice(reasons)
    return of_found(found, reasons, current_language())


def _go(screen: str) -> AnyResponse:
    return redirect(url_for(f"screens.{screen}"), code=303)


def _tell(told: Notice) -> AnyResponse:
    """Keep what is to be said, and go where it is said."""
    current_visit().notice = told
    return _go("collect" if set(told.reasons) <= BESIDE_THE_FIELD else "notice")


def _notice(told: Notice, found: Found | None = None) -> str:
    record = None if found is None else found.record
    return render_template("notice.html", notice=told, record=record)


def _out_of_service(told: Notice) -> str:
    return render_template("out_of_service.html", notice=told)


def _own_job() -> JobView | None:
    job_id = current_visit().job_id
    return None if job_id is None else here().desk.job(job_id)


def _is_printing() -> bool:
    job = _own_job()
    return job is not None and job.state in _TO_COME
