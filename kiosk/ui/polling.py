"""What pages ask for by themselves: how the machine is, and how far a job is."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify

from kiosk.domain.thai import bangkok_date
from kiosk.ui.here import current_visit, here, machine

polling = Blueprint("polling", __name__)


@polling.get("/jobs/<job_id>")
def job_state(job_id: str) -> Response:
    """Tell a visitor about their own job; any other job does not exist for them."""
    if current_visit().job_id != job_id:
        abort(404)
    job = here().desk.job(job_id)
    if job is None:
        abort(404)
    return jsonify(
        state=job.state.value, evidence=list(job.evidence), seconds_left=job.seconds_left
    )


@polling.get("/health")
def health() -> Response:
    """Tell whether the screens are served, and whether the machine may print.

    `stamp` changes when a waiting screen shows something outdated; `boot` with each start.
    """
    seen = machine()
    return jsonify(
        status="ok",
        kiosk=seen.kiosk,
        is_ready=not seen.reasons,
        reasons=[reason.value for reason in seen.reasons],
        data_as_of=seen.data_as_of.isoformat() if seen.data_as_of else None,
        boot=here().boot,
        stamp=stamp(),
    )


def stamp() -> str:
    """Return a text that changes when the first screen would look different."""
    seen = machine()
    as_of = seen.data_as_of.strftime("%d%H%M") if seen.data_as_of else ""
    day = bangkok_date(here().clock()).isoformat()
    left = "left" if seen.has_left_sticker else ""
    stale = "stale" if seen.is_stale else ""
    return "/".join([here().boot, day, as_of, left, stale, *seen.reasons])
