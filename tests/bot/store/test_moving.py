"""A group that becomes a supergroup takes along all that is known of it, in every table."""

from typing import Any

from sqlalchemy import Integer, LargeBinary, Table, Text, insert, select

from bot.store.chats import move_chat
from bot.store.database import Database
from bot.store.tables import alerts, book, chats, digests, metadata

OLD, NEW = -5, -1005
COLUMNS = ("chat_id", "owner_id")


def row(table: Table, seed: int, /, **known: Any) -> dict[str, Any]:
    """A row with something in every column."""
    made: dict[str, Any] = {}
    for column in table.c:
        if isinstance(column.type, LargeBinary):
            made[column.name] = b"x"
        elif isinstance(column.type, Text):
            made[column.name] = f"{column.name} {seed}"
        else:
            made[column.name] = seed
    own = {name: OLD for name in COLUMNS if name in table.c}
    return made | own | known


def test_the_tables_of_chats_are_found_by_their_columns() -> None:
    found = {name for name, table in metadata.tables.items() if "chat_id" in table.c}
    assert {"ledger", "buttons", "outbox", "chats", "digests", "alerts"} <= found


async def test_no_table_keeps_the_old_id(database: Database) -> None:
    tables = [t for t in metadata.tables.values() if any(name in t.c for name in COLUMNS)]
    async with database.writing() as connection:
        for table in tables:
            await connection.execute(insert(table).values(row(table, 1)))
    await move_chat(database, OLD, NEW)
    await move_chat(database, OLD, NEW)
    async with database.reading() as connection:
        for table in tables:
            for name in COLUMNS:
                if name in table.c:
                    ids = (await connection.execute(select(table.c[name]))).scalars().all()
                    assert ids == [NEW], f"{table.name}.{name}"


async def test_where_the_new_chat_has_agreed_on_something_both_are_one(database: Database) -> None:
    async with database.writing() as connection:
        for chat, last, settings in ((OLD, 3, "{}"), (NEW, 2, '{"zone": "Asia/Tokyo"}')):
            await connection.execute(
                insert(chats).values(chat_id=chat, last_number=last, settings=settings)
            )
        for table in (digests, alerts):
            for number, chat in ((1, OLD), (2, NEW)):
                known = {"chat_id": chat, "number": number, "owner_id": 7}
                await connection.execute(insert(table).values(row(table, number, **known)))
        for owner, name in ((OLD, "a"), (OLD, "b"), (NEW, "a")):
            known = {"owner_id": owner, "name": name, "position": str(owner)}
            await connection.execute(insert(book).values(row(book, 1, **known)))
    await move_chat(database, OLD, NEW)
    async with database.reading() as connection:
        [kept] = await connection.execute(select(chats))
        assert (kept.chat_id, kept.last_number, kept.settings) == (NEW, 5, '{"zone": "Asia/Tokyo"}')
        for table in (digests, alerts):
            numbers = (await connection.execute(select(table.c.number))).scalars().all()
            assert sorted(numbers) == [2, 3], "no number is given twice"
        saved = select(book.c.name, book.c.position).order_by(book.c.name)
        assert (await connection.execute(saved)).all() == [("a", str(NEW)), ("b", str(OLD))]


def test_every_id_of_a_chat_is_a_number() -> None:
    for table in metadata.tables.values():
        for name in COLUMNS:
            if name in table.c:
                assert isinstance(table.c[name].type, Integer), table.name
