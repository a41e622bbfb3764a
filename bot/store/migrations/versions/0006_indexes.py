"""Finds what belongs to a chat, is said or is held among millions of rows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HELD = ("inbox", "outbox", "digests", "alerts")


def upgrade() -> None:
    """Apply."""
    op.create_index(op.f("ix_ledger_chat_id"), "ledger", ["chat_id"])
    op.create_index(op.f("ix_ledger_content_id"), "ledger", ["content_id"])
    op.create_index(op.f("ix_outbox_content_id"), "outbox", ["content_id"])
    op.create_index(op.f("ix_buttons_chat_id"), "buttons", ["chat_id"])
    op.create_index(op.f("ix_buttons_owner_id"), "buttons", ["owner_id"])
    held = sa.text("holder IS NOT NULL")
    for table in HELD:
        op.create_index(
            op.f(f"ix_{table}_held"),
            table,
            ["holder"],
            sqlite_where=held,
            postgresql_where=held,
        )


def downgrade() -> None:
    """Take back."""
    for table in HELD:
        op.drop_index(op.f(f"ix_{table}_held"), table)
    op.drop_index(op.f("ix_buttons_owner_id"), "buttons")
    op.drop_index(op.f("ix_buttons_chat_id"), "buttons")
    op.drop_index(op.f("ix_outbox_content_id"), "outbox")
    op.drop_index(op.f("ix_ledger_content_id"), "ledger")
    op.drop_index(op.f("ix_ledger_chat_id"), "ledger")
