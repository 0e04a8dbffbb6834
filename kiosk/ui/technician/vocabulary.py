"""What the technician's desk can say: codes, and the keys of the catalogue made of them."""

from __future__ import annotations

from typing import Final

from kiosk.domain.audit import Actor, AuditEvent
from kiosk.domain.job import CancelCause, JobState
from kiosk.domain.printing import PrinterState, PrinterStatus
from kiosk.domain.readiness import printer_reasons
from kiosk.domain.reasons import Reason
from kiosk.domain.renewal import PaymentStatus
from kiosk.domain.service import ServiceKind, ServiceOutcome
from kiosk.domain.staff import Role
from kiosk.usecases.conflicting import FROZEN
from kiosk.usecases.loading import LoadStep

WHYS: Final = ("maintenance", "new-roll", "bad-print", "after-repair", "end-of-shift", "other")
"""Reasons offered for what is done to the machine; `other` wants a note."""

DOUBT_WHYS: Final = ("paper-end", "jam", "power-cut", "line-lost", "seen-whole", "other")
"""Reasons offered when a doubt is ended."""

CONFLICT_WHYS: Final = ("taken-back", "told-holder", "told-central", "other")
"""What people did about a sticker that central stopped after it was printed."""

ALL_WHYS: Final = (*WHYS, *DOUBT_WHYS, *CONFLICT_WHYS)

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

DOUBT_CAUSES: Final = (
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
        *(f"tech.cause.{name}" for _, name in DOUBT_CAUSES),
        *(f"tech.event.{event}" for event in AuditEvent),
        *(f"tech.problem.{code}" for code in PROBLEMS),
        *(f"tech.why.{code}" for code in ALL_WHYS),
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
