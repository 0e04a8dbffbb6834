"""Issues, blanks and rolls: a second sticker that counts, a blank used twice."""

from __future__ import annotations

from tests.store.attacks.sql import CONSTANT, EXISTS, TWELFTH, Attack, claimed, new_issue

ISSUED = "UPDATE blanks SET fate = 'issued' WHERE serial = 'A003'"

ATTACKS: list[Attack] = [
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
    (ISSUED + ";" + new_issue(job=4), "issues: an issue belongs to a claimed job"),
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
    (
        (
            "UPDATE issues SET validity = 'void', void_reason = 'refunded' WHERE job_number = 1;"
            "UPDATE blanks SET fate = 'left' WHERE serial = 'A001'"
        ),
        "blanks: an issue carries",
    ),
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
    (
        (
            "UPDATE rolls SET ended_at = '2026' WHERE id = 2;"
            "INSERT INTO rolls VALUES (1, 'plain', 'B1', 'B2', 2, '2026', 'x', NULL, NULL)"
        ),
        f"rolls: {EXISTS}",
    ),
]
