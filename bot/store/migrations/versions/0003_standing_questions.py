"""Standing questions: digests, alerts, the outbox, and who works on what."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("check_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("snoozed_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("paused_why", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("occasion"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_chat_id", "alerts", ["chat_id"], unique=False)
    op.create_index(
        "ix_alerts_due",
        "alerts",
        ["check_ms"],
        unique=False,
        sqlite_where=sa.text("paused_why IS NULL AND holder IS NULL"),
        postgresql_where=sa.text("paused_why IS NULL AND holder IS NULL"),
    )
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("closed_why", sa.Text(), nullable=True),
        sa.Column("muted_until_ms", sa.BigInteger(), nullable=True),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settings", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chats")),
    )
    op.create_table(
        "computations",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("content_id", sa.Text(), nullable=True),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_computations")),
    )
    op.create_table(
        "contents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contents")),
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_date", sa.Text(), nullable=True),
        sa.Column("paused_why", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("occasion"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_digests_chat_id", "digests", ["chat_id"], unique=False)
    op.create_index(
        "ix_digests_due",
        "digests",
        ["due_ms"],
        unique=False,
        sqlite_where=sa.text("paused_why IS NULL AND holder IS NULL"),
        postgresql_where=sa.text("paused_why IS NULL AND holder IS NULL"),
    )
    op.create_table(
        "executors",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("beat_ms", sa.BigInteger(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_executors")),
    )
    op.create_table(
        "gates",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gates")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "outbox",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subscription", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("buried_ms", sa.BigInteger(), nullable=True),
        sa.Column("buried_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_chat_id", "outbox", ["chat_id"], unique=False)
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_ms"],
        unique=False,
        sqlite_where=sa.text("buried_ms IS NULL AND holder IS NULL"),
        postgresql_where=sa.text("buried_ms IS NULL AND holder IS NULL"),
    )
    op.create_table(
        "uploads",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_uploads")),
    )
    op.add_column("inbox", sa.Column("holder", sa.Text(), nullable=True))
    op.add_column("ledger", sa.Column("holder", sa.Text(), nullable=True))
    op.add_column("ledger", sa.Column("content_id", sa.Text(), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("ledger", "content_id")
    op.drop_column("ledger", "holder")
    op.drop_column("inbox", "holder")
    op.drop_table("uploads")
    op.drop_index(
        "ix_outbox_due",
        table_name="outbox",
        sqlite_where=sa.text("buried_ms IS NULL AND holder IS NULL"),
        postgresql_where=sa.text("buried_ms IS NULL AND holder IS NULL"),
    )
    op.drop_index("ix_outbox_chat_id", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("leases")
    op.drop_table("gates")
    op.drop_table("executors")
    op.drop_index(
        "ix_digests_due",
        table_name="digests",
        sqlite_where=sa.text("paused_why IS NULL AND holder IS NULL"),
        postgresql_where=sa.text("paused_why IS NULL AND holder IS NULL"),
    )
    op.drop_index("ix_digests_chat_id", table_name="digests")
    op.drop_table("digests")
    op.drop_table("contents")
    op.drop_table("computations")
    op.drop_table("chats")
    op.drop_index(
        "ix_alerts_due",
        table_name="alerts",
        sqlite_where=sa.text("paused_why IS NULL AND holder IS NULL"),
        postgresql_where=sa.text("paused_why IS NULL AND holder IS NULL"),
    )
    op.drop_index("ix_alerts_chat_id", table_name="alerts")
    op.drop_table("alerts")
