"""What every step of a visit shares: where to go next, and what to say on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.job import JobState
from kiosk.domain.reasons import Reason
from kiosk.ui.desk import Denied, Found, JobView
from kiosk.ui.here import current_session, current_visit, here
from kiosk.ui.messages import current_language
from kiosk.ui.notices import BESIDE_THE_FIELD, Notice, of_found
from kiosk.ui.visit import InRow, Purpose, Visit

screens = Blueprint("screens", __name__)

MOST_TYPED: Final = 600
"""The longest text taken from a scanner or a field; a signed code has about 150 characters."""

MOST_SHOWN: Final = 3
"""Stickers of a row on the screen at once: the one before, this one, the next."""

TO_COME: Final = (JobState.REQUESTED, JobState.CLAIMED, JobState.SENDING)
"""States in which the visitor waits for the sticker."""


def typed(name: str) -> str:
    """Return a field of the form as typed, within bounds."""
    return request.form.get(name, "")[:MOST_TYPED].strip()


def begin() -> Visit:
    """Forget what was open and begin anew, unless the visitor is gathering vehicles."""
    before = current_visit()
    if before.is_gathering:
        before.notice = None
        return before
    here().visits.clear(current_session())
    visit = current_visit()
    visit.purpose = before.purpose
    return visit


def opened(reference: str, *, is_owner: bool) -> AnyResponse:
    """Show a renewal that the visitor has opened, the way they came for."""
    visit = current_visit()
    visit.reference = reference
    visit.opened[reference] = is_owner or visit.opened.get(reference, False)
    visit.picked.add(reference)
    if visit.is_gathering:
        visit.turned_to = 0
        return go("vehicles")
    if is_owner and visit.purpose is Purpose.STATUS:
        return go("status")
    return go("vehicle")


def go(screen: str) -> AnyResponse:
    """Send the browser to a screen."""
    return redirect(url_for(f"screens.{screen}"), code=303)


def tell(told: Notice, field_on: str = "collect") -> AnyResponse:
    """Keep what is to be said, and go where it is said: beside its field, or on its own."""
    current_visit().notice = told
    return go(field_on if set(told.reasons) <= BESIDE_THE_FIELD else "notice")


def beside_the_field() -> Notice | None:
    """Return what is to be said beside a field."""
    told = current_visit().notice
    return told if told is not None and set(told.reasons) <= BESIDE_THE_FIELD else None


def show_notice(told: Notice, found: Found | None = None) -> str:
    """Render what a visitor has to be told."""
    record = None if found is None else found.record
    return render_template("notice.html", notice=told, record=record, row=row_view())


def out_of_service(told: Notice) -> str:
    """Render that the machine cannot print."""
    return render_template("out_of_service.html", notice=told)


def refusal(reference: str, reasons: tuple[Reason, ...]) -> Notice:
    """Say reasons with what the record tells about them, if it is still there."""
    found = here().desk.look(reference)
    if isinstance(found, Denied):
        return Notice(reasons)
    return of_found(found, reasons, current_language())


def own_job() -> JobView | None:
    """Return the visitor's job, the last of a row."""
    job_id = current_visit().job_id
    return None if job_id is None else here().desk.job(job_id)


def is_printing() -> bool:
    """Say whether a sticker of this visitor is still to come."""
    job = own_job()
    if job is None:
        return False
    return job.state in TO_COME or (job.state is JobState.PRINTED and bool(current_visit().pending))


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as far as it fits on the screen: plate, province and state of each sticker.

    `number` of `count` is the one that the row has come to.
    """

    shown: tuple[tuple[str, str, str], ...] = ()
    number: int = 0
    count: int = 0


def row_view() -> RowView:
    """Return the stickers of a row around the one it has come to; nothing for a single one."""
    row = current_visit().row
    if len(row) < 2:  # noqa: PLR2004 - one sticker is no row
        return RowView()
    number = len(row) - len(current_visit().pending)
    first = max(0, min(number - 2, len(row) - MOST_SHOWN))
    shown = [(each, here().desk.look(each.reference)) for each in row[first : first + MOST_SHOWN]]
    return RowView(
        shown=tuple(
            (found.record.plate.text, found.record.plate.province, _state(each))
            for each, found in shown
            if isinstance(found, Found)
        ),
        number=number,
        count=len(row),
    )


def _state(each: InRow) -> str:
    if each.reason is not None:
        return "not"
    job = None if each.job_id is None else here().desk.job(each.job_id)
    if job is None:
        return "waiting"
    if job.state is JobState.PRINTED:
        return "printed"
    return "printing" if job.state in TO_COME else "not"
