"""Paid records, how they came, and what keeps them from printing."""

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
    UniqueConstraint,
    text,
)

from kiosk.store.tables.shapes import UtcTime, metadata, one_of

renewals = Table(
    "renewals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("plate_key", Text, nullable=False),
    Column("owner_digest", Text, nullable=False),
    Column("kiosk", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Index("ix_renewals_plate_key", "plate_key"),
    Index("ix_renewals_owner_digest", "owner_digest"),
)
"""The newest version of each paid record. `record` is its canonical JSON; `kiosk` and `fence` hold
the right to print."""

rejects = Table(
    "rejects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("reference", Text),
    Column("version", Integer),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("settled_how", Text),
    Index("ix_rejects_open", "id", sqlite_where=text("settled_at IS NULL")),
)
"""Records that were refused, as they came: the dead letters."""

holds = Table(
    "holds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("release_version", Integer),
    Column("reject_id", ForeignKey("rejects.id")),
    Column("placed_at", UtcTime, nullable=False),
    Column("released_at", UtcTime),
    CheckConstraint(one_of("cause", ("rejected", "conflict")), name="cause"),
    Index("ix_holds_open", "reference", sqlite_where=text("released_at IS NULL")),
)
"""Renewals that may not print until their record is corrected: by a record of at least
`release_version`, or by a retry when that is NULL."""

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("lines", Integer, nullable=False, server_default="0"),
    Column("applied", Integer, nullable=False, server_default="0"),
    Column("repeated", Integer, nullable=False, server_default="0"),
    Column("older", Integer, nullable=False, server_default="0"),
    Column("rejected", Integer, nullable=False, server_default="0"),
    Column("conflicts", Integer, nullable=False, server_default="0"),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("as_of", UtcTime),
    Index("ix_imports_sha256", "sha256"),
    Index("ix_imports_as_of", "as_of"),
)
"""Files and batches of records; `lines` is the position reached, and the counts are what became of
the records up to there: each slice moves them in its own transaction. `as_of` is the time of which
the records speak: central's for a batch, else the end of the import."""

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("is_snapshot", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("import_id", ForeignKey("imports.id"), nullable=False, unique=True),
    Column("answer", Text),
    UniqueConstraint("source", "first_seq", "last_seq", "sha256"),
    CheckConstraint("first_seq >= 1 AND last_seq >= first_seq", name="range"),
)
"""Batches that central pushed. `answer` is what central was told (JSON), NULL until the end: the
same batch again is told the same."""

watermarks = Table(
    "watermarks",
    metadata,
    Column("source", Text, primary_key=True),
    Column("last_seq", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)
"""How far each source's batches have been applied. `made_at` is central's clock when it last said
so, `received_at` this kiosk's clock at that moment."""

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("serial", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Column("settled_by", Text),
    Column("settled_how", Text),
    Index("ix_conflicts_open", "reference", sqlite_where=text("settled_at IS NULL")),
)
"""Stickers that are outside although central has stopped their renewal since: people see to them.
`what` is the record's status, or `frozen`."""
