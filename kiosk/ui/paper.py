"""From the tap to the sticker in the hand: one sticker, or several in a row."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.decide import Refused
from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.ui.desk import Denied, JobView
from kiosk.ui.here import current_session, current_visit, here
from kiosk.ui.notices import Notice, of_denied, of_ended
from kiosk.ui.steps import (
    TO_COME,
    go,
    is_printing,
    own_job,
    refusal,
    row_view,
    screens,
    tell,
)
from kiosk.ui.visit import Visit


@screens.post("/print")
def print_sticker() -> AnyResponse:
    """Ask for the sticker; a second tap finds the job of the first."""
    visit = current_visit()
    if visit.row and is_printing():
        return go("printing")
    if visit.reference is None:
        return tell(Notice((Reason.SESSION_OVER,)))
    visit.row = []
    told = _ask(visit, visit.reference)
    return go("printing") if told is None else tell(told)


def _ask(visit: Visit, reference: str) -> Notice | None:
    """Ask for one sticker; None when it is on its way, otherwise what to say."""
    match here().desk.request_print(reference, visit.id):
        case JobView() as job:
            visit.job_id = job.id
            return None
        case Denied() as denied:
            return of_denied(denied)
        case Refused(reasons):
            return refusal(reference, reasons)


@screens.post("/next")
def print_next() -> AnyResponse:
    """Ask for the next sticker of the row, once the one before it is out."""
    job = own_job()
    if job is not None and job.state in TO_COME:
        return go("printing")
    return ask_next(current_visit())


def ask_next(visit: Visit) -> AnyResponse:
    """Ask for the next of the row that may be printed; one that may not is passed over."""
    for each in visit.pending:
        told = _ask(visit, each.reference)
        if told is None:
            each.job_id = visit.job_id
            return go("printing")
        each.reason = told.reasons[0]
        visit.notice = told
    if own_job() is not None:
        return go("take")
    return go("notice")


@screens.get("/printing")
def printing() -> str | AnyResponse:
    """Show the job as it is; once it has ended, show how, or go on with the row."""
    job = own_job()
    if job is None:
        return go("attract")
    if job.state in TO_COME or is_printing():
        return render_template(
            "printing.html", job=job, row=row_view(), goes_on=job.state is JobState.PRINTED
        )
    if job.state is JobState.PRINTED:
        return go("take")
    return tell(refusal(job.reference, job.reasons) if job.reasons else of_ended(job))


@screens.get("/take")
def take() -> str | AnyResponse:
    """Show where the sticker lies and what to do with it."""
    job = own_job()
    if job is None or job.state is not JobState.PRINTED or is_printing():
        return go("printing")
    return render_template("take.html", job=job, row=row_view())


@screens.post("/finish")
def finish() -> AnyResponse:
    """End the visit. That a sticker was taken is recorded only if a person said so."""
    visit = current_visit()
    asked = [*(each.job_id for each in visit.row), visit.job_id]
    if request.form.get("by") != "timer":
        for job_id in dict.fromkeys(each for each in asked if each is not None):
            job = here().desk.job(job_id)
            if job is not None and job.state is JobState.PRINTED:
                here().desk.taken(job.id)
    here().visits.restart(current_session())
    return go("attract")
