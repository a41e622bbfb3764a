"""Whether the pages of a database that is in use are whole."""

from sqlalchemy import text

from bot.store.database import Database


async def damage(database: Database) -> str | None:
    """What SQLite finds wrong with its file; None where every page is sound."""
    async with database.reading() as connection:
        found = (await connection.execute(text("PRAGMA quick_check(1)"))).scalar_one()
    return None if found == "ok" else " ".join(str(found).replace("*", "").split())
