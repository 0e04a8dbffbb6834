"""Indices with which a kiosk answers as quickly after years as on its first day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find what is open, or somebody's, without reading all that there ever was."""
    op.drop_index("ix_jobs_waiting", "jobs")  # no query could use it
    op.create_index(
        "ix_jobs_open",
        "jobs",
        ["number"],
        sqlite_where=sa.text("state IN ('requested', 'claimed', 'sending', 'in_doubt')"),
    )
    op.create_index("ix_service_requests_printer", "service_requests", ["printer"])
    op.create_index(
        "ix_service_requests_visit",
        "service_requests",
        ["visit"],
        sqlite_where=sa.text("visit IS NOT NULL"),
    )
    op.create_index("ix_audit_anchors_number", "audit_anchors", ["number"])
