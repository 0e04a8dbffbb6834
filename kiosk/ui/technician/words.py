"""The technician's desk speaks: from codes and values to words in the person's language."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

from flask import Flask
from flask_babel import gettext

from kiosk.domain import thai
from kiosk.domain.audit import Actor
from kiosk.domain.job import CancelCause
from kiosk.domain.printing import PrinterState
from kiosk.domain.staff import Act, roles_for
from kiosk.store.reports import LoggedEvent
from kiosk.ui.messages import current_language
from kiosk.ui.technician.sessions import Told
from kiosk.ui.technician.vocabulary import (
    ALL_WHYS,
    CONFLICT_WHYS,
    DOUBT_CAUSES,
    DOUBT_WHYS,
    NOT_HEARD,
    PRINTERS_OWN,
    PROBLEMS,
    REMEDIES,
    WHYS,
)
from kiosk.usecases.overseeing import PrinterPanel
from kiosk.usecases.permitting import NotAllowed
from kiosk.usecases.told import ToldProblem

_CALM: Final = (PrinterState.READY, PrinterState.NEAR_END, PrinterState.FEEDING)


def install_words(app: Flask) -> None:
    """Give templates what they need to say."""
    app.jinja_env.globals.update(
        panel_name=panel_name,
        is_calm=is_calm,
        say=say,
        only_for=only_for,
        roles_text=roles_text,
        who=who,
        REMEDIES=REMEDIES,
        PRINTERS_OWN=PRINTERS_OWN,
        said_told=said_told,
        short_time=short_time,
        payload_text=payload_text,
        why_text=why_text,
        cause_text=cause_text,
        WHYS=WHYS,
        DOUBT_WHYS=DOUBT_WHYS,
        CONFLICT_WHYS=CONFLICT_WHYS,
    )


def panel_name(panel: PrinterPanel) -> str:
    """Name the panel that a printer needs: its state, or that nobody hears of it."""
    if panel.seen is None or not panel.is_heard:
        return NOT_HEARD
    return panel.seen.status.state.value


def is_calm(panel: PrinterPanel) -> bool:
    """Say whether nothing needs to be done at a printer."""
    return panel_name(panel) in _CALM


def say(family: str, name: str, part: str = "") -> str:
    """Say one of a family of words."""
    return str(gettext(".".join(filter(None, ("tech", family, name, part)))))


class _Known(dict[str, str]):
    """What fills a message; what is not known shows as a dash, never as a fault."""

    def __missing__(self, key: str) -> str:
        return "–"


def said_told(told: Told) -> str:
    """Say what came of the last act."""
    return str(gettext(told.key)) % _Known(told.params)


def told_problem(problem: ToldProblem) -> Told:
    """Turn a problem into words; one without words of its own is told as it is."""
    code = problem.code if problem.code in PROBLEMS else "other"
    params = {"text": str(problem)} | problem.params
    if isinstance(problem, NotAllowed):
        params["who"] = roles_text(problem.act)
    return Told(f"tech.problem.{code}", is_good=False, params=params)


def only_for(act: Act) -> str:
    """Say whom to ask for something that a role may not do."""
    return str(gettext("tech.problem.not-allowed", who=roles_text(act)))


def roles_text(act: Act) -> str:
    """Name the roles that may do something."""
    return str(gettext("tech.or")).join(say("role", role) for role in roles_for(act))


def who(actor: str) -> str:
    """Name who the log names: a badge as it is, the rest in words."""
    return say("who", actor) if actor in list(Actor) else actor.removeprefix("staff:")


def why_text(why: str) -> str:
    """Say a stored reason: the words of its code, and the note as it was typed."""
    code, _, note = why.partition(": ")
    if code == "other" and note:
        return note
    known = say("why", code) if code in ALL_WHYS else code
    return " · ".join(filter(None, (known, note)))


def cause_text(cause: str | None) -> str:
    """Say why a job ended or is in doubt; what has no words is shown as it is."""
    if not cause:
        return ""
    if cause in list(PrinterState):
        return say("state", cause, "title")
    if cause in list(CancelCause):
        return say("cause", cause)
    named = (name for beginning, name in DOUBT_CAUSES if cause.startswith(beginning))
    name = next(named, None)
    return cause if name is None else say("cause", name)


def short_time(at: object) -> str:
    """Write a time for a list, `21 พ.ย. 2569 09:05:12`."""
    if not hasattr(at, "astimezone"):
        return "–"
    local = at.astimezone(thai.BANGKOK)
    return f"{thai.short_date(local.date(), current_language())} {local:%H:%M:%S}"


def payload_text(event: LoggedEvent, hidden: Collection[str]) -> str:
    """Write a payload in one line; long values lose their end.

    `hidden` are the jobs in doubt: their serials are masked, as people say what they see on paper.
    """
    if event.payload is None:
        return "–"
    fields: dict[str, object] = json.loads(event.payload)
    if fields.get("job") in hidden and "serial" in fields:
        fields["serial"] = "•••"
    return " · ".join(f"{name} {_short(value)}" for name, value in fields.items())


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


_LONGEST_VALUE: Final = 40
