"""No setting of this machine reaches a test, and Telegram is the emulator."""

import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import Database, open_database
from tests.emulators.conftest import bot, emulator

__all__ = ["bot", "emulator"]


@pytest.fixture(autouse=True)
def _only_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith("HEDGEBOT_"):
            monkeypatch.delenv(name)
    # Here lies no .env, and the default database may be made.
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command line that runs within a test sets up logging; the next test must not find that."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], level = before
    root.setLevel(level)


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A database for tests that are not about databases."""
    opened = await open_database(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}")
    yield opened
    await opened.close()


@pytest.fixture
async def postgresql(postgresql_server: Any) -> AsyncIterator[Database]:
    """A database for tests that are about several machines."""
    name = f"hedgebot_{os.urandom(6).hex()}"
    postgresql_server.psql(f"CREATE DATABASE {name};")
    opened = await open_database(postgresql_server.get_uri(database=name))
    yield opened
    await opened.close()
