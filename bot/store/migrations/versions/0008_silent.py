"""Alerts that ring no bell and are alerts all the same."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("outbox", sa.Column("silent", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take back."""
    op.drop_column("outbox", "silent")
