"""What may never happen to what was asked of a printer, and to calls."""

from __future__ import annotations

from typing import Final

from kiosk.store.tables.jobs import IS_ON_PRINTER as ON_PRINTER
from kiosk.store.tables.service import IS_OPEN as OPEN_REQUEST
from kiosk.store.triggers.shapes import constant, kept, new, once, refuse

SERVICE: Final = (
    kept("calls"),
    constant("calls", "number", "about", "called_at"),
    once("calls", "answered_by", "answered_at"),
    new("calls", "number = NEW.number"),
    kept("service_requests"),
    constant(
        "service_requests",
        *("id", "printer", "kind", "why", "asked_by", "asked_at", "visit", "reference"),
    ),
    once(
        "service_requests",
        *("serial", "started_at", "ended_at", "outcome", "verdict", "verdict_by"),
    ),
    new(
        "service_requests",
        "id = NEW.id OR (printer = NEW.printer AND state IN ('requested', 'started'))"
        " OR (visit = NEW.visit AND reference = NEW.reference AND state <> 'failed')",
    ),
    refuse(
        "service_requests_slip_stays",
        "UPDATE OF slip",
        "service_requests",
        "NEW.slip IS NOT NULL AND NEW.slip IS NOT OLD.slip",
        "what is printed is what was asked for",
    ),
    refuse(
        "service_requests_begin_requested",
        "INSERT",
        "service_requests",
        "NEW.state <> 'requested'",
        "a request begins as requested",
    ),
    refuse(
        "service_requests_legal_step",
        "UPDATE OF state",
        "service_requests",
        "NEW.state IS NOT OLD.state AND (OLD.state || '>' || NEW.state) NOT IN"
        " ('requested>started', 'requested>failed', 'started>done', 'started>failed')",
        "this step is not legal",
    ),
    refuse(
        "service_requests_printer_free",
        "UPDATE OF state",
        "service_requests",
        "NEW.state = 'started' AND OLD.state <> 'started' AND EXISTS ("  # noqa: S608 - of constants
        f"SELECT 1 FROM jobs WHERE printer = NEW.printer AND state = 'sending' AND {ON_PRINTER})",
        "a sticker is being sent to this printer",
    ),
    refuse(
        "jobs_sending_undisturbed",
        "UPDATE OF state",
        "jobs",
        "NEW.state = 'sending' AND OLD.state <> 'sending' AND EXISTS ("  # noqa: S608 - of constants
        "SELECT 1 FROM service_requests"
        f" WHERE printer = NEW.printer AND state = 'started' AND {OPEN_REQUEST})",
        "the printer is doing what was asked for",
    ),
)
"""A request is taken once, ends once, and never meets a sticker on the same printer; a call is
answered once."""
