"""People who leave a row in every table, and ask to be forgotten."""

from typing import Any

from sqlalchemy import Table, func, insert, select, update

from bot.store.clock import now_ms
from bot.store.contents import keep_content, name_of
from bot.store.database import Database
from bot.store.forgetting import forget
from bot.store.letters import Kind, Letter, post
from bot.store.personal import personal_tables
from bot.store.tables import (
    farewells,
    gates,
    ledger,
)
from handlers import Reply, Room
from tests.bot.store.test_moving import row

ANN, BEN, DESK = 6_123_456_789, 6_987_654_321, -1_001_234_567_890


async def live(database: Database, person: int, *, seed: int = 1, elsewhere: int = DESK) -> None:
    """Leave a row in every table that has somebody in it, in private and in a group."""
    async with database.writing() as connection:
        for number, chat in enumerate((person, elsewhere)):
            for table in personal_tables():
                is_one_a_chat = {"chat_id", "owner_id"} & set(table.primary_key.columns.keys())
                if table is farewells or (number and (is_one_a_chat or table is ledger)):
                    continue
                known = _lived(table, chat, person, f"{person}:{chat}:{seed}")
                await connection.execute(insert(table).values(row(table, seed, **known)))
        content = await keep_content(database, connection, Reply("For", f"{person} alone {seed}"))
        await connection.execute(
            update(ledger).where(ledger.c.chat_id == person).values(content_id=content)
        )
        shut = database.insert(gates).values(name=f"chat:{person}", due_us=seed)
        await connection.execute(shut.on_conflict_do_nothing())


def _lived(table: Table, chat: int, person: int, name: str) -> dict[str, Any]:
    known: dict[str, Any] = {"chat_id": chat, "owner_id": person}
    keys = ("key", "token", "occasion", "name")
    known |= dict.fromkeys(keys, name_of(name))
    known |= {"state": "{}", "settings": "{}", "holder": None, "created_ms": 1, "expires_ms": 1}
    if table is ledger:
        known["state"] = "sent"
    known["id"] = int(name_of(name)[:7], 16)
    return {column: value for column, value in known.items() if column in table.c}


async def forgotten(database: Database, who: int, *, update_id: int = 0) -> None:
    async with database.writing() as connection:
        await forget(database, connection, who, update_id=update_id)


async def count(database: Database, table: Table, *where: Any) -> int:
    async with database.reading() as connection:
        question = select(func.count()).select_from(table).where(*where)
        return int((await connection.execute(question)).scalar_one())


async def letter(database: Database, key: str, *, chat: int, owner: int, says: Reply) -> None:
    async with database.writing() as connection:
        content = await keep_content(database, connection, says)
        one = Letter(key, Room(chat), owner, content, Kind.DIGEST, now_ms())
        await post(database, connection, [one])
