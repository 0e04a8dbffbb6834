"""Staff, the calls for them, and visitors' wrong tries."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text

from kiosk.store.tables.shapes import UtcTime, metadata, one_of

staff = Table(
    "staff",
    metadata,
    Column("badge", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("wrong_pins", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcTime),
    Column("added_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
    CheckConstraint(one_of("role", ("technician", "registrar", "supervisor")), name="role"),
)
"""People who may act at this kiosk; `pin_hash` is argon2id."""

calls = Table(
    "calls",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("about", Text),
    Column("called_at", UtcTime, nullable=False),
    Column("answered_by", Text),
    Column("answered_at", UtcTime),
    CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
    Index("ix_calls_open", "number", sqlite_where=text("answered_at IS NULL")),
)
"""Calls for staff from the public screens; `about` is the code of the reason that was shown."""

tries = Table(
    "tries",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)
"""Wrong IDs in a row, per renewal and for the whole machine (`machine`)."""
