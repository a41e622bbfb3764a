"""A machine whose clock is wrong writes down the same moments as all others.

Here it is the server's clock that is an hour off: the machine's own cannot be set by a test.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from telegram import Bot

from analytics.market.windows import DAY, HOUR, MINUTE
from bot.app import opened_answers
from bot.settings import Settings
from bot.store.clock import MILLISECOND, datetime_of, ms_of, now_ms
from bot.store.contents import keep_content
from bot.store.database import Database, open_database
from bot.store.dead_letters import DeadLetters
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import Outbox
from bot.store.tables import alerts, buttons, chats, digests, metadata, outbox
from bot.telegram.refusals import ChatClosed
from bot.telegram.sending.closing import closed
from handlers import Reply, Room
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.emulator import TelegramEmulator

OFF_BY = """
CREATE SCHEMA off;
CREATE FUNCTION off.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS $$ SELECT pg_catalog.clock_timestamp() + interval '{minutes} minutes' $$;
"""
STORY = (
    "/watch ETH BTC-PERP corr<0.6 until=10d",
    "/alerts snooze 1 8h",
    "/watch BTC-INV funding<0 until=20d",
    "/alerts keep 2",
    "/alerts edit 2 funding<-5%",
    "/mute 2h",
    "/daily ETH BTC-PERP 30d at=08:00 tz=UTC",
    "/book add 40 ETH -2.48 BTC-PERP as main",
)
PAST = ("created_ms", "changed_ms", "received_ms", "finished_ms", "made_ms", "asked_ms", "used_ms")
FOREVER = {"candle_blocks", "executors"}


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A bot on a database whose clock is ``off`` from the machine's."""

    at: Desk
    database: Database
    off: timedelta

    @property
    def now(self) -> datetime:
        return datetime_of(now_ms()) + self.off

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.reading() as connection:
            return list((await connection.execute(select(table))).all())

    def is_about(self, milliseconds: int, length: timedelta) -> bool:
        """Whether a moment lies so far ahead by the shared clock."""
        return abs(milliseconds - ms_of(self.now + length)) < 5 * MINUTE // MILLISECOND


@pytest.fixture(params=[-60, 60])
async def scene(
    request: pytest.FixtureRequest, postgresql_server: Any, emulator: TelegramEmulator, bot: Bot
) -> AsyncIterator[Scene]:
    name = f"off_by_{abs(request.param)}_{'ahead' if request.param > 0 else 'behind'}"
    postgresql_server.psql(f"CREATE DATABASE {name};")
    postgresql_server.psql(f"ALTER DATABASE {name} SET search_path = off, pg_catalog;")
    postgresql_server.psql(f"\\c {name}\n" + OFF_BY.format(minutes=request.param))
    database = await open_database(postgresql_server.get_uri(database=name))
    settings = Settings(_env_file=None, prices="simulated")
    async with (
        opened_answers(settings, database) as (answers, _),
        desk(emulator, bot, database, answers=answers) as at,
    ):
        yield Scene(at, database, timedelta(minutes=request.param))
    await database.close()
    postgresql_server.psql(f"DROP DATABASE {name};")


@pytest.mark.slow
async def test_what_people_agree_on_holds_by_the_shared_clock(scene: Scene) -> None:
    ann = scene.at.telegram.person("Ann")
    for question in STORY:
        ann.says(question)
        await scene.at.idle()
    first, second = sorted(await scene.rows(alerts), key=lambda row: int(row.number))
    assert scene.is_about(first.expires_ms, 10 * DAY)
    assert scene.is_about(first.snoozed_until_ms, 8 * HOUR)
    assert ms_of(scene.now) < first.check_ms <= ms_of(scene.now + HOUR + MINUTE)
    assert scene.is_about(second.expires_ms, 20 * DAY)
    assert scene.is_about(second.check_ms, timedelta(0))
    [chat] = await scene.rows(chats)
    assert scene.is_about(chat.muted_until_ms, 2 * HOUR)
    [digest] = await scene.rows(digests)
    assert digest.due_ms == ms_of(_morning_after(scene.now))
    assert all(scene.is_about(row.expires_ms, 30 * DAY) for row in await scene.rows(buttons))
    await _written_now(scene)


async def test_letters_that_are_tried_again_or_tell_of_a_closed_chat_are_due_at_once(
    scene: Scene,
) -> None:
    ann = scene.at.telegram.person("Ann")
    group = scene.at.telegram.group("Desk", [ann])
    ann.says("/watch ETH BTC-PERP corr<0.6 until=10d", chat=group)
    await scene.at.idle()
    async with scene.database.writing() as connection:
        content = await keep_content(scene.database, connection, Reply("Fired", "once"))
        letter = Letter("alert:9:1:1:fired", Room(5), 5, content, Kind.ALERT, 0)
        await post(scene.database, connection, [letter])
    box = Outbox(scene.database, "one")
    [held] = await box.claim(9)
    await box.bury(held.letter.key, "no")
    await DeadLetters(scene.database).requeue()
    await closed(scene.database, group.id, ChatClosed("no", lacks_rights=True))
    due = [row.due_ms for row in await scene.rows(outbox)]
    assert len(due) == 2
    assert all(scene.is_about(moment, timedelta(0)) for moment in due)


async def _written_now(scene: Scene) -> None:
    """Look through every table for moments that have passed."""
    async with scene.database.writing() as connection:
        content = await keep_content(scene.database, connection, Reply("Fired", "once"))
        letter = Letter("alert:1:1:1:fired", Room(5), 5, content, Kind.ALERT, 0)
        await post(scene.database, connection, [letter])
    found = {
        f"{table.name}.{column}": [getattr(row, column) for row in await scene.rows(table)]
        for table in metadata.tables.values()
        if table.name not in FOREVER
        for column in PAST
        if column in table.c
    }
    moments = {name: known for name, known in found.items() if any(known)}
    assert len(moments) >= 8
    for name, known in moments.items():
        wrong = [moment for moment in known if moment and not scene.is_about(moment, timedelta(0))]
        assert not wrong, name


def _morning_after(now: datetime) -> datetime:
    morning = now.replace(hour=8, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + DAY
