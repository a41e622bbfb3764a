"""Opening, migrating and the two kinds of transaction."""

import asyncio

import pytest
from sqlalchemy import inspect, select, text

from bot.store.database import Database, DatabaseUrlError, open_database, parsed_url
from bot.store.tables import inbox, metadata


async def test_the_migrations_build_the_tables_that_the_code_uses(database: Database) -> None:
    async with database.reading() as connection:
        built = await connection.run_sync(
            lambda sync: {
                table: {column["name"] for column in inspect(sync).get_columns(table)}
                for table in inspect(sync).get_table_names()
                if table != "alembic_version"
            }
        )
    assert built == {
        table.name: {column.name for column in table.columns} for table in metadata.tables.values()
    }


async def test_many_processes_may_open_a_new_database_at_once(database_url: str) -> None:
    opened = await asyncio.gather(*(open_database(database_url) for _ in range(8)))
    for database in opened:
        async with database.reading() as connection:
            assert (await connection.execute(select(inbox))).all() == []
        await database.close()


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    row = {"update_id": 1, "lane": 1, "payload": "{}", "received_ms": 0}

    async def half_done() -> None:
        async with database.writing() as connection:
            await connection.execute(inbox.insert().values(row))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await half_done()
    async with database.reading() as connection:
        assert (await connection.execute(select(inbox))).all() == []


async def test_writers_take_turns(database: Database) -> None:
    async def add(update_id: int) -> None:
        async with database.writing() as connection:
            await connection.execute(
                inbox.insert().values(update_id=update_id, lane=1, payload="{}", received_ms=0)
            )

    await asyncio.gather(*(add(update_id) for update_id in range(50)))
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM inbox"))).scalar() == 50


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", ""])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlError):
        parsed_url(url)
