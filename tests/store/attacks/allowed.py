"""What the same rules let through: work goes on right beside each of them."""

from __future__ import annotations

from tests.store.attacks.log import PURGE
from tests.store.attacks.records import batch
from tests.store.attacks.service import REQUEST_ENDED, REQUEST_STATE, SLIP, STARTED, asked, slip
from tests.store.attacks.sql import SENDING, evidence, issued

AS_IT_IS = "UPDATE jobs SET state = state WHERE id = "
SLIP_FAILED = f"{REQUEST_ENDED}, slip = NULL"
NEXT_EVENT = (
    "INSERT INTO audit_events SELECT number + 1, '', 'x', 'x', '{}', x'', x'', hash, x'06'"
    " FROM audit_head"
)

ALLOWED = [
    # a job that is being sent, or in doubt, while its renewal changes
    f"UPDATE renewals SET status = 'refunded' WHERE reference = 'R2';{AS_IT_IS}'J2'",
    f"INSERT INTO holds VALUES (NULL, 'R2', 'conflict', NULL, NULL, '', NULL);{AS_IT_IS}'J2'",
    (
        "UPDATE issues SET validity = 'void', void_reason = 'refunded' WHERE job_number = 2;"
        f"{AS_IT_IS}'J2'"
    ),
    f"{AS_IT_IS}'J5'",
    # each evidence, and each printer that is free
    *(
        f"{evidence(kind, 2)};UPDATE jobs SET state = '{outcome}' WHERE id = 'J2'"
        for kind, outcome in (
            ("process-id", "printed"),
            ("processed", "printed"),
            ("not-sent", "no_output"),
        )
    ),
    *(
        f"{evidence('staff', 5)};UPDATE jobs SET state = '{outcome}' WHERE id = 'J5'"
        for outcome in ("printed", "no_output", "spoiled")
    ),
    f"{issued('R12', 'A006', 'P1')};{SENDING}'J12'",
    f"{issued('R12', 'A007')};{SENDING}'J12'",  # its first issue put nothing out
    # stock
    (
        "UPDATE rolls SET ended_at = '2026' WHERE id = 2;"
        "INSERT INTO rolls VALUES (3, 'plain', 'B1', 'B2', 2, '2026', 'x', NULL, NULL);"
        "INSERT INTO blanks VALUES ('B1', 3, 1, 'left')"
    ),
    # records
    "UPDATE rejects SET settled_at = '2026', settled_how = 'retried' WHERE id = 1",
    "UPDATE holds SET released_at = '2026' WHERE id = 1",
    f"{batch(source='x', its_import=7)};UPDATE batches SET answer = '[]' WHERE import_id = 7",
    batch(first=2, its_import=7),
    batch(last=3, its_import=7),
    batch(sha256="bb", its_import=7),
    (
        "INSERT INTO conflicts VALUES (NULL, 'R1', 3, 'A001', '', '', NULL, NULL, NULL);"
        "UPDATE conflicts SET settled_at = '2026', settled_by = 'x', settled_how = 'x' WHERE id = 2"
    ),
    # what is asked of a printer, and slips
    f"{asked()};{asked('P13', number=2)}",
    f"{asked()};{REQUEST_ENDED};{asked(number=2)}",
    f"{asked('P2')};{REQUEST_ENDED}",
    *(f"{asked(printer)};{REQUEST_STATE}'started'" for printer in ("P1", "P5")),
    f"{asked()};{issued('R12', 'A006')};{SENDING}'J12'",
    f"{asked('P3')};{REQUEST_STATE}'started';UPDATE jobs SET state = 'cancelled' WHERE id = 'J3'",
    f"{STARTED.replace('P12', 'P13')};{issued('R12', 'A006')};{SENDING}'J12'",
    (
        f"{STARTED};{REQUEST_STATE}'done', ended_at = '2026', outcome = 'x';"
        f"{issued('R12', 'A006')};{SENDING}'J12'"
    ),
    f"{SLIP};{slip('P13', reference='R2')}",
    f"{SLIP};{slip('P13', visit='w')}",
    f"{SLIP};{SLIP_FAILED};{SLIP}",
    # the log
    f"{PURGE};{PURGE}",
]
