"""What was asked of a printer, visitors' slips, and calls for staff."""

from __future__ import annotations

from tests.store.attacks.sql import CONSTANT, EXISTS, KEPT, SENDING, Attack

ASK = (
    "INSERT INTO service_requests (id, printer, kind, why, asked_by, asked_at, state)"
    " VALUES ({number}, '{printer}', 'clear', 'w', 'staff:1', '2026', '{state}')"
)


def asked(printer: str = "P12", number: object = 1, state: str = "requested") -> str:
    return ASK.format(printer=printer, number=number, state=state)


def slip(printer: str = "P12", visit: str = "v", reference: str = "R1") -> str:
    return (
        "INSERT INTO service_requests (printer, kind, why, asked_by, asked_at, visit, reference,"
        f" slip) VALUES ('{printer}', 'status', '', 'collector', '2026', '{visit}', '{reference}',"
        " '[]')"
    )


SLIP = slip()
STARTED = f"{asked()};UPDATE service_requests SET state = 'started', started_at = '2026'"
CALL = "INSERT INTO calls (number, called_at) VALUES (1, '2026')"
CALL_ANSWERED = f"{CALL};UPDATE calls SET answered_by = 'staff:1', answered_at = '2026'"
REQUEST_STATE = "UPDATE service_requests SET state = "
REQUEST_ENDED = f"{REQUEST_STATE}'failed', ended_at = '2026', outcome = 'x'"

ATTACKS: list[Attack] = [
    # what was asked of a printer
    (f"{asked()};{asked(number=2)}", f"service_requests: {EXISTS}"),
    (f"{STARTED};{asked(number=2)}", f"service_requests: {EXISTS}"),
    (f"{asked()};{asked('P13')}", f"service_requests: {EXISTS}"),
    (asked(state="started"), "service_requests: a request begins as requested"),
    (f"{asked()};UPDATE service_requests SET why = 'x'", f"service_requests: {CONSTANT}"),
    (f"{asked()};UPDATE service_requests SET asked_by = 'x'", f"service_requests: {CONSTANT}"),
    (
        f"{asked()};{REQUEST_STATE}'done', ended_at = '2026', outcome = 'x'",
        "service_requests: this step is not legal",
    ),
    (
        f"{asked()};{REQUEST_ENDED};{REQUEST_STATE}'started'",
        "service_requests: this step is not legal",
    ),
    (
        f"{asked()};{REQUEST_ENDED};UPDATE service_requests SET outcome = 'y'",
        "service_requests: serial, started_at, ended_at, outcome, verdict, verdict_by may",
    ),
    (f"{asked()};{REQUEST_STATE}'failed'", "ck_service_requests_ended"),
    (
        f"{asked('P2')};{REQUEST_STATE}'started'",
        "service_requests: a sticker is being sent to this printer",
    ),
    (
        f"{asked('P8')};{REQUEST_STATE}'started';{SENDING}'J8'",
        "jobs: the printer is doing what was asked for",
    ),
    # a visitor's slip
    (f"{SLIP};{slip('P13')}", f"service_requests: {EXISTS}"),
    (f"{SLIP};UPDATE service_requests SET visit = 'w'", f"service_requests: {CONSTANT}"),
    (f"{SLIP};UPDATE service_requests SET reference = 'R2'", f"service_requests: {CONSTANT}"),
    (
        f"{SLIP};UPDATE service_requests SET slip = '[1]'",
        "service_requests: what is printed is what was asked for",
    ),
    (f"{SLIP};UPDATE service_requests SET slip = NULL", "ck_service_requests_slip"),
    (f"{SLIP};{REQUEST_ENDED}", "ck_service_requests_slip"),
    (SLIP.replace("'v'", "NULL"), "ck_service_requests_visitor"),
    (SLIP.replace("'status'", "'clear'"), "ck_service_requests_"),
    (f"{asked()};DELETE FROM service_requests", f"service_requests: {KEPT}"),
    # calls for staff
    (f"{CALL};{CALL}", f"calls: {EXISTS}"),
    (f"{CALL};UPDATE calls SET about = 'K-501'", f"calls: {CONSTANT}"),
    (f"{CALL_ANSWERED};UPDATE calls SET answered_by = 'x'", "calls: answered_by, answered_at may"),
    (f"{CALL};UPDATE calls SET answered_by = 'x'", "ck_calls_answered"),
    (f"{CALL};DELETE FROM calls", f"calls: {KEPT}"),
]
