"""Loading a roll, a step at a time; the sensors say when a step is done."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template
from werkzeug.wrappers import Response

from kiosk.ui.technician.acts import reason, tell, telling, typed
from kiosk.ui.technician.bench import go, staff, technician, workshop
from kiosk.ui.technician.pages import stamp
from kiosk.usecases.loading import LoadStep


@technician.get("/load")
def load() -> str:
    """Show the step that is open; the first visit begins the walk."""
    session = staff()
    if session.walk is None:
        session.walk = workshop().begin_walk()
    step = workshop().next_step(session.walk)
    seen = workshop().overview()
    return render_template(
        "technician/load.html", seen=seen, step=step, steps=list(LoadStep), live=stamp(seen)
    )


@technician.post("/load/by-hand")
def load_by_hand() -> Response:
    """Go on without having seen the cover open: not every printer has that sensor."""
    session = staff()
    if session.walk is not None:
        session.walk = replace(session.walk, by_hand=True)
    return go("load")


@technician.post("/load")
@telling
def load_serials() -> Response:
    """Load the roll whose first and last serial were read from it."""
    walk = staff().walk
    if walk is None or workshop().next_step(walk) is not LoadStep.SERIALS:
        return go("load")
    note = "" if not walk.by_hand else " (cover not seen)"
    count = workshop().load_roll(
        typed("first"), typed("last"), by=staff().actor, why=f"{reason()}{note}"
    )
    tell("loaded", count=count)
    return go("load")


@technician.post("/load/end")
def end_load() -> Response:
    """Leave the walk."""
    staff().walk = None
    return go("home")
