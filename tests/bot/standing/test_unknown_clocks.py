"""A place whose clock this machine does not know takes nobody with it.

Lists of time zones differ between machines, and names are dropped from them.
"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.store.chats import close_chat, open_chat
from bot.store.database import Database
from bot.store.digest_recovery import recover_digests
from bot.store.digest_runs import MOST_ATTEMPTS, POISON
from bot.store.tables import digests
from handlers import Preferences
from tests.bot.standing.stage import DUE, Stage, letters, row, subscribed


@pytest.fixture
async def both(database: Database) -> list[int]:
    """Two who ask the same; nobody knows the clock of the first."""
    made = [await subscribed(database, chat_id=chat) for chat in (5, 6)]
    async with database.writing() as connection:
        lost = update(digests).where(digests.c.id == made[0])
        await connection.execute(lost.values(zone="Mars/Olympus"))
    return made


async def test_who_asks_the_same_gets_it_and_the_other_is_told(
    database: Database, both: list[int]
) -> None:
    stage = Stage(database)
    for _ in range(MOST_ATTEMPTS + 2):
        await stage.look(later=timedelta(minutes=5))
    assert (await row(database, both[0])).paused_why == POISON
    assert (await row(database, both[1])).paused_why is None
    sent = sorted((letter.chat_id, letter.kind) for letter in await letters(database))
    assert sent == [(5, "notice"), (6, "digest")]


async def test_a_clock_that_is_set_back_or_a_chat_that_opens_stumbles_over_nobody(
    database: Database, both: list[int]
) -> None:
    assert await recover_digests(database, DUE - timedelta(days=2)) == 1
    async with database.writing() as connection:
        await close_chat(database, connection, 5, "bot was blocked by the user")
    resumed = await open_chat(database, 5, now=DUE + timedelta(days=2))
    assert resumed is not None
    assert resumed.digests == 1
    assert (await row(database, both[0])).paused_why is None


def test_a_chat_whose_clock_is_unknown_goes_by_utc() -> None:
    assert Preferences(zone="Mars/Olympus").time_zone.key == "UTC"
