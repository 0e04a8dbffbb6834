"""The log, the outbox, and what says whose database it is."""

from __future__ import annotations

from tests.store.attacks.sql import CONSTANT, EXISTS, Attack

PURGE = "UPDATE audit_events SET payload = NULL, salt = x'' WHERE number = 2"

ATTACKS: list[Attack] = [
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
    *(
        (
            (
                f"UPDATE audit_events SET payload = NULL, salt = x'', {column} = {value}"
                " WHERE number = 2"
            ),
            "audit_events: a row is",
        )
        for column, value in (
            ("number", "9"),
            ("at", "'2027'"),
            ("event", "'x'"),
            ("actor", "'x'"),
            ("digest", "x'00'"),
            ("previous", "x'00'"),
            ("hash", "x'00'"),
        )
    ),
    (f"{PURGE};UPDATE audit_events SET salt = x'01' WHERE number = 2", "audit_events: a row is"),
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
    # whose it is
    ("UPDATE meta SET value = 'BKK-5-2'", f"meta: {CONSTANT}"),
    ("INSERT INTO meta VALUES ('kiosk', 'BKK-5-2')", f"meta: {EXISTS}"),
]
