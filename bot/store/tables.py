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

newest_prices = Table(
    "newest_prices",
    metadata,
    Column("venue", Text, primary_key=True),
    Column("as_of_ms", BigInteger, nullable=False),
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
    Column("holder", Text),
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
    Column("holder", Text),
    Column("content_id", Text),
)
Index("ix_ledger_state", ledger.c.state, ledger.c.changed_ms)
Index("ix_ledger_chat_id", ledger.c.chat_id)
Index("ix_ledger_content_id", ledger.c.content_id)

buttons = Table(
    "buttons",
    metadata,
    Column("token", Text, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("owner_id", BigInteger, nullable=False),
    Column("question", Text, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("beside", Integer, nullable=False, server_default="0"),
)
Index("ix_buttons_expires", buttons.c.expires_ms)
Index("ix_buttons_chat_id", buttons.c.chat_id)
Index("ix_buttons_owner_id", buttons.c.owner_id)

book = Table(
    "book",
    metadata,
    Column("owner_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("position", Text, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

executors = Table(
    "executors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("beat_ms", BigInteger, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

gates = Table(
    "gates",
    metadata,
    Column("name", Text, primary_key=True),
    Column("due_us", BigInteger, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
)

contents = Table(
    "contents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("reply", Text, nullable=False),
    Column("picture", LargeBinary),
    Column("made_ms", BigInteger, nullable=False),
)

computations = Table(
    "computations",
    metadata,
    Column("key", Text, primary_key=True),
    Column("holder", Text),
    Column("content_id", Text),
    Column("made_ms", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", Text, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("owner_id", BigInteger, nullable=False),
    Column("content_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subscription", Text),
    Column("remark", Text),
    Column("silent", Integer, nullable=False, server_default="0"),
    Column("due_ms", BigInteger, nullable=False),
    Column("holder", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_ms", BigInteger, nullable=False),
    Column("buried_ms", BigInteger),
    Column("buried_why", Text),
)
Index(
    "ix_outbox_due",
    outbox.c.due_ms,
    sqlite_where=text("buried_ms IS NULL AND holder IS NULL"),
    postgresql_where=text("buried_ms IS NULL AND holder IS NULL"),
)
Index("ix_outbox_chat_id", outbox.c.chat_id)
Index("ix_outbox_content_id", outbox.c.content_id)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("closed_why", Text),
    Column("closed_ms", BigInteger),
    Column("muted_until_ms", BigInteger),
    Column("quiet_from", Integer),
    Column("quiet_to", Integer),
    Column("last_number", Integer, nullable=False, server_default="0"),
    Column("settings", Text, nullable=False, server_default="{}"),
)

moves = Table(
    "moves",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("was", BigInteger, nullable=False),
)

recents = Table(
    "recents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("owner_id", BigInteger, nullable=False),
    Column("words", Text, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
)
Index("ix_recents_chat_id", recents.c.chat_id, recents.c.owner_id)

farewells = Table(
    "farewells",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("owner_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("last_date", Text),
    Column("paused_why", Text),
    Column("holder", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("occasion", Text, nullable=False, unique=True),
    Column("created_ms", BigInteger, nullable=False),
    # The names of letters hold the id for ever: it must not be given again.
    sqlite_autoincrement=True,
)
Index(
    "ix_digests_due",
    digests.c.due_ms,
    sqlite_where=text("paused_why IS NULL AND holder IS NULL"),
    postgresql_where=text("paused_why IS NULL AND holder IS NULL"),
)
Index("ix_digests_chat_id", digests.c.chat_id)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("owner_id", BigInteger, nullable=False),
    Column("number", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("measure", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("check_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("snoozed_until_ms", BigInteger),
    Column("paused_why", Text),
    Column("holder", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("occasion", Text, nullable=False, unique=True),
    Column("created_ms", BigInteger, nullable=False),
    # The names of letters hold the id for ever: it must not be given again.
    sqlite_autoincrement=True,
)
Index(
    "ix_alerts_due",
    alerts.c.check_ms,
    sqlite_where=text("paused_why IS NULL AND holder IS NULL"),
    postgresql_where=text("paused_why IS NULL AND holder IS NULL"),
)
Index(
    "ix_alerts_measure",
    alerts.c.measure,
    alerts.c.check_ms,
    sqlite_where=text("paused_why IS NULL AND holder IS NULL"),
    postgresql_where=text("paused_why IS NULL AND holder IS NULL"),
)
Index("ix_alerts_chat_id", alerts.c.chat_id)

for _held in (inbox, outbox, digests, alerts):
    Index(
        f"ix_{_held.name}_held",
        _held.c.holder,
        sqlite_where=text("holder IS NOT NULL"),
        postgresql_where=text("holder IS NOT NULL"),
    )
