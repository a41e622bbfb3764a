"""Alerts that waited for the end of a mute, whatever a process takes for the time; on both."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.store.clock import ms_of
from bot.store.letters import Kind
from bot.store.rooms import SqlRooms
from bot.store.tables import outbox
from handlers import Quiet
from tests.bot.telegram.posting.office import Office


@pytest.mark.parametrize("behind", [timedelta(seconds=10), timedelta(hours=1)])
async def test_a_process_whose_clock_is_behind_keeps_no_alert_for_itself(
    office: Office, behind: timedelta
) -> None:
    ann = office.telegram.person("Ann")
    ended = datetime.now(UTC) - timedelta(seconds=1)
    await SqlRooms(office.database).set_quiet(ann.id, Quiet(until=ended))
    # As it was put off when it came: until that moment.
    await office.letter("alert:1:1:1:fired", ann, kind=Kind.ALERT, due_ms=ms_of(ended))
    late = office.postman("late", now=lambda: datetime.now(UTC) - behind)
    async with office.open(late), asyncio.timeout(20):
        while not await given_back(office, since=ended):  # noqa: ASYNC110 - no bell rings
            await asyncio.sleep(0.01)
    await office.emptied(office.postman("right"))
    assert len(office.texts(ann)) == 1


async def given_back(office: Office, *, since: datetime) -> bool:
    question = select(outbox.c.holder, outbox.c.due_ms)
    async with office.database.reading() as connection:
        holder, due = (await connection.execute(question)).one()
    return holder is None and due > ms_of(since)
