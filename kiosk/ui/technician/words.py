"""The words of the technician's desk: which key of the catalogue says what."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

from flask import Flask
from flask_babel import gettext

from kiosk.domain import thai
from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import CancelCause, JobState
from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.domain.readiness import printer_reasons
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaymentStatus
from kiosk.domain.service import ServiceKind, ServiceOutcome
from kiosk.domain.staff import Act, Role, roles_for
from kiosk.store.reports import LoggedEvent
from kiosk.ui.messages import current_language
from kiosk.ui.technician.sessions import Told
from kiosk.usecases.conflicting import FROZEN
from kiosk.usecases.loading import LoadStep
from kiosk.usecases.overseeing import PrinterPanel
from kiosk.usecases.permitting import NotAllowed
from kiosk.usecases.told import ToldProblem

WHYS: Final = ("maintenance", "new-roll", "bad-print", "after-repair", "end-of-shift", "other")
"""Reasons offered for what is done to the machine; `other` wants a note."""

DOUBT_WHYS: Final = ("paper-end", "jam", "power-cut", "line-lost", "seen-whole", "other")
"""Reasons offered when a doubt is ended."""

CONFLICT_WHYS: Final = ("taken-back", "told-holder", "told-central", "other")
"""What people did about a sticker that central stopped after it was printed."""

_ALL_WHYS: Final = (*WHYS, *DOUBT_WHYS, *CONFLICT_WHYS)

PROBLEMS: Final = (
    *("other", "wrong-pin", "locked", "why", "busy", "no-test", "judged", "stopped", "in-service"),
    *("off-paper", "moved-on", "serial-no-paper", "not-cleared", "counter", "people"),
    *("serial-missing", "serial-wrong", "roll-loaded", "loaded-before", "no-roll", "not-free"),
    *("printing", "serial-empty", "serial-bad_shape", "serial-too_long", "serial-other_prefix"),
    *("serial-other_width", "serial-reversed", "serial-too_many", "value", "answer"),
    "not-allowed",
)
"""Codes of `ToldProblem`, and of answers that a form lacks."""

NOT_HEARD: Final = "down"
"""The panel shown when the printer's process itself is silent."""

_DOUBT_CAUSES: Final = (
    ("no confirmation within ", "no-confirmation"),
    ("line lost: ", "line-lost"),
    ("the printer took no bytes ", "stalled"),
    ("the kiosk stopped while ", "stopped"),
    ("the outcome could not be ", "not-written"),
)
"""How a doubt's cause begins in the log, and the name of its words."""

REMEDIES: Final = {
    Reason.NO_STOCK: "load",
    Reason.STOCK_NOT_READ_IN: "stock",
    Reason.OUT_OF_SERVICE: "#service",
}
"""Where staff do something about why the kiosk is closed."""

PRINTERS_OWN: Final = frozenset(
    reason for state in PrinterState for reason in printer_reasons(PrinterStatus(state))
) | {Reason.PRINTER_PROCESS_DOWN}
"""Reasons that the printer's panel tells more of."""

CONFLICTS: Final = (*(status for status in PaymentStatus if status != PaymentStatus.PAID), FROZEN)
"""What central stopped a sticker for."""

FAMILIES: Final = frozenset(
    {
        *(
            f"tech.state.{name}.{part}"
            for name in (*PrinterState, NOT_HEARD)
            for part in ("title", "next")
        ),
        *(f"tech.step.{step}.{part}" for step in LoadStep for part in ("title", "next")),
        *(f"tech.outcome.{outcome}" for outcome in ServiceOutcome),
        *(f"tech.kind.{kind}" for kind in ServiceKind),
        *(f"tech.job.{state}" for state in JobState),
        *(f"tech.role.{role}" for role in Role),
        "tech.or",
        *(f"tech.who.{actor}" for actor in Actor),
        *(f"tech.remedy.{reason}" for reason in REMEDIES),
        *(f"tech.conflict.{what}" for what in CONFLICTS),
        *(f"tech.cause.{cause}" for cause in CancelCause),
        *(f"tech.cause.{name}" for _, name in _DOUBT_CAUSES),
        *(f"tech.event.{event}" for event in AuditEvent),
        *(f"tech.problem.{code}" for code in PROBLEMS),
        *(f"tech.why.{code}" for code in _ALL_WHYS),
        *(
            f"tech.done.{act}"
            for act in (
                *("asked", "tuned", "stopped", "resumed", "heard", "loaded", "read-in", "spoiled"),
                *("returned", "resolved", "judged", "settled"),
            )
        ),
    }
)
"""Keys that are put together here and in the templates."""

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
    known = say("why", code) if code in _ALL_WHYS else code
    return " · ".join(filter(None, (known, note)))


def cause_text(cause: str | None) -> str:
    """Say why a job ended or is in doubt; what has no words is shown as it is."""
    if not cause:
        return ""
    if cause in list(PrinterState):
        return say("state", cause, "title")
    if cause in list(CancelCause):
        return say("cause", cause)
    named = (name for beginning, name in _DOUBT_CAUSES if cause.startswith(beginning))
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
