"""The first tables: records, stock, jobs and issues, the log, the machine and its people.

There is no way back from a migration: restore the backup made before it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table with its constraints and indexes."""
    _meta()
    _renewals()
    _rejects()
    _holds()
    _imports()
    _rolls()
    _blanks()
    _job_edges()
    _jobs()
    _job_evidence()
    _issues()
    _audit_events()
    _audit_head()
    _audit_anchors()
    _print_log()
    _printers()
    _service_stops()
    _staff()
    _tries()


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )


def _renewals() -> None:
    op.create_table(
        "renewals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("plate_key", sa.Text(), nullable=False),
        sa.Column("owner_digest", sa.Text(), nullable=False),
        sa.Column("kiosk", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewals")),
        sa.UniqueConstraint("reference", name=op.f("uq_renewals_reference")),
    )
    op.create_index("ix_renewals_owner_digest", "renewals", ["owner_digest"])
    op.create_index("ix_renewals_plate_key", "renewals", ["plate_key"])


def _rejects() -> None:
    op.create_table(
        "rejects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.Text(), nullable=True),
        sa.Column("settled_how", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejects")),
    )
    op.create_index(
        "ix_rejects_open", "rejects", ["id"], sqlite_where=sa.text("settled_at IS NULL")
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("release_version", sa.Integer(), nullable=True),
        sa.Column("reject_id", sa.Integer(), nullable=True),
        sa.Column("placed_at", sa.Text(), nullable=False),
        sa.Column("released_at", sa.Text(), nullable=True),
        sa.CheckConstraint("cause IN ('rejected', 'conflict')", name=op.f("ck_holds_cause")),
        sa.ForeignKeyConstraint(["reject_id"], ["rejects.id"], name=op.f("fk_holds_reject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(
        "ix_holds_open", "holds", ["reference"], sqlite_where=sa.text("released_at IS NULL")
    )


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), server_default="0", nullable=False),
        sa.Column("applied", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index("ix_imports_sha256", "imports", ["sha256"])


def _rolls() -> None:
    op.create_table(
        "rolls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("last", sa.Text(), nullable=False),
        sa.Column("blanks", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.Column("read_in_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.CheckConstraint("mode IN ('numbered', 'plain')", name=op.f("ck_rolls_mode")),
        sa.CheckConstraint("blanks > 0", name=op.f("ck_rolls_blanks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rolls")),
    )
    op.create_index(
        "uq_rolls_loaded",
        "rolls",
        [sa.text("(1)")],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def _blanks() -> None:
    op.create_table(
        "blanks",
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("roll_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fate", sa.Text(), server_default="left", nullable=False),
        sa.CheckConstraint(
            "fate IN ('left', 'issued', 'spoiled', 'returned')", name=op.f("ck_blanks_fate")
        ),
        sa.ForeignKeyConstraint(["roll_id"], ["rolls.id"], name=op.f("fk_blanks_roll_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_blanks")),
        sa.UniqueConstraint("roll_id", "position", name=op.f("uq_blanks_roll_id_position")),
    )
    op.create_index(
        "ix_blanks_left", "blanks", ["roll_id", "position"], sqlite_where=sa.text("fate = 'left'")
    )


def _job_edges() -> None:
    op.create_table(
        "job_edges",
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("before", "after", name=op.f("pk_job_edges")),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("cuts_before", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.Text(), nullable=True),
        sa.Column("sending_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'cancelled') OR (serial IS NOT NULL AND printer IS NOT NULL)",
            name=op.f("ck_jobs_claimed"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'claimed', 'sending', 'printed', 'cancelled',"
            " 'in_doubt', 'no_output', 'spoiled')",
            name=op.f("ck_jobs_state"),
        ),
        sa.ForeignKeyConstraint(
            ["reference"], ["renewals.reference"], name=op.f("fk_jobs_reference")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_jobs")),
        sa.UniqueConstraint("id", name=op.f("uq_jobs_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_reference", "jobs", ["reference"])
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["state"],
        sqlite_where=sa.text("state IN ('requested', 'claimed')"),
    )
    op.create_index(
        "uq_jobs_on_printer",
        "jobs",
        ["printer"],
        unique=True,
        sqlite_where=sa.text("state IN ('sending', 'in_doubt')"),
    )
    op.create_index(
        "uq_jobs_open_renewal",
        "jobs",
        ["reference"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'claimed', 'sending', 'in_doubt')"),
    )


def _job_evidence() -> None:
    op.create_table(
        "job_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('process-id', 'processed', 'staff', 'counter', 'cleared', 'not-sent')",
            name=op.f("ck_job_evidence_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["job_number"], ["jobs.number"], name=op.f("fk_job_evidence_job_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_evidence")),
    )
    op.create_index("ix_job_evidence_job_number", "job_evidence", ["job_number"])


def _issues() -> None:
    op.create_table(
        "issues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("job_number", sa.Integer(), nullable=False),
        sa.Column("validity", sa.Text(), nullable=False),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(validity = 'void') = (void_reason IS NOT NULL)",
            name=op.f("ck_issues_void_has_reason"),
        ),
        sa.CheckConstraint("validity IN ('valid', 'void')", name=op.f("ck_issues_validity")),
        sa.CheckConstraint(
            "void_reason IN ('no-output', 'spoiled', 'refunded', 'replaced')",
            name=op.f("ck_issues_void_reason"),
        ),
        sa.ForeignKeyConstraint(["job_number"], ["jobs.number"], name=op.f("fk_issues_job_number")),
        sa.ForeignKeyConstraint(
            ["reference"], ["renewals.reference"], name=op.f("fk_issues_reference")
        ),
        sa.ForeignKeyConstraint(["serial"], ["blanks.serial"], name=op.f("fk_issues_serial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
        sa.UniqueConstraint("job_number", name=op.f("uq_issues_job_number")),
        sa.UniqueConstraint(
            "reference", "fence", "attempt", name=op.f("uq_issues_reference_fence_attempt")
        ),
    )
    op.create_index("ix_issues_serial", "issues", ["serial"])
    op.create_index(
        "uq_issues_serial",
        "issues",
        ["serial"],
        unique=True,
        sqlite_where=sa.text("void_reason IS NULL OR void_reason <> 'no-output'"),
    )
    op.create_index(
        "uq_issues_valid_renewal",
        "issues",
        ["reference"],
        unique=True,
        sqlite_where=sa.text("validity = 'valid'"),
    )


def _audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_events_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_events_previous")),
    )


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )


def _audit_anchors() -> None:
    op.create_table(
        "audit_anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchors")),
    )


def _print_log() -> None:
    op.create_table(
        "print_log",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("delivered_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"], ["audit_events.number"], name=op.f("fk_print_log_number")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_print_log")),
        sa.UniqueConstraint("key", name=op.f("uq_print_log_key")),
    )


def _printers() -> None:
    op.create_table(
        "printers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.Text(), nullable=False),
        sa.Column("print_ms", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_printers")),
    )


def _service_stops() -> None:
    op.create_table(
        "service_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("stopped_by", sa.Text(), nullable=False),
        sa.Column("stopped_at", sa.Text(), nullable=False),
        sa.Column("resumed_by", sa.Text(), nullable=True),
        sa.Column("resumed_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_stops")),
    )
    op.create_index(
        "uq_service_stops_open",
        "service_stops",
        [sa.text("(1)")],
        unique=True,
        sqlite_where=sa.text("resumed_at IS NULL"),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("badge", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("wrong_pins", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.Text(), nullable=True),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "role IN ('technician', 'registrar', 'supervisor')", name=op.f("ck_staff_role")
        ),
        sa.PrimaryKeyConstraint("badge", name=op.f("pk_staff")),
    )


def _tries() -> None:
    op.create_table(
        "tries",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_tries")),
    )
