"""Every table of the kiosk's database, with its constraints; triggers are in `invariants`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

from kiosk.domain.job import JobState, Validity, VoidReason
from kiosk.domain.service import ServiceKind, ServiceState, Verdict

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time as fixed-width ISO text, so that text order is time order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002, D102 - SQLAlchemy's signature
        return None if value is None else utc_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002, D102 - SQLAlchemy's signature
        return None if value is None else datetime.fromisoformat(value)


def utc_text(moment: datetime) -> str:
    """Return the stored form of an aware time: always UTC, always microseconds."""
    if moment.tzinfo is None:
        raise ValueError("a time without an offset cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _one_of(column: str, values: Iterable[str]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about this database: `kiosk` (whose it is). Written once."""

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
    CheckConstraint(_one_of("cause", ("rejected", "conflict")), name="cause"),
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
    Column("rejected", Integer, nullable=False, server_default="0"),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("as_of", UtcTime),
    Index("ix_imports_sha256", "sha256"),
    Index("ix_imports_as_of", "as_of"),
)
"""Files and batches of records; `lines` is the position reached, advanced with each slice. `as_of`
is the time of which the records speak: central's for a batch, else the end of the import."""

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
    CheckConstraint(_one_of("mode", ("numbered", "plain")), name="mode"),
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
    CheckConstraint(_one_of("fate", ("left", "issued", "spoiled", "returned")), name="fate"),
    UniqueConstraint("roll_id", "position"),
    Index("ix_blanks_left", "roll_id", "position", sqlite_where=text("fate = 'left'")),
)
"""Every numbered blank of every roll and its one fate, so the stock equation holds by its shape."""

job_edges = Table(
    "job_edges",
    metadata,
    Column("before", Text, primary_key=True),
    Column("after", Text, primary_key=True),
)
"""The legal steps of a job, the same as `kiosk.domain.job.EDGES`."""

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("reference", ForeignKey("renewals.reference"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("visit", Text, nullable=False),
    Column("printer", Text),
    Column("serial", Text),
    Column("cause", Text),
    Column("cuts_before", Integer),
    Column("requested_at", UtcTime, nullable=False),
    Column("claimed_at", UtcTime),
    Column("sending_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("taken_at", UtcTime),
    CheckConstraint(_one_of("state", JobState), name="state"),
    CheckConstraint(
        "state IN ('requested', 'cancelled') OR (serial IS NOT NULL AND printer IS NOT NULL)",
        name="claimed",
    ),
    Index(
        "uq_jobs_open_renewal",
        "reference",
        unique=True,
        sqlite_where=text("state IN ('requested', 'claimed', 'sending', 'in_doubt')"),
    ),
    Index(
        "uq_jobs_on_printer",
        "printer",
        unique=True,
        sqlite_where=text("state IN ('sending', 'in_doubt')"),
    ),
    Index("ix_jobs_waiting", "state", sqlite_where=text("state IN ('requested', 'claimed')")),
    Index("ix_jobs_reference", "reference"),
    sqlite_autoincrement=True,
)
"""Print jobs. `visit` is a digest of the visitor's session; `cuts_before` the printer's counter."""

job_evidence = Table(
    "job_evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job_number", ForeignKey("jobs.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    CheckConstraint(
        _one_of("kind", ("process-id", "processed", "staff", "counter", "cleared", "not-sent")),
        name="kind",
    ),
    Index("ix_job_evidence_job_number", "job_number"),
)
"""What is known about a job's outcome, and from whom; `detail` is JSON."""

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
    CheckConstraint(_one_of("validity", Validity), name="validity"),
    CheckConstraint("(validity = 'void') = (void_reason IS NOT NULL)", name="void_has_reason"),
    CheckConstraint(_one_of("void_reason", VoidReason), name="void_reason"),
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

printers = Table(
    "printers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("capabilities", Text),
    Column("changed_at", UtcTime, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
    Column("print_ms", Integer),
)
"""What the printer process last saw; `print_ms` is the measured time of a sticker."""

service_stops = Table(
    "service_stops",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("why", Text, nullable=False),
    Column("stopped_by", Text, nullable=False),
    Column("stopped_at", UtcTime, nullable=False),
    Column("resumed_by", Text),
    Column("resumed_at", UtcTime),
    Index(
        "uq_service_stops_open",
        text("(1)"),
        unique=True,
        sqlite_where=text("resumed_at IS NULL"),
    ),
)
"""Times at which people took the kiosk out of service; one is open at most."""

service_requests = Table(
    "service_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("printer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False, server_default="requested"),
    Column("serial", ForeignKey("blanks.serial")),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("outcome", Text),
    Column("verdict", Text),
    Column("verdict_by", Text),
    Column("visit", Text),
    Column("reference", Text),
    Column("slip", Text),
    CheckConstraint(_one_of("kind", ServiceKind), name="kind"),
    CheckConstraint(_one_of("state", ServiceState), name="state"),
    CheckConstraint(_one_of("verdict", Verdict), name="verdict"),
    CheckConstraint(
        "(state IN ('done', 'failed')) = (ended_at IS NOT NULL AND outcome IS NOT NULL)",
        name="ended",
    ),
    CheckConstraint(
        "(kind = 'status') = (visit IS NOT NULL AND reference IS NOT NULL)", name="visitor"
    ),
    CheckConstraint(
        "(kind = 'status' AND state IN ('requested', 'started')) = (slip IS NOT NULL)", name="slip"
    ),
    Index(
        "uq_service_requests_open",
        "printer",
        unique=True,
        sqlite_where=text("state IN ('requested', 'started')"),
    ),
    Index(
        "uq_service_requests_slip",
        "visit",
        "reference",
        unique=True,
        sqlite_where=text("visit IS NOT NULL AND state <> 'failed'"),
    ),
)
"""What was asked of a printer: the screens write it, the printer process takes it between stickers.
`serial` is the blank it used up; `outcome` says in a word how it ended. A visitor asks for a slip
of one renewal: `visit` is known by its digest; `slip`, the lines to print, goes when it ends."""

printer_tunings = Table(
    "printer_tunings",
    metadata,
    Column("printer", Text, primary_key=True),
    Column("right_mm", Integer, nullable=False),
    Column("down_mm", Integer, nullable=False),
    Column("density", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", UtcTime, nullable=False),
)
"""Offsets and density of a printer, as staff last set them."""

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
    CheckConstraint(_one_of("role", ("technician", "registrar", "supervisor")), name="role"),
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
