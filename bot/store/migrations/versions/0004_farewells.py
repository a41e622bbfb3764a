"""Who wants to be forgotten; since when a chat is closed; no chat beside an answered update."""

import sqlalchemy as sa
from alembic import op

from bot.store.clock import now_ms

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "farewells",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_farewells")),
    )
    op.add_column("chats", sa.Column("closed_ms", sa.BigInteger(), nullable=True))
    chats = sa.table("chats", sa.column("closed_why"), sa.column("closed_ms"))
    op.execute(chats.update().where(chats.c.closed_why.is_not(None)).values(closed_ms=now_ms()))
    inbox = sa.table("inbox", sa.column("finished_ms"), sa.column("lane"))
    op.execute(inbox.update().where(inbox.c.finished_ms.is_not(None)).values(lane=0))


def downgrade() -> None:
    """Take back."""
    op.drop_column("chats", "closed_ms")
    op.drop_table("farewells")
