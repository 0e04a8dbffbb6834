"""Somebody with an SQLite shell, or a bug, tries to break each promise the database keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from sqlalchemy import Engine

from kiosk.domain.job import EDGES, JobState
from kiosk.store.engine import open_engine, reading, writing
from kiosk.store.invariants import TRIGGERS, check_invariants, install_invariants

REFUSED = pysqlite3.IntegrityError
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
ISSUED = "UPDATE blanks SET fate = 'issued' WHERE serial = 'A003'"
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


ASK = (
    "INSERT INTO service_requests (id, printer, kind, why, asked_by, asked_at, state)"
    " VALUES ({number}, '{printer}', 'clear', 'w', 'staff:1', '2026', '{state}')"
)


def asked(printer: str = "P12", number: object = 1, state: str = "requested") -> str:
    return ASK.format(printer=printer, number=number, state=state)


CALL = "INSERT INTO calls (number, called_at) VALUES (1, '2026')"
CALL_ANSWERED = f"{CALL};UPDATE calls SET answered_by = 'staff:1', answered_at = '2026'"
SLIP = (
    "INSERT INTO service_requests (printer, kind, why, asked_by, asked_at, visit, reference, slip)"
    " VALUES ('P12', 'status', '', 'collector', '2026', 'v', 'R1', '[]')"
)
REQUEST_STATE = "UPDATE service_requests SET state = "
REQUEST_ENDED = f"{REQUEST_STATE}'failed', ended_at = '2026', outcome = 'x'"

KEPT_TABLES = (
    *("jobs", "issues", "rolls", "blanks", "renewals", "rejects", "holds", "audit_events"),
    *("audit_head", "audit_anchors", "print_log", "job_evidence", "meta", "job_edges"),
)

ATTACKS = [
    # jobs
    (new_job(state="printed"), "jobs: a job begins as requested"),
    (new_job(state="claimed"), "jobs: a job begins as requested"),
    (new_job(on="R4"), f"jobs: {EXISTS}"),
    (new_job(number=1), f"jobs: {EXISTS}"),
    (new_job(job_id="J1"), f"jobs: {EXISTS}"),
    ("UPDATE jobs SET number = 99 WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET rowid = 99 WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET id = 'X' WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET reference = 'R12' WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET version = 4 WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET fence = 3 WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET attempt = 2 WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET visit = 'w' WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET requested_at = '2027' WHERE id = 'J1'", f"jobs: {CONSTANT}"),
    ("UPDATE jobs SET serial = 'A012' WHERE id = 'J3'", "jobs: serial, printer may be set once"),
    ("UPDATE jobs SET printer = 'P2' WHERE id = 'J3'", "jobs: serial, printer may be set once"),
    ("UPDATE jobs SET state = 'claimed' WHERE id = 'J4'", "ck_jobs_claimed"),
    ("UPDATE jobs SET state = 'lost' WHERE id = 'J4'", "jobs: this step is not legal"),
    (SENDING + "'J3'", "jobs: nothing is sent without a valid issue"),
    (SENDING + "'J8'", "jobs: the renewal is not paid, or its right to print is not here"),
    (SENDING + "'J9'", "jobs: the renewal is not paid, or its right to print is not here"),
    (SENDING + "'J10'", "jobs: the renewal is not paid, or its right to print is not here"),
    (SENDING + "'J11'", "jobs: the renewal is held"),
    (
        claimed("R12", "A006", printer="P2")
        + new_issue(serial="A006", **TWELFTH)
        + f";{SENDING}'J12'",
        "jobs: the printer has another job in sending or in doubt",
    ),
    ("UPDATE jobs SET state = 'cancelled' WHERE id = 'J8'", "jobs: a job that issued a sticker"),
    ("UPDATE jobs SET state = 'printed' WHERE id = 'J2'", "jobs: an outcome needs its evidence"),
    ("UPDATE jobs SET state = 'no_output' WHERE id = 'J2'", "jobs: an outcome needs its evidence"),
    ("UPDATE jobs SET state = 'printed' WHERE id = 'J5'", "jobs: only people end a doubt"),
    ("UPDATE jobs SET state = 'no_output' WHERE id = 'J5'", "jobs: only people end a doubt"),
    ("UPDATE jobs SET state = 'spoiled' WHERE id = 'J5'", "jobs: only people end a doubt"),
    ("UPDATE jobs SET state = 'spoiled' WHERE id = 'J1'", "jobs: only people end a doubt"),
    # evidence
    ("UPDATE job_evidence SET kind = 'staff'", f"job_evidence: {CONSTANT}"),
    ("UPDATE job_evidence SET job_number = 5", f"job_evidence: {CONSTANT}"),
    ("UPDATE job_evidence SET detail = '{}x'", f"job_evidence: {CONSTANT}"),
    (
        (
            "INSERT INTO job_evidence (id, job_number, kind, detail, by, at)"
            " VALUES (1, 5, 'staff', '', '', '')"
        ),
        f"job_evidence: {EXISTS}",
    ),
    (
        "INSERT INTO job_evidence VALUES (NULL, 5, 'guess', '', '', '')",
        "ck_job_evidence_kind",
    ),
    # steps
    ("INSERT INTO job_edges VALUES ('sending', 'requested')", "job_edges: the legal steps"),
    ("UPDATE job_edges SET after = 'requested'", f"job_edges: {CONSTANT}"),
    # issues
    (new_issue(), "issues: its blank is not marked as issued"),
    (ISSUED + ";" + new_issue(validity="'void', 'spoiled'"), "issues: an issue begins as valid"),
    (ISSUED + ";" + new_issue(validity="'valid', 'spoiled'"), "ck_issues_void_has_reason"),
    (ISSUED + ";" + new_issue(reference="R4"), "issues: an issue belongs to a claimed job"),
    (ISSUED + ";" + new_issue(fence=3), "issues: an issue belongs to a claimed job"),
    (ISSUED + ";" + new_issue(attempt=2), "issues: an issue belongs to a claimed job"),
    (
        ISSUED.replace("A003", "A004") + ";" + new_issue(serial="A004"),
        "issues: an issue belongs to a claimed job",
    ),
    (
        ISSUED.replace("A003", "A004") + ";" + new_issue(reference="R4", job=4, serial="A004"),
        "issues: an issue belongs to a claimed job",
    ),
    (new_issue(reference="R8", job=8, serial="A008"), f"issues: {EXISTS}"),
    (
        claimed("R1", "A006") + new_issue(serial="A006", **TWELFTH | {"reference": "R1"}),
        f"issues: {EXISTS}",
    ),
    (claimed("R12", "A001") + new_issue(serial="A001", **TWELFTH), f"issues: {EXISTS}"),
    (new_issue(reference="R1", job=1, serial="A001"), "issues: an issue belongs to a claimed job"),
    ("UPDATE issues SET serial = 'A011'", f"issues: {CONSTANT}"),
    ("UPDATE issues SET reference = 'R12'", f"issues: {CONSTANT}"),
    ("UPDATE issues SET fence = 9", f"issues: {CONSTANT}"),
    ("UPDATE issues SET job_number = 12", f"issues: {CONSTANT}"),
    ("UPDATE issues SET fields = '{}x'", f"issues: {CONSTANT}"),
    ("UPDATE issues SET code = 'x'", f"issues: {CONSTANT}"),
    (
        "UPDATE issues SET validity = 'valid', void_reason = NULL WHERE job_number = 7",
        "issues: a void issue stays void",
    ),
    ("UPDATE issues SET void_reason = 'spoiled' WHERE job_number = 7", "issues: a void issue"),
    ("UPDATE issues SET validity = 'void' WHERE job_number = 1", "ck_issues_void_has_reason"),
    # stock
    ("UPDATE blanks SET serial = 'B001' WHERE serial = 'A012'", f"blanks: {CONSTANT}"),
    ("UPDATE blanks SET position = 99 WHERE serial = 'A012'", f"blanks: {CONSTANT}"),
    ("UPDATE blanks SET roll_id = 1 WHERE serial = 'A012'", f"blanks: {CONSTANT}"),
    ("UPDATE blanks SET fate = 'left' WHERE serial = 'A012'", "blanks: this change of fate"),
    ("UPDATE blanks SET fate = 'issued' WHERE serial = 'A012'", "blanks: this change of fate"),
    ("UPDATE blanks SET fate = 'returned' WHERE serial = 'A001'", "blanks: this change of fate"),
    ("UPDATE blanks SET fate = 'left' WHERE serial = 'A001'", "blanks: an issue carries"),
    ("UPDATE blanks SET fate = 'left' WHERE serial = 'A005'", "blanks: an issue carries"),
    ("INSERT INTO blanks VALUES ('A001', 2, 50, 'left')", f"blanks: {EXISTS}"),
    ("INSERT INTO blanks VALUES ('Z001', 2, 1, 'left')", f"blanks: {EXISTS}"),
    ("UPDATE rolls SET blanks = 11 WHERE id = 2", f"rolls: {CONSTANT}"),
    ("UPDATE rolls SET last = 'A011' WHERE id = 2", f"rolls: {CONSTANT}"),
    ("UPDATE rolls SET mode = 'numbered' WHERE id = 2", f"rolls: {CONSTANT}"),
    ("UPDATE rolls SET ended_at = NULL WHERE id = 1", "rolls: ended_at may be set once only"),
    (
        "INSERT INTO rolls VALUES (NULL, 'plain', 'B1', 'B2', 2, '2026', 'x', NULL, NULL)",
        f"rolls: {EXISTS}",
    ),
    # records
    ("UPDATE renewals SET version = 2 WHERE reference = 'R1'", "renewals: version and fence"),
    ("UPDATE renewals SET fence = 1 WHERE reference = 'R1'", "renewals: version and fence"),
    ("UPDATE renewals SET reference = 'X' WHERE reference = 'R1'", "renewals: version and fence"),
    ("UPDATE renewals SET rowid = 99 WHERE reference = 'R1'", "renewals: version and fence"),
    ("UPDATE renewals SET id = 99 WHERE reference = 'R1'", "renewals: version and fence"),
    ("UPDATE rejects SET raw = x'01'", f"rejects: {CONSTANT}"),
    ("UPDATE rejects SET settled_at = NULL WHERE id = 2", "rejects: settled_at, settled_how may"),
    ("UPDATE rejects SET settled_how = 'x' WHERE id = 2", "rejects: settled_at, settled_how may"),
    (
        "INSERT INTO rejects VALUES (1, 'f', 1, x'', NULL, NULL, '', '', '', NULL, NULL)",
        f"rejects: {EXISTS}",
    ),
    ("UPDATE holds SET reference = 'R12' WHERE id = 1", f"holds: {CONSTANT}"),
    ("UPDATE holds SET release_version = 1 WHERE id = 1", f"holds: {CONSTANT}"),
    ("UPDATE holds SET released_at = NULL WHERE id = 2", "holds: released_at may be set once"),
    ("UPDATE holds SET released_at = '2027' WHERE id = 2", "holds: released_at may be set once"),
    ("INSERT INTO holds VALUES (1, 'R12', 'conflict', NULL, NULL, '', '')", f"holds: {EXISTS}"),
    ("DELETE FROM batches", f"batches: {KEPT}"),
    ("UPDATE batches SET last_seq = 9", f"batches: {CONSTANT}"),
    ("UPDATE batches SET answer = '[]'", "batches: answer may be set once"),
    (
        "INSERT INTO batches SELECT NULL, source, 1, 2, sha256, 0, '', '', 7, NULL FROM batches",
        f"batches: {EXISTS}",
    ),
    ("DELETE FROM watermarks", f"watermarks: {KEPT}"),
    ("UPDATE watermarks SET last_seq = 1", "watermarks: what was applied stays applied"),
    ("UPDATE watermarks SET source = 'x'", "watermarks: what was applied stays applied"),
    ("INSERT INTO watermarks VALUES ('tax', 1, '', '')", f"watermarks: {EXISTS}"),
    ("DELETE FROM conflicts", f"conflicts: {KEPT}"),
    ("UPDATE conflicts SET serial = 'A002'", f"conflicts: {CONSTANT}"),
    (
        "UPDATE conflicts SET settled_by = 'staff:2'",
        "conflicts: settled_at, settled_by, settled_how may be set once",
    ),
    (
        "INSERT INTO conflicts VALUES (1, 'R1', 3, 'A001', '', '', NULL, NULL, NULL)",
        f"conflicts: {EXISTS}",
    ),
    # the log
    *(
        (f"UPDATE audit_events SET {column} = {value} WHERE number = 2", "audit_events: a row is")
        for column, value in (
            ("number", "9"),
            ("at", "'2027'"),
            ("event", "'x'"),
            ("actor", "'x'"),
            ("payload", "'{}'"),
            ("payload", "NULL"),
            ("salt", "x''"),
            ("salt", "x'00'"),
            ("digest", "x'00'"),
            ("previous", "x'00'"),
            ("hash", "x'00'"),
        )
    ),
    (
        (
            "INSERT INTO audit_events SELECT 5, '', 'x', 'x', '{}', x'', x'', hash, x'06'"
            " FROM audit_head"
        ),
        "audit_events: a row continues the head",
    ),
    (
        "INSERT INTO audit_events SELECT 4, '', 'x', 'x', '{}', x'', x'', x'05', x'06'",
        "audit_events: a row continues the head",
    ),
    (
        (
            "INSERT INTO audit_events SELECT 4, '', 'x', 'x', NULL, x'', x'', hash, x'06'"
            " FROM audit_head"
        ),
        "audit_events: a row continues the head",
    ),
    (
        (
            "INSERT INTO audit_events SELECT 4, '', 'x', 'x', '{}', x'', x'', hash, hash"
            " FROM audit_events WHERE number = 3"
        ),
        f"audit_events: {EXISTS}",
    ),
    ("UPDATE audit_head SET number = 4", "audit_head: the head moves to the next row only"),
    ("UPDATE audit_head SET number = 2", "audit_head: the head moves to the next row only"),
    ("UPDATE audit_head SET hash = x'00'", "audit_head: the head moves to the next row only"),
    ("UPDATE audit_head SET id = 2", "audit_head: the head moves to the next row only"),
    ("INSERT INTO audit_head VALUES (1, 0, x'00')", f"audit_head: {EXISTS}"),
    ("INSERT INTO audit_head VALUES (2, 0, x'00')", f"audit_head: {EXISTS}"),
    ("UPDATE audit_anchors SET number = 1", f"audit_anchors: {CONSTANT}"),
    ("UPDATE audit_anchors SET hash = x'00'", f"audit_anchors: {CONSTANT}"),
    ("INSERT INTO audit_anchors VALUES (1, 1, x'00', '', '')", f"audit_anchors: {EXISTS}"),
    ("UPDATE print_log SET fact = '{}x'", f"print_log: {CONSTANT}"),
    ("UPDATE print_log SET key = 'x'", f"print_log: {CONSTANT}"),
    (
        "UPDATE print_log SET delivered_at = '2026'; UPDATE print_log SET delivered_at = NULL",
        "print_log: delivered_at may be set once only",
    ),
    ("INSERT INTO print_log VALUES (1, 'k1', '', '', NULL)", f"print_log: {EXISTS}"),
    ("INSERT INTO print_log VALUES (3, 'k2', '', '', NULL)", f"print_log: {EXISTS}"),
    # what was asked of a printer
    (f"{asked()};{asked(number=2)}", f"service_requests: {EXISTS}"),
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
    (f"{SLIP};{SLIP.replace('P12', 'P13')}", f"service_requests: {EXISTS}"),
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
    # whose it is
    ("UPDATE meta SET value = 'BKK-5-2'", f"meta: {CONSTANT}"),
    ("INSERT INTO meta VALUES ('kiosk', 'BKK-5-2')", f"meta: {EXISTS}"),
    *((f"DELETE FROM {table}", f"{table}: {KEPT}") for table in KEPT_TABLES),
]


def contents(connection: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - the driver is untyped
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}


@pytest.mark.parametrize("how", ["", "OR REPLACE ", "OR FAIL ", "OR ROLLBACK "])
@pytest.mark.parametrize(("attack", "answer"), ATTACKS, ids=[sql[-60:] for sql, _ in ATTACKS])
def test_database_refuses(
    attack: str, answer: str, how: str, busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    connection = intruder(busy_path)
    *before, last = attack.split(";")
    for statement in before:
        connection.execute(statement)
    untouched = contents(connection)
    worded = last.replace("INSERT ", f"INSERT {how}", 1).replace("UPDATE ", f"UPDATE {how}", 1)
    with pytest.raises(REFUSED, match=answer):
        connection.execute(worded)
    assert contents(connection) == untouched


def test_each_refusal_is_attacked() -> None:
    sentences = {
        name: match[1]
        for name, sql in TRIGGERS.items()
        if (match := re.search(r"RAISE\(ABORT, '(.*)'\)", sql))
    }
    assert set(TRIGGERS) - set(sentences) == {"audit_events_move_head"}
    answers = [answer for _, answer in ATTACKS]
    quiet = {n for n, text in sentences.items() if not any(text.startswith(a) for a in answers)}
    assert not quiet


def test_upsert_of_renewals_replaces_no_history(
    busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    """REPLACE deletes the old row; where triggers recurse, that is refused."""
    connection = intruder(busy_path)
    connection.execute("PRAGMA recursive_triggers=ON")
    with pytest.raises(REFUSED, match=f"renewals: {KEPT}"):
        connection.execute("INSERT OR REPLACE INTO renewals SELECT * FROM renewals LIMIT 1")


def test_every_connection_of_ours_recurses(engine: Engine) -> None:
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA recursive_triggers").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [(a, b) for a in JobState for b in JobState if a != b and (a, b) not in EDGES],
)
def test_no_other_step_is_possible(
    before: JobState, after: JobState, busy_path: Path, intruder: Callable[[Path], Any]
) -> None:
    connection = intruder(busy_path)
    if before == JobState.SPOILED:
        connection.execute("INSERT INTO job_evidence VALUES (NULL, 5, 'staff', '', '', '')")
        connection.execute("UPDATE jobs SET state = 'spoiled' WHERE id = 'J5'")
    query = "SELECT id FROM jobs WHERE state = ? ORDER BY number LIMIT 1"
    (job,) = connection.execute(query, (before,)).fetchone()
    with pytest.raises(REFUSED):
        connection.execute("UPDATE jobs SET state = ? WHERE id = ?", (after, job))


@pytest.mark.parametrize("outcome", ["printed", "no_output", "spoiled"])
def test_people_end_a_doubt(outcome: str, busy_path: Path, intruder: Callable[[Path], Any]) -> None:
    connection = intruder(busy_path)
    connection.execute("INSERT INTO job_evidence VALUES (NULL, 5, 'staff', '', '', '')")
    connection.execute("UPDATE jobs SET state = ? WHERE id = 'J5'", (outcome,))
    state = connection.execute("SELECT state FROM jobs WHERE id = 'J5'").fetchone()
    assert state == (outcome,)


def test_serial_of_no_output_serves_again(busy_path: Path, intruder: Callable[[Path], Any]) -> None:
    connection = intruder(busy_path)
    connection.executescript(claimed("R12", "A007") + new_issue(serial="A007", **TWELFTH))
    connection.execute(SENDING + "'J12'")
    with pytest.raises(REFUSED, match="blanks: an issue carries this serial"):
        connection.execute("UPDATE blanks SET fate = 'left' WHERE serial = 'A007'")


TAMPERINGS = [
    ("DROP TRIGGER jobs_kept", "trigger jobs_kept is missing"),
    ("DROP INDEX uq_issues_valid_renewal", "index uq_issues_valid_renewal is missing"),
    ("DROP INDEX ix_jobs_open", "index ix_jobs_open is missing"),
    (
        "CREATE TRIGGER mine BEFORE INSERT ON audit_events BEGIN SELECT RAISE(IGNORE); END",
        "trigger mine is not one of this program's",
    ),
    (
        (
            "DROP TRIGGER jobs_kept;"
            "CREATE TRIGGER jobs_kept BEFORE DELETE ON jobs WHEN 0 BEGIN SELECT RAISE(IGNORE); END"
        ),
        "trigger jobs_kept was changed",
    ),
    (
        (
            "DROP INDEX uq_issues_valid_renewal; CREATE UNIQUE INDEX uq_issues_valid_renewal"
            " ON issues (reference) WHERE validity = 'void'"
        ),
        "index uq_issues_valid_renewal was changed",
    ),
    (
        (
            "DROP TRIGGER job_edges_kept; DELETE FROM job_edges WHERE after = 'cancelled'"
            " AND before = 'claimed'"
        ),
        "job step claimed to cancelled is missing",
    ),
    (
        "DROP TRIGGER job_edges_fixed; INSERT INTO job_edges VALUES ('sending', 'requested')",
        "job step sending to requested is not legal",
    ),
    (
        (
            "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql,"
            " 'state IN (''requested'', ''cancelled'') OR', '1 OR') WHERE name = 'jobs'"
        ),
        "table jobs lacks CONSTRAINT ck_jobs_claimed",
    ),
    ("DROP TABLE tries", "table tries is missing"),
]


@pytest.mark.parametrize(("tampering", "named"), TAMPERINGS, ids=[name for _, name in TAMPERINGS])
def test_check_names_what_was_tampered_with(
    tampering: str, named: str, path: Path, engine: Engine, intruder: Callable[[Path], Any]
) -> None:
    intruder(path).executescript(tampering)
    with reading(engine) as connection:
        assert any(line.startswith(named) for line in check_invariants(connection))


def test_installing_again_repairs_and_stays(path: Path, intruder: Callable[[Path], Any]) -> None:
    intruder(path).executescript("DROP TRIGGER jobs_kept; DROP TRIGGER issues_new")
    engine = open_engine(path)
    for _ in range(2):
        with writing(engine) as connection:
            install_invariants(connection)
            assert check_invariants(connection) == []
    engine.dispose()
