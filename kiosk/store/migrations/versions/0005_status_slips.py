"""Slips that visitors ask for: kinds and columns of `service_requests`, which is built anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEPT = (
    "id, printer, kind, why, asked_by, asked_at, state, serial, started_at, ended_at, outcome,"
    " verdict, verdict_by"
)
_OPEN = "state IN ('requested', 'started')"


def upgrade() -> None:
    """Move every row into a table with the new constraints, as SQLite cannot change one."""
    op.drop_index("uq_service_requests_open", "service_requests")
    op.rename_table("service_requests", "service_requests_before")
    _service_requests()
    op.execute(
        f"INSERT INTO service_requests ({_KEPT}) SELECT {_KEPT} FROM service_requests_before"  # noqa: S608 - constants of this file
    )
    op.drop_table("service_requests_before")
    op.create_index(
        "uq_service_requests_open",
        "service_requests",
        ["printer"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
    )
    op.create_index(
        "uq_service_requests_slip",
        "service_requests",
        ["visit", "reference"],
        unique=True,
        sqlite_where=sa.text("visit IS NOT NULL AND state <> 'failed'"),
    )


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
        sa.Column("visit", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("slip", sa.Text(), nullable=True),
        *_constraints(),
    )


def _constraints() -> tuple[sa.Constraint, ...]:
    return (
        sa.CheckConstraint(
            "kind IN ('test-print', 'feed', 'clear', 'probe', 'report', 'status')",
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
        sa.CheckConstraint(
            "(kind = 'status') = (visit IS NOT NULL AND reference IS NOT NULL)",
            name=op.f("ck_service_requests_visitor"),
        ),
        sa.CheckConstraint(
            f"(kind = 'status' AND {_OPEN}) = (slip IS NOT NULL)",
            name=op.f("ck_service_requests_slip"),
        ),
        sa.ForeignKeyConstraint(
            ["serial"], ["blanks.serial"], name=op.f("fk_service_requests_serial")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_requests")),
    )
