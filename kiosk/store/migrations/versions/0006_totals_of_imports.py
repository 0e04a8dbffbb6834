"""What became of every record of an import, counted in its row; those before count from 0."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counts that were kept in memory until now, and lost with a crash."""
    for count in ("repeated", "older", "conflicts"):
        op.add_column("imports", sa.Column(count, sa.Integer(), server_default="0", nullable=False))
