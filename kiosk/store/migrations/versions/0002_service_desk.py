"""What staff ask of a printer, and how they set one up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the technician's desk."""
    _service_requests()
    _printer_tunings()


def _service_requests() -> None:
    op.create_table(
        "service_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("serial", sa.Text(), nullable=True),
        sa.Column("started_at", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("verdict_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('test-print', 'feed', 'clear', 'probe', 'report')",
            name=op.f("ck_service_requests_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'started', 'done', 'failed')",
            name=op.f("ck_service_requests_state"),
        ),
        sa.CheckConstraint("verdict IN ('good', 'bad')", name=op.f("ck_service_requests_verdict")),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (ended_at IS NOT NULL AND outcome IS NOT NULL)",
            name=op.f("ck_service_requests_ended"),
        ),
        sa.ForeignKeyConstraint(
            ["serial"], ["blanks.serial"], name=op.f("fk_service_requests_serial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_requests")),
    )
    op.create_index(
        "uq_service_requests_open",
        "service_requests",
        ["printer"],
        unique=True,
        sqlite_where=sa.text("state IN ('requested', 'started')"),
    )


def _printer_tunings() -> None:
    op.create_table(
        "printer_tunings",
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("right_mm", sa.Integer(), nullable=False),
        sa.Column("down_mm", sa.Integer(), nullable=False),
        sa.Column("density", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("printer", name=op.f("pk_printer_tunings")),
    )
