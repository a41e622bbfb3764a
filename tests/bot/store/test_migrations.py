"""A database of any earlier version is brought up to date with all that it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, select

import bot.store
from bot.store.database import Database, open_database, parsed_url
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.ledger import Ledger, State
from bot.store.tables import metadata

MIGRATIONS = Path(bot.store.__file__).parent / "migrations"
NEWEST = ScriptDirectory(str(MIGRATIONS)).get_current_head()
VERSIONS = sorted(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
FORGETS_LANES = "0004"
EARLIER = [version for version in VERSIONS if version != NEWEST]


def _upgraded(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


@contextmanager
def _plain_engine(url: str) -> Iterator[Engine]:
    plain = parsed_url(url)
    if plain.get_backend_name() == "sqlite":
        plain = plain.set(drivername="sqlite")
    engine = create_engine(plain)
    yield engine
    engine.dispose()


def _filled(table: Table) -> dict[str, Any]:
    """A row with something in each column."""
    values: dict[Any, Any] = {int: 5, str: '{"a": "b"}', bytes: b"\0\1"}
    row = {column.name: values[column.type.python_type] for column in table.columns}
    known = {"state": "sent", "key": "reply:5:0", "kind": "digest", "last_date": "2026-11-29"}
    return row | {name: value for name, value in known.items() if name in row}


def _tables(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _rows(connection: Connection, names: set[str]) -> dict[str, dict[str, Any]]:
    return {
        table.name: dict(connection.execute(select(table)).mappings().one())
        for table in _tables(connection)
        if table.name in names
    }


@pytest.mark.parametrize("version", EARLIER)
async def test_every_row_of_an_earlier_version_is_there_afterwards(
    database_url: str, version: str
) -> None:
    with _plain_engine(database_url) as engine:
        with engine.begin() as connection:
            _upgraded(connection, version)
            for table in _tables(connection):
                connection.execute(table.insert().values(_filled(table)))
        with engine.begin() as connection:
            before = _rows(connection, {table.name for table in _tables(connection)})
        opened = await open_database(database_url)
        await _knows_what_was_sent(opened)
        await opened.close()
        with engine.begin() as connection:
            after = _rows(connection, set(before))
            assert {table.name for table in _tables(connection)} == set(metadata.tables)
    if version < FORGETS_LANES:
        # An update that was answered keeps its number and nobody's chat.
        before["inbox"] |= {"lane": 0}
    for name, row in before.items():
        kept = {column: after[name][column] for column in row if column in after[name]}
        assert kept == row, name


async def _knows_what_was_sent(database: Database) -> None:
    """Nothing goes out, and nothing is answered, a second time."""
    ledger = Ledger(database)
    entry = await ledger.entry("reply:5:0")
    assert entry is not None
    assert entry.state is State.SENT
    assert not await ledger.intend("reply:5:0", chat_id=5)
    assert await Inbox(database).store([StoredUpdate(5, 5, "{}")]) == []
