"""Jobs that skip a step, print without the right, or end without evidence."""

from __future__ import annotations

from tests.store.attacks.sql import (
    CONSTANT,
    EXISTS,
    SENDING,
    Attack,
    evidence,
    issued,
    new_job,
)

ATTACKS: list[Attack] = [
    # jobs
    (new_job(state="printed"), "jobs: a job begins as requested"),
    (new_job(state="claimed"), "jobs: a job begins as requested"),
    *((new_job(on=reference), f"jobs: {EXISTS}") for reference in ("R2", "R3", "R4", "R5")),
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
    (
        "UPDATE jobs SET state = 'claimed', serial = 'A006', printer = 'P6' WHERE id = 'J6'",
        "jobs: this step is not legal",
    ),
    (SENDING + "'J3'", "jobs: nothing is sent without a valid issue"),
    (SENDING + "'J8'", "jobs: the renewal is not paid, or its right to print is not here"),
    (SENDING + "'J9'", "jobs: the renewal is not paid, or its right to print is not here"),
    (SENDING + "'J10'", "jobs: the renewal is not paid, or its right to print is not here"),
    (SENDING + "'J11'", "jobs: the renewal is held"),
    *(
        (
            f"{issued('R12', 'A006', printer)};{SENDING}'J12'",
            "jobs: the printer has another job in sending or in doubt",
        )
        for printer in ("P2", "P5")
    ),
    (
        (
            f"{issued('R12', 'A006')};UPDATE issues SET validity = 'void', void_reason = 'refunded'"
            f" WHERE job_number = 12;{SENDING}'J12'"
        ),
        "jobs: nothing is sent without a valid issue",
    ),
    ("UPDATE jobs SET state = 'cancelled' WHERE id = 'J8'", "jobs: a job that issued a sticker"),
    ("UPDATE jobs SET state = 'printed' WHERE id = 'J2'", "jobs: an outcome needs its evidence"),
    ("UPDATE jobs SET state = 'no_output' WHERE id = 'J2'", "jobs: an outcome needs its evidence"),
    *(
        (
            f"{evidence(kind, 2)};UPDATE jobs SET state = '{outcome}' WHERE id = 'J2'",
            "jobs: an outcome needs its evidence",
        )
        for kind, outcome in (
            ("not-sent", "printed"),
            ("staff", "printed"),
            ("process-id", "no_output"),
            ("processed", "no_output"),
        )
    ),
    (
        f"{evidence('staff', 1)};UPDATE jobs SET state = 'spoiled' WHERE id = 'J5'",
        "jobs: only people end a doubt",
    ),
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
]
