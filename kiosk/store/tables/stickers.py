"""Stock rolls, their blanks, and the stickers that exist or may exist."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from kiosk.domain.job import Validity, VoidReason
from kiosk.store.tables.shapes import UtcTime, metadata, one_of

rolls = Table(
    "rolls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mode", Text, nullable=False),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    Column("blanks", Integer, nullable=False),
    Column("loaded_at", UtcTime, nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("read_in_at", UtcTime),
    Column("ended_at", UtcTime),
    CheckConstraint(one_of("mode", ("numbered", "plain")), name="mode"),
    CheckConstraint("blanks > 0", name="blanks"),
    Index("uq_rolls_loaded", text("(1)"), unique=True, sqlite_where=text("ended_at IS NULL")),
)
"""Stock rolls; one is loaded at a time. `read_in_at`: the number under the head is known since."""

blanks = Table(
    "blanks",
    metadata,
    Column("serial", Text, primary_key=True),
    Column("roll_id", ForeignKey("rolls.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("fate", Text, nullable=False, server_default="left"),
    CheckConstraint(one_of("fate", ("left", "issued", "spoiled", "returned")), name="fate"),
    UniqueConstraint("roll_id", "position"),
    Index("ix_blanks_left", "roll_id", "position", sqlite_where=text("fate = 'left'")),
)
"""Every numbered blank of every roll and its one fate, so the stock equation holds by its shape."""

issues = Table(
    "issues",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", ForeignKey("renewals.reference"), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("serial", ForeignKey("blanks.serial"), nullable=False),
    Column("job_number", ForeignKey("jobs.number"), nullable=False, unique=True),
    Column("validity", Text, nullable=False),
    Column("void_reason", Text),
    Column("issued_at", UtcTime, nullable=False),
    Column("fields", Text, nullable=False),
    Column("code", Text, nullable=False),
    UniqueConstraint("reference", "fence", "attempt"),
    CheckConstraint(one_of("validity", Validity), name="validity"),
    CheckConstraint("(validity = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
    CheckConstraint(one_of("void_reason", VoidReason), name="void_reason"),
    Index("ix_issues_serial", "serial"),
    Index(
        "uq_issues_valid_renewal",
        "reference",
        unique=True,
        sqlite_where=text("validity = 'valid'"),
    ),
    Index(
        "uq_issues_serial",
        "serial",
        unique=True,
        sqlite_where=text("void_reason IS NULL OR void_reason <> 'no-output'"),
    ),
)
"""The fact that a sticker exists or may exist. A serial that put out nothing may serve again;
otherwise a serial names one issue. `fields` is what was printed, `code` the text of its QR."""
