"""The closed catalogue of audit events: what may be logged, by whom, and with what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Who caused an event, besides a member of staff (`staff:<badge>`)."""

    COLLECTOR = "collector"
    SYSTEM = "system"
    CENTRAL = "central"


class AuditEvent(StrEnum):
    """Everything that is written to the log; nothing else can be."""

    PROCESS_STARTED = "process-started"
    PROCESS_STOPPED = "process-stopped"
    RECORDS_IMPORTED = "records-imported"
    HOLD_PLACED = "hold-placed"
    HOLDS_RELEASED = "holds-released"
    REJECT_RETRIED = "reject-retried"
    CODE_ACCEPTED = "code-accepted"
    CODE_REFUSED = "code-refused"
    OWNER_VERIFIED = "owner-verified"
    OWNER_MISMATCH = "owner-mismatch"
    PRINT_REFUSED = "print-refused"
    JOB_REQUESTED = "job-requested"
    JOB_CLAIMED = "job-claimed"
    JOB_CANCELLED = "job-cancelled"
    JOB_SENDING = "job-sending"
    JOB_PRINTED = "job-printed"
    JOB_IN_DOUBT = "job-in-doubt"
    JOB_NO_OUTPUT = "job-no-output"
    JOB_SPOILED = "job-spoiled"
    EVIDENCE_ADDED = "evidence-added"
    STICKER_TAKEN = "sticker-taken"
    ISSUE_VOIDED = "issue-voided"
    CONFLICT_RAISED = "conflict-raised"
    CONFLICT_SETTLED = "conflict-settled"
    STOCK_LOADED = "stock-loaded"
    STOCK_READ_IN = "stock-read-in"
    STOCK_RETURNED = "stock-returned"
    BLANK_SPOILED = "blank-spoiled"
    PRINTER_CHANGED = "printer-changed"
    PRINTER_PROBED = "printer-probed"
    SERVICE_STOPPED = "service-stopped"
    SERVICE_RESUMED = "service-resumed"
    SERVICE_ASKED = "service-asked"
    STATUS_ASKED = "status-asked"
    SERVICE_ENDED = "service-ended"
    TEST_PRINTED = "test-printed"
    TEST_JUDGED = "test-judged"
    PRINTER_TUNED = "printer-tuned"
    STAFF_CALLED = "staff-called"
    CALL_ANSWERED = "call-answered"
    STAFF_ADDED = "staff-added"
    STAFF_DISABLED = "staff-disabled"
    STAFF_SIGNED_IN = "staff-signed-in"
    STAFF_REFUSED = "staff-refused"
    ACT_REFUSED = "act-refused"
    HEAD_PUBLISHED = "head-published"
    LOG_EXPORTED = "log-exported"
    PAYLOAD_PURGED = "payload-purged"


@dataclass(frozen=True, slots=True)
class EventSpec:
    """What an event means, who may cause it and which payload fields it must carry."""

    doc: str
    who: Collection[str]
    required: frozenset[str]


_E = AuditEvent
_STAFF = "staff"
_ANY = (Actor.SYSTEM, Actor.COLLECTOR, Actor.CENTRAL, _STAFF)


def _spec(doc: str, who: Collection[str], *required: str) -> EventSpec:
    return EventSpec(doc, tuple(str(name) for name in who), frozenset(required))


CATALOGUE: dict[AuditEvent, EventSpec] = {
    _E.PROCESS_STARTED: _spec("A process of the kiosk started.", [Actor.SYSTEM], "process"),
    _E.PROCESS_STOPPED: _spec("A process stopped in order.", [Actor.SYSTEM], "process"),
    _E.RECORDS_IMPORTED: _spec(
        "A file or batch of paid records was applied to its end.",
        [Actor.CENTRAL, Actor.SYSTEM],
        "source",
        "sha256",
        "lines",
        "applied",
        "repeated",
        "older",
        "rejected",
        "conflicts",
    ),
    _E.HOLD_PLACED: _spec(
        "A renewal may not print until its record is corrected.", _ANY, "reference", "cause"
    ),
    _E.HOLDS_RELEASED: _spec(
        "A good record or a retry lifted the hold of renewals.", _ANY, "references"
    ),
    _E.REJECT_RETRIED: _spec("A rejected record was tried again.", _ANY, "reject", "result"),
    _E.CODE_ACCEPTED: _spec(
        "A collection code opened its vehicle.", [Actor.COLLECTOR], "reference", "kind"
    ),
    _E.CODE_REFUSED: _spec("A scanned code was refused.", [Actor.COLLECTOR], "reason"),
    _E.OWNER_VERIFIED: _spec(
        "The typed ID belongs to the renewal's owner.", [Actor.COLLECTOR], "reference"
    ),
    _E.OWNER_MISMATCH: _spec(
        "The typed ID does not belong to the renewal's owner.", [Actor.COLLECTOR], "reference"
    ),
    _E.PRINT_REFUSED: _spec(
        "A print was asked for and refused, with all reasons.",
        [Actor.COLLECTOR],
        "reference",
        "reasons",
    ),
    _E.JOB_REQUESTED: _spec(
        "A collector asked for the sticker.", [Actor.COLLECTOR], "job", "reference", "fence"
    ),
    _E.JOB_CLAIMED: _spec(
        "The printer process took the job and chose a blank.", [Actor.SYSTEM], "job", "serial"
    ),
    _E.JOB_CANCELLED: _spec(
        "The job ended before anything was sent.", [Actor.SYSTEM, Actor.COLLECTOR], "job", "cause"
    ),
    _E.JOB_SENDING: _spec(
        "The sticker was issued and the first byte may leave.",
        [Actor.SYSTEM],
        "job",
        "reference",
        "version",
        "fence",
        "attempt",
        "serial",
    ),
    _E.JOB_PRINTED: _spec(
        "The sticker came out whole.", [Actor.SYSTEM, _STAFF], "job", "serial", "evidence"
    ),
    _E.JOB_IN_DOUBT: _spec(
        "Bytes left and the outcome is not known.", [Actor.SYSTEM], "job", "serial", "why"
    ),
    _E.JOB_NO_OUTPUT: _spec(
        "Nothing came out; the issue is void.", [Actor.SYSTEM, _STAFF], "job", "serial", "evidence"
    ),
    _E.JOB_SPOILED: _spec(
        "The sticker is not usable; the issue is void and the blank accounted for.",
        [_STAFF],
        "job",
        "serial",
        "evidence",
    ),
    _E.EVIDENCE_ADDED: _spec(
        "Something was learned about a job's outcome.", [Actor.SYSTEM, _STAFF], "job", "kind"
    ),
    _E.STICKER_TAKEN: _spec(
        "The collector pressed Finish after printing.", [Actor.COLLECTOR], "job"
    ),
    _E.ISSUE_VOIDED: _spec(
        "A sticker stopped counting as valid.", _ANY, "reference", "serial", "reason"
    ),
    _E.CONFLICT_RAISED: _spec(
        "Central and this kiosk know different facts.", _ANY, "reference", "what"
    ),
    _E.CONFLICT_SETTLED: _spec(
        "People saw to a sticker that central has stopped.",
        [_STAFF],
        "conflict",
        "reference",
        "how",
    ),
    _E.STOCK_LOADED: _spec(
        "A roll of blanks was loaded.", [_STAFF, Actor.SYSTEM], "first", "last", "blanks"
    ),
    _E.STOCK_READ_IN: _spec(
        "The number under the head was read in.", [_STAFF, Actor.SYSTEM], "serial", "skipped"
    ),
    _E.STOCK_RETURNED: _spec(
        "Blanks left the kiosk unused.", [_STAFF, Actor.SYSTEM], "first", "last", "blanks"
    ),
    _E.BLANK_SPOILED: _spec("A blank was used up by no sticker.", [_STAFF], "serial", "why"),
    _E.PRINTER_CHANGED: _spec("The printer's state changed.", [Actor.SYSTEM], "printer", "state"),
    _E.PRINTER_PROBED: _spec(
        "The printer was asked what it understands.", [Actor.SYSTEM], "printer", "capabilities"
    ),
    _E.SERVICE_STOPPED: _spec("The kiosk was taken out of service.", [_STAFF, Actor.SYSTEM], "why"),
    _E.SERVICE_RESUMED: _spec(
        "The kiosk was put back into service.", [_STAFF, Actor.SYSTEM], "why"
    ),
    _E.SERVICE_ASKED: _spec(
        "A member of staff asked something of a printer.", [_STAFF], "printer", "kind", "why"
    ),
    _E.STATUS_ASKED: _spec(
        "A collector asked for a slip that says how their renewal stands.",
        [Actor.COLLECTOR],
        "printer",
        "request",
        "reference",
    ),
    _E.SERVICE_ENDED: _spec(
        "A printer did what it was asked for besides stickers, or could not.",
        [Actor.SYSTEM],
        "printer",
        "kind",
        "state",
        "outcome",
    ),
    _E.TEST_PRINTED: _spec("A test pattern was printed.", [_STAFF], "printer"),
    _E.TEST_JUDGED: _spec(
        "A member of staff said how a test print looks.", [_STAFF], "printer", "verdict"
    ),
    _E.PRINTER_TUNED: _spec(
        "Offsets or density of a printer were set.",
        [_STAFF],
        "printer",
        "right_mm",
        "down_mm",
        "density",
        "why",
    ),
    _E.STAFF_CALLED: _spec(
        "A visitor called staff to the machine; `about` is the code on the screen, if any.",
        [Actor.COLLECTOR],
        "call",
        "about",
    ),
    _E.CALL_ANSWERED: _spec("A member of staff has heard the open calls.", [_STAFF], "calls"),
    _E.STAFF_ADDED: _spec("A member of staff was added.", [_STAFF, Actor.SYSTEM], "badge", "role"),
    _E.STAFF_DISABLED: _spec(
        "A member of staff may not sign in any more.", [_STAFF, Actor.SYSTEM], "badge"
    ),
    _E.STAFF_SIGNED_IN: _spec("A member of staff gave the right PIN.", [_STAFF], "badge"),
    _E.STAFF_REFUSED: _spec("A badge or PIN was refused.", [Actor.SYSTEM], "badge", "why"),
    _E.ACT_REFUSED: _spec(
        "A member of staff tried what another role may do; nothing was done.", [_STAFF], "act"
    ),
    _E.HEAD_PUBLISHED: _spec(
        "The head of this log was printed or delivered.", _ANY, "number", "hash", "where"
    ),
    _E.LOG_EXPORTED: _spec(
        "Rows of this log were exported.", [_STAFF, Actor.SYSTEM], "first", "last", "format"
    ),
    _E.PAYLOAD_PURGED: _spec(
        "Payloads past their time were removed; their digests stay.",
        [Actor.SYSTEM, _STAFF],
        "first",
        "last",
        "rows",
    ),
}


class UnknownEventError(ValueError):
    """An event was written that its catalogue entry does not allow: a bug."""


def check_event(event: AuditEvent, actor: str, payload: Collection[str]) -> None:
    """Raise UnknownEventError unless actor and payload fields fit the catalogue."""
    spec = CATALOGUE[event]
    who, _, badge = actor.partition(":")
    if who not in spec.who or (who == _STAFF) != bool(badge):
        raise UnknownEventError(f"{event}: {actor} cannot cause it, only {', '.join(spec.who)}")
    missing = spec.required - set(payload)
    if missing:
        raise UnknownEventError(f"{event}: the payload lacks {', '.join(sorted(missing))}")
