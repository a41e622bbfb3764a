"""Small numbers by which people call what a chat keeps: each is given once, for alerts and digests."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import chats


async def next_number(database: Database, connection: AsyncConnection, chat_id: int) -> int:
    """A number that nothing in this chat has had before, forgotten where the transaction fails."""
    insert = database.insert(chats).values(chat_id=chat_id, last_number=1)
    counted = insert.on_conflict_do_update(
        index_elements=["chat_id"], set_={"last_number": chats.c.last_number + 1}
    ).returning(chats.c.last_number)
    return int((await connection.execute(counted)).scalar_one())
