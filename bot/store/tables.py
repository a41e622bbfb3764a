"""Every table, in one place.

Times are whole milliseconds since 1970 UTC: SQLite has no type for an aware time, and both
databases compare integers alike.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

candle_blocks = Table(
    "candle_blocks",
    metadata,
    Column("venue", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("bar_ms", BigInteger, primary_key=True),
    Column("block", BigInteger, primary_key=True),
    Column("bars", LargeBinary, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

funding_histories = Table(
    "funding_histories",
    metadata,
    Column("venue", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("covered_from_ms", BigInteger, nullable=False),
    Column("covered_to_ms", BigInteger, nullable=False),
    Column("payments", LargeBinary, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Column("finished_ms", BigInteger),
    Column("attempts", Integer, nullable=False, server_default="0"),
)
Index(
    "ix_inbox_waiting",
    inbox.c.update_id,
    sqlite_where=text("finished_ms IS NULL"),
    postgresql_where=text("finished_ms IS NULL"),
)

ledger = Table(
    "ledger",
    metadata,
    Column("key", Text, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("message_id", BigInteger),
    Column("note", Text),
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)
Index("ix_ledger_state", ledger.c.state, ledger.c.changed_ms)

buttons = Table(
    "buttons",
    metadata,
    Column("token", Text, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("owner_id", BigInteger, nullable=False),
    Column("question", Text, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
)
Index("ix_buttons_expires", buttons.c.expires_ms)

book = Table(
    "book",
    metadata,
    Column("owner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("position", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)
