"""A copy of the database takes the place of the lost one, and nobody is told anything twice."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from bot.store.database import open_database
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot
from tests.soak.crowd import Crowd, finished

OF_EACH = 3


@pytest.mark.slow
async def test_a_restored_copy_sends_nothing_twice(
    hedgebot: Hedgebot, telegram: TelegramEmulator, database_url: str, tmp_path: Path
) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = database_url
    crowd, ann = Crowd(telegram), telegram.person("Ann")
    database = await open_database(database_url)
    await crowd.subscribe(database, alerts=OF_EACH, digests=OF_EACH)
    ann.says("/start")
    await hedgebot.serve()
    await finished(crowd, database, lambda: hedgebot.is_running, 300)
    await database.close()
    told = crowd.arrived()
    assert told == 2 * OF_EACH
    await _replaced(hedgebot, database_url, tmp_path)
    await hedgebot.serve()
    await hedgebot.reply(ann.says("/help"))
    await hedgebot.stop()
    assert len(telegram.replies(ann)) == 2, "the new answer, and nothing else"
    assert crowd.arrived() == told


async def _replaced(hedgebot: Hedgebot, url: str, folder: Path) -> None:
    """Lose the database, and put a copy in its place."""
    if url.startswith("sqlite"):
        copy = folder / "copy.sqlite"
        assert "is a checked copy" in await hedgebot.command("backup", str(copy))
        await hedgebot.kill()
        for end in ("", "-wal", "-shm"):
            (folder / f"hedgebot.sqlite{end}").unlink(missing_ok=True)
        assert "Restored." in await hedgebot.command("restore", str(copy))
        return
    await hedgebot.kill()
    parsed = make_url(url)
    name = f"{parsed.database}_copy"
    with psycopg.connect(_maintenance(url), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {parsed.database}")
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = url.replace(str(parsed.database), name)
    assert "Restored." in await hedgebot.command("restore")


def _maintenance(url: str) -> Any:
    return url.replace(str(make_url(url).database), "postgres")
