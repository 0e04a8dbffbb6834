"""The log with its head and anchors, the outbox to central, and whose database it is."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from kiosk.store.tables.shapes import UtcTime, metadata

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about this database: `kiosk` (whose it is). Written once."""

audit_events = Table(
    "audit_events",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("payload", Text),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
)
"""The log: one hash chain. `payload` may be purged (NULL); `digest` stands for it in the chain."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
"""The last row of the log, in one row of its own that every writer updates last."""

audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("where", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_audit_anchors_number", "number"),
)
"""Heads that left the machine, printed or delivered: the log may not end before them."""

print_log = Table(
    "print_log",
    metadata,
    Column("number", ForeignKey("audit_events.number"), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("fact", Text, nullable=False),
    Column("delivered_at", UtcTime),
    Index("ix_print_log_undelivered", "number", sqlite_where=text("delivered_at IS NULL")),
)
"""The outbox to central: one row a fact, in the fact's transaction, ordered by the log's number."""
