"""What an attacker types: legal steps that lead up to an attack, and answers to several."""

from __future__ import annotations

Attack = tuple[str, str]
"""Statements with a semicolon between them, of which the last is refused, and the answer to it."""

NEW_JOB = (
    "INSERT INTO jobs (number, id, reference, version, fence, attempt, state, visit, requested_at)"
    " VALUES ({number}, '{id}', '{reference}', 3, 2, 9, '{state}', 'v', '2026')"
)
NEW_ISSUE = (
    "INSERT INTO issues (id, reference, fence, attempt, serial, job_number, validity, void_reason,"
    " issued_at, fields, code) VALUES (NULL, '{reference}', {fence}, {attempt}, '{serial}', {job},"
    " {validity}, '2026', '', '')"
)
FIRST_ISSUE = {
    "reference": "R3",
    "fence": 2,
    "attempt": 1,
    "serial": "A003",
    "job": 3,
    "validity": "'valid', NULL",
}
KEPT = "rows are never deleted"
CONSTANT = "what identifies a row is constant"
EXISTS = "such a row exists"
SENDING = "UPDATE jobs SET state = 'sending' WHERE id = "


def new_job(
    number: object = "NULL", job_id: str = "J", on: str = "R12", state: str = "requested"
) -> str:
    return NEW_JOB.format(number=number, id=job_id, reference=on, state=state)


def new_issue(**changed: object) -> str:
    return NEW_ISSUE.format(**FIRST_ISSUE | changed)


TWELFTH = {"reference": "R12", "job": 12, "attempt": 9}


def claimed(on: str, serial: str, printer: str = "P12") -> str:
    """Return the legal steps of one more job up to its issue."""
    return (
        new_job(number=12, job_id="J12", on=on) + ";"
        f"UPDATE jobs SET state = 'claimed', serial = '{serial}', printer = '{printer}'"
        " WHERE number = 12;"
        f"UPDATE blanks SET fate = 'issued' WHERE serial = '{serial}';"
    )


def issued(on: str, serial: str, printer: str = "P12") -> str:
    """Return the legal steps of one more job up to its sending."""
    return claimed(on, serial, printer) + new_issue(**TWELFTH | {"reference": on, "serial": serial})


def evidence(kind: str, job: int) -> str:
    return f"INSERT INTO job_evidence VALUES (NULL, {job}, '{kind}', '', '', '')"
