"""Records, batches and what they left behind: older versions, forgotten refusals."""

from __future__ import annotations

from tests.store.attacks.sql import CONSTANT, EXISTS, KEPT, Attack


def batch(
    *,
    number: object = "NULL",
    source: str = "tax",
    first: int = 1,
    last: int = 2,
    sha256: str = "aa",
    its_import: int = 1,
) -> str:
    return (
        f"INSERT INTO batches VALUES ({number}, '{source}', {first}, {last}, '{sha256}', 0,"
        f" '2026', '2026', {its_import}, NULL)"
    )


ATTACKS: list[Attack] = [
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
    (batch(its_import=7), f"batches: {EXISTS}"),
    (batch(source="x"), f"batches: {EXISTS}"),
    (batch(number=1, source="x", its_import=7), f"batches: {EXISTS}"),
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
]
