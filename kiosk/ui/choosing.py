"""Several vehicles of one visit: a list in pages, and which of them are to be printed."""

from __future__ import annotations

from typing import Final

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.reasons import Reason
from kiosk.ui.desk import Found
from kiosk.ui.here import current_visit, here
from kiosk.ui.notices import Notice
from kiosk.ui.paper import ask_next
from kiosk.ui.steps import go, is_printing, screens, tell, typed
from kiosk.ui.visit import InRow, Visit

A_PAGE: Final = 6
"""Vehicles on the screen at once: so many fit without scrolling in the largest text."""


@screens.post("/vehicles/gather")
def gather() -> AnyResponse:
    """From now on what is scanned joins what is open."""
    visit = current_visit()
    if visit.opened:
        visit.is_gathering = True
    return go("vehicles")


@screens.get("/vehicles")
def vehicles() -> str | AnyResponse:
    """List what may be printed in a row: the owner's vehicles, and those that were scanned."""
    if is_printing():
        return go("printing")
    visit = current_visit()
    if not visit.is_gathering:
        return go("attract")
    _list(visit)
    told, visit.notice = visit.notice, None
    on_screen = [
        (number, found)
        for number in _numbers(visit)
        if isinstance(found := here().desk.look(visit.listed[number]), Found)
    ]
    return render_template(
        "vehicles.html",
        on_screen=on_screen,
        picked=visit.picked,
        chosen=len(visit.picked),
        turned_to=visit.turned_to,
        pages=_last_page(visit) + 1,
        told=told,
    )


@screens.post("/vehicles")
def choose() -> AnyResponse:
    """Turn the list's page, or print the stickers that were chosen, one after the other."""
    visit = current_visit()
    if is_printing():
        return go("printing")
    if not visit.listed:
        return tell(Notice((Reason.SESSION_OVER,)))
    _pick(visit)
    turned_to = typed("turn")
    if turned_to.isdecimal():
        visit.turned_to = min(int(turned_to), _last_page(visit))
        return go("vehicles")
    visit.row = [InRow(each) for each in visit.listed if each in visit.picked]
    if not visit.row:
        return go("vehicles")
    visit.job_id = None  # an earlier sticker of this visit is out, and is not of this row
    return ask_next(visit)


def _pick(visit: Visit) -> None:
    """Take over what is ticked on the page; what was picked on the others stays."""
    ticked = {int(number) for number in request.form.getlist("pick") if number.isdecimal()}
    for number in _numbers(visit):
        if number in ticked:
            visit.picked.add(visit.listed[number])
        else:
            visit.picked.discard(visit.listed[number])


def _list(visit: Visit) -> None:
    """List what was opened, then the other vehicles of those whose owner's ID was given."""
    listed = dict.fromkeys(visit.opened)
    for reference, is_owner in visit.opened.items():
        if is_owner:
            listed |= dict.fromkeys(here().desk.of_same_owner(reference))
    visit.listed = tuple(listed)


def _numbers(visit: Visit) -> range:
    """Return the places in the list that are on the screen."""
    first = visit.turned_to * A_PAGE
    return range(first, min(first + A_PAGE, len(visit.listed)))


def _last_page(visit: Visit) -> int:
    return max(0, len(visit.listed) - 1) // A_PAGE
