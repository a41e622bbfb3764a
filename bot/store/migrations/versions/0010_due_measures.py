"""Finds the alerts of one measure that are due among all that are due at the same close."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AWAKE = "paused_why IS NULL AND holder IS NULL"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_alerts_measure",
        "alerts",
        ["measure", "check_ms"],
        sqlite_where=sa.text(AWAKE),
        postgresql_where=sa.text(AWAKE),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_alerts_measure", "alerts")
