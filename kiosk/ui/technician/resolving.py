"""Ending a doubt: what was sent, what people see, who says so, and why."""

from __future__ import annotations

from typing import Final

from flask import render_template
from werkzeug.wrappers import Response

from kiosk.domain.job import JobState
from kiosk.ui.technician.acts import reason, tell, telling, typed
from kiosk.ui.technician.bench import go, staff, technician, workshop
from kiosk.ui.technician.pages import stamp
from kiosk.usecases.told import ToldProblem

SEEN: Final = {
    "whole": JobState.PRINTED,
    "half": JobState.SPOILED,
    "none": JobState.NO_OUTPUT,
    "lost": JobState.SPOILED,
}
"""What people see of the paper, and what that makes of the job."""


@technician.get("/doubts/<job_id>")
def doubt(job_id: str) -> str | Response:
    """Show what was sent beside the questions."""
    found = workshop().doubt(job_id)
    if found is None:
        return go("home")
    more = range(2, workshop().people_needed + 1)
    live = stamp(workshop().overview())
    return render_template("technician/doubt.html", doubt=found, more=list(more), live=live)


@technician.post("/doubts/<job_id>")
@telling
def resolve(job_id: str) -> Response:
    """End the doubt as the people say; each of the others proves it with a PIN."""
    outcome = SEEN.get(typed("seen"))
    if outcome is None:
        raise ToldProblem("say what is seen of the paper", "answer")
    why = reason()
    badges = [staff().badge]
    if outcome is not JobState.NO_OUTPUT:
        badges += [_other(number) for number in range(2, workshop().people_needed + 1)]
    workshop().resolve(job_id, outcome, badges=badges, serial=typed("serial"), why=why)
    tell("resolved")
    return go("home")


def _other(number: int) -> str:
    """Return the badge of one more person, who gives the PIN here. Raises StaffProblem."""
    return workshop().sign_in(typed(f"badge_{number}"), typed(f"pin_{number}")).badge
