"""What staff look at. Every page is a GET; acting is done by POST, in `acts`."""

from __future__ import annotations

import hashlib

from flask import Response, abort, g, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.sticker.picture import to_png
from kiosk.ui.notices import Notice
from kiosk.ui.technician.bench import go, sessions, staff, technician, workshop
from kiosk.ui.technician.sessions import COOKIE
from kiosk.ui.technician.words import panel_name, told_problem
from kiosk.usecases.overseeing import Overview
from kiosk.usecases.staffing import StaffProblem

MOST_TYPED = 80
"""The longest badge, PIN, serial or note that is read."""


@technician.get("/sign-in")
def sign_in_form() -> str | AnyResponse:
    """Ask for badge and PIN."""
    if g.staff is not None:
        return go("home")
    return render_template("technician/sign_in.html", problem=None, badge="")


@technician.post("/sign-in")
def sign_in() -> str | AnyResponse:
    """Let in whose badge and PIN these are."""
    badge = request.form.get("badge", "")[:MOST_TYPED]
    try:
        person = workshop().sign_in(badge, request.form.get("pin", "")[:MOST_TYPED])
    except StaffProblem as problem:
        told = told_problem(problem)
        return render_template("technician/sign_in.html", problem=told, badge=badge)
    session = sessions().begin(person)
    response = make_response(go("home"))
    response.set_cookie(COOKIE, session.token, httponly=True, samesite="Strict", path="/technician")
    return response


@technician.post("/leave")
def leave() -> AnyResponse:
    """Close the desk."""
    sessions().end(staff().token)
    response = go("sign_in_form")
    response.location = "/"
    response.delete_cookie(COOKIE, path="/technician")
    return response


@technician.get("/")
def home() -> str:
    """Show how everything stands, and what can be done."""
    seen = workshop().overview()
    notice = Notice(seen.reasons)
    return render_template("technician/home.html", seen=seen, notice=notice, live=stamp(seen))


@technician.get("/state")
def state() -> Response:
    """Tell a page whether it shows something outdated."""
    return jsonify(stamp=stamp(workshop().overview()))


@technician.get("/printer/<name>")
def printer(name: str) -> str:
    """Show one printer: its state, what to do next, and what it can be asked for."""
    seen = workshop().overview()
    panel = seen.receipt if seen.receipt and seen.receipt.name == name else seen.printer
    if panel.name != name:
        abort(404)
    left, right = workshop().sideways_mm()
    return render_template(
        "technician/printer.html",
        seen=seen,
        panel=panel,
        is_sticker=panel is seen.printer,
        tuning=workshop().tuning(name),
        sideways=(-left, right) if panel is seen.printer else (-1, 1),
        live=stamp(seen),
    )


@technician.get("/stock")
def stock() -> str:
    """Show the rolls and the equation of each."""
    seen = workshop().overview()
    return render_template(
        "technician/stock.html", seen=seen, rolls=workshop().rolls(), live=stamp(seen)
    )


@technician.get("/jobs")
def jobs() -> str:
    """Show the last jobs."""
    return render_template("technician/jobs.html", jobs=workshop().last_jobs())


@technician.get("/log")
def log() -> str:
    """Show the end of the log."""
    hidden = {doubt.job_id for doubt in workshop().overview().doubts}
    return render_template("technician/log.html", events=workshop().last_events(), hidden=hidden)


@technician.get("/report")
def report() -> str:
    """Show the shift so far, and offer to print it where there is plain paper."""
    seen = workshop().overview()
    return render_template(
        "technician/report.html", seen=seen, report=workshop().report(), live=stamp(seen)
    )


@technician.get("/doubts/<job_id>/picture")
def doubt_picture(job_id: str) -> Response:
    """Send what was sent to the printer, its QR and serial masked."""
    picture = workshop().doubt_picture(job_id)
    if picture is None:
        abort(404)
    return Response(to_png(picture), mimetype="image/png")


def stamp(seen: Overview) -> str:
    """Return a text that changes when a live page would look different."""
    panels = [seen.printer, *([seen.receipt] if seen.receipt else [])]
    walk = staff().walk
    parts: list[object] = [
        *(panel_name(panel) for panel in panels),
        *((each.request.id, each.request.state) for each in panels if each.request is not None),
        *seen.reasons,
        seen.stock,
        *seen.doubts,
        seen.stop is not None,
        seen.backlog.undelivered,
        *seen.calls,
        *seen.conflicts,
        None if walk is None else workshop().next_step(walk),
    ]
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:16]
