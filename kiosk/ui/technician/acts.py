"""What staff do. Each act ends in a redirect to the page that shows what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps

from flask import abort, request
from werkzeug.wrappers import Response

from kiosk.domain.service import FOR_STAFF, ServiceKind, Tuning, Verdict
from kiosk.ui.technician.bench import go, staff, technician, workshop
from kiosk.ui.technician.pages import MOST_TYPED
from kiosk.ui.technician.sessions import Told
from kiosk.ui.technician.vocabulary import CONFLICT_WHYS, DOUBT_WHYS, WHYS
from kiosk.ui.technician.words import told_problem
from kiosk.usecases.told import ToldProblem


def typed(name: str) -> str:
    """Return a field of the form as typed, within bounds."""
    return request.form.get(name, "")[:MOST_TYPED].strip()


def reason() -> str:
    """Return the reason that was given: a code of ours, and a note. Raises ToldProblem."""
    code, note = typed("why"), typed("note")
    if code not in (*WHYS, *DOUBT_WHYS, *CONFLICT_WHYS) or (code == "other" and not note):
        raise ToldProblem("choose a reason; for another one, type a few words", "why")
    return f"{code}: {note}" if note else code


def tell(act: str, **params: object) -> None:
    """Say on the next page that an act is done."""
    values = {name: str(value) for name, value in params.items()}
    staff().told = Told(f"tech.done.{act}", is_good=True, params=values)


def telling(act: Callable[..., Response]) -> Callable[..., Response]:
    """Turn a problem into words on the page that the person came from."""

    @wraps(act)
    def acted(**values: str) -> Response:
        try:
            return act(**values)
        except ToldProblem as problem:
            staff().told = told_problem(problem)
            staff().typed = {
                name: text[:MOST_TYPED]
                for name, text in request.form.items()
                if name != "csrf_token" and not name.startswith("pin")
            }
            return _back()

    return acted


def _back() -> Response:
    page, _, name = typed("back").partition(":")
    if page in ("printer", "doubt"):
        return go(page, **{"name" if page == "printer" else "job_id": name})
    return go(page if page in ("stock", "load", "report") else "home")


@technician.post("/service")
@telling
def switch_service() -> Response:
    """Take the kiosk out of service, or put it back."""
    by, why = staff().actor, reason()
    if typed("to") == "stop":
        workshop().stop_service(by=by, why=why)
        tell("stopped")
    else:
        workshop().resume_service(by=by, why=why)
        tell("resumed")
    return go("home")


@technician.post("/calls")
@telling
def hear_calls() -> Response:
    """Say that the visitors' calls were heard."""
    if workshop().answer_calls(by=staff().actor):
        tell("heard")
    return go("home")


@technician.post("/conflicts")
@telling
def settle() -> Response:
    """Note how people saw to a sticker that central stopped."""
    number = _number("conflict")
    if workshop().settle_conflict(number, by=staff().actor, how=reason()):
        tell("settled")
    return go("home")


@technician.post("/printer/<name>/ask")
@telling
def ask(name: str) -> Response:
    """Ask a printer for something; its own process takes it up."""
    _check_printer(name)
    kind = typed("kind")
    if kind not in FOR_STAFF:
        abort(400)
    workshop().ask(name, ServiceKind(kind), by=staff().actor, why=reason())
    tell("asked")
    return _back()


@technician.post("/printer/<name>/judge")
@telling
def judge(name: str) -> Response:
    """Write down whether a test print looks right."""
    _check_printer(name)
    verdict, number = typed("verdict"), _number("request")
    if verdict not in list(Verdict):
        abort(400)
    workshop().judge_test(number, Verdict(verdict), by=staff().actor)
    tell("judged")
    return go("printer", name=name)


@technician.post("/printer/<name>/tune")
@telling
def tune(name: str) -> Response:
    """Set a printer up."""
    _check_printer(name)
    try:
        wanted = Tuning(int(typed("right_mm")), int(typed("down_mm")), int(typed("density")))
    except ValueError as error:
        raise ToldProblem(str(error), "value") from error
    workshop().tune(name, wanted, by=staff().actor, why=reason())
    tell("tuned")
    return go("printer", name=name)


@technician.post("/stock/spoil")
@telling
def spoil() -> Response:
    """Count blanks as used up by no sticker."""
    count = workshop().spoil(typed("first"), typed("last"), by=staff().actor, why=reason())
    tell("spoiled", count=count)
    return go("stock")


@technician.post("/stock/return")
@telling
def return_roll() -> Response:
    """Take the roll out."""
    count = workshop().return_roll(by=staff().actor, why=reason())
    tell("returned", count=count)
    return _back()


@technician.post("/stock/read-in")
@telling
def read_in() -> Response:
    """Say which number lies under the head."""
    skipped = workshop().read_in(typed("serial"), by=staff().actor)
    tell("read-in", count=len(skipped))
    return _back()


def _number(name: str) -> int:
    """Return a row's number that our own form holds; anything else was made up."""
    text = typed(name)
    if not re.fullmatch(r"[0-9]{1,18}", text):  # as many as the database can hold
        abort(400)
    return int(text)


def _check_printer(name: str) -> None:
    here = workshop()
    if name not in (here.site.printer, here.receipt):
        abort(404)
