"""A group that becomes a supergroup gets another id, everywhere at once."""

from sqlalchemy import update

from bot.store.database import Database
from bot.store.tables import buttons, ledger


async def move_chat(database: Database, old: int, new: int) -> None:
    """Rewrite a chat's id in all tables, in one transaction."""
    async with database.writing() as connection:
        for table in (buttons, ledger):
            await connection.execute(
                update(table).where(table.c.chat_id == old).values(chat_id=new)
            )
        # Whoever asked anonymously asked as the group.
        await connection.execute(
            update(buttons).where(buttons.c.owner_id == old).values(owner_id=new)
        )
