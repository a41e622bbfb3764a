"""Alerts of one chat that come as one message, at once or after quiet hours."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.store.clock import ms_of
from bot.store.ledger import Ledger
from bot.store.letters import Kind
from bot.store.rooms import SqlRooms
from bot.store.tables import outbox
from handlers import Preferences, Quiet, Reply
from tests.bot.telegram.posting.office import Office

FOUR = [f"alert:{number}:1:1" for number in range(4)]


@pytest.mark.parametrize("rings", [True, False])
async def test_several_alerts_ring_together_where_one_of_them_does(
    office: Office, rings: bool
) -> None:
    ann = office.telegram.person("Ann")
    for number, key in enumerate(FOUR):
        is_silent = number > 0 or not rings
        await office.letter(key, ann, Reply(key, "fired"), kind=Kind.ALERT, is_silent=is_silent)
    await office.emptied()
    [call] = office.telegram.calls_of("sendMessage")
    assert call.params["disable_notification"] is not rings


async def test_four_alerts_that_fire_together_are_one_message(office: Office) -> None:
    ann = office.telegram.person("Ann")
    for key in FOUR:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    await office.emptied(office.postman("one"), office.postman("two"))
    [text] = office.texts(ann)
    assert all(key in text for key in FOUR)


async def test_three_alerts_are_three_messages(office: Office) -> None:
    ann = office.telegram.person("Ann")
    for key in FOUR[:3]:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    await office.emptied()
    assert len(office.texts(ann)) == 3


async def test_an_alert_that_may_have_arrived_is_not_told_again_among_others(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    for key in [*FOUR, "alert:9:1:1"]:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    ledger = Ledger(office.database)
    await ledger.intend("alert:9:1:1:0", chat_id=ann.id)
    await ledger.confirm("alert:9:1:1:0", message_id=1)
    await office.emptied()
    [text] = office.texts(ann)
    assert all(key in text for key in FOUR)
    assert "alert:9" not in text


async def test_alerts_wait_while_their_chat_wants_quiet_and_come_as_one(office: Office) -> None:
    ann = office.telegram.person("Ann")
    rooms = SqlRooms(office.database)
    ends = datetime.now(UTC) + timedelta(hours=2)
    await rooms.set_quiet(ann.id, Quiet(until=ends))
    await office.letter("digest:1", ann)
    for key in FOUR[:2]:
        await office.letter(key, ann, Reply(f"Alert {key}", "fired"), kind=Kind.ALERT)
    await office.emptied()
    assert office.texts(ann) == ["Title digest:1"], "a digest makes no sound"
    async with office.database.writing() as connection:
        early = outbox.c.due_ms - 7_200_000
        created = outbox.c.created_ms - 7_200_000
        await connection.execute(update(outbox).values(due_ms=early, created_ms=created))
    await rooms.set_quiet(ann.id, Quiet())
    await office.emptied()
    assert len(office.texts(ann)) == 2
    assert all(key in office.texts(ann)[1] for key in FOUR[:2])


async def test_quiet_hours_go_by_the_chats_own_clock(office: Office) -> None:
    ann = office.telegram.person("Ann")
    rooms = SqlRooms(office.database)
    await rooms.set_preferences(ann.id, Preferences(zone="Asia/Tokyo"))
    await rooms.set_quiet(ann.id, Quiet(hours=(time(22), time(7))))
    await office.letter("alert:1", ann, kind=Kind.ALERT)
    # It lies ahead, since what is due is decided by the real clock.
    night = datetime(2100, 3, 1, 14, 30, tzinfo=UTC)
    await office.emptied(office.postman(now=lambda: night))
    assert office.texts(ann) == []
    async with office.database.reading() as connection:
        due = (await connection.execute(select(outbox.c.due_ms))).scalar()
    assert due == ms_of(datetime(2100, 3, 1, 22, tzinfo=UTC))
