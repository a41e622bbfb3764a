"""When each venue had its newest price: who restarts knows which market stands still alone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "newest_prices",
        sa.Column("venue", sa.Text(), nullable=False),
        sa.Column("as_of_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("venue", name=op.f("pk_newest_prices")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("newest_prices")
