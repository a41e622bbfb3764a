"""Letters that wait while what they tell of changes; each on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from analytics.market.windows import DAY, HOUR
from bot.store.alerts import SqlAlerts
from bot.store.chats import close_chat, close_topic, open_chat
from bot.store.clock import datetime_of, ms_of, now_ms
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.dead_letters import DeadLetters
from bot.store.digests import SqlDigests
from bot.store.ledger import KEEP_FOR, Ledger, State
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import Outbox
from bot.store.rooms import SqlRooms
from bot.store.tables import outbox
from handlers import Preferences, Quiet, Reply, Room
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._watch.grammar import rule_of
from handlers._watch.states import State as AlertState
from tests.bot.standing.stage import BERLIN, DUE, Stage, letters, row, subscribed
from tests.bot.store.test_alerts import NOON, new


async def written(
    database: Database, key: str, *, chat_id: int = -100, kind: Kind = Kind.ALERT, due_ms: int = 0
) -> None:
    async with database.writing() as connection:
        content = await keep_content(database, connection, Reply("Fired", key))
        letter = Letter(key, Room(chat_id, 7), 5, content, kind, due_ms or now_ms())
        await post(database, connection, [letter])


async def waiting(database: Database) -> list[Any]:
    async with database.reading() as connection:
        rows = await connection.execute(select(outbox.c.key).order_by(outbox.c.key))
        return list(rows.scalars())


async def due(database: Database) -> list[str]:
    return [held.letter.key for held in await Outbox(database, "one").claim(10)]


async def test_what_waits_for_the_end_of_a_mute_comes_when_it_is_lifted(
    database: Database,
) -> None:
    rooms = SqlRooms(database)
    tomorrow = now_ms() + 86_400_000
    await rooms.set_quiet(-100, Quiet(until=datetime_of(tomorrow)))
    await written(database, "alert:1:1:1:fired", due_ms=tomorrow)
    await written(database, "alert:2:1:1:fired", chat_id=-200, due_ms=tomorrow)
    assert await due(database) == []
    await rooms.set_quiet(-100, Quiet())
    assert await due(database) == ["alert:1:1:1:fired"]


async def test_quiet_hours_by_another_clock_are_looked_at_anew(database: Database) -> None:
    await written(database, "alert:1:1:1:fired", due_ms=now_ms() + 86_400_000)
    await SqlRooms(database).set_preferences(-100, Preferences(zone="Asia/Tokyo"))
    assert await due(database) == ["alert:1:1:1:fired"]


async def test_an_alert_that_is_forgotten_says_nothing_afterwards(database: Database) -> None:
    kept = SqlAlerts(database)
    gone, stays = await kept.add(new(1)), await kept.add(new(2))
    for alert in (gone, stays):
        await written(database, f"alert:{alert.id}:1:1:fired")
    await written(database, "outage:of all alerts of the chat", kind=Kind.NOTICE)
    await kept.delete(gone.id)
    assert await waiting(database) == [
        f"alert:{stays.id}:1:1:fired",
        "outage:of all alerts of the chat",
    ]


async def test_what_an_alert_saw_by_another_rule_is_not_told_any_more(database: Database) -> None:
    kept = SqlAlerts(database)
    alert = await kept.add(new())
    await written(database, f"alert:{alert.id}:1:1:fired", due_ms=now_ms() + 86_400_000)
    rule = rule_of("ETH BTC-PERP corr<0.4")
    await kept.change(alert.id, rule, state=AlertState(), check=NOON, expires=NOON + DAY)
    assert await waiting(database) == []


async def test_what_waits_is_not_told_while_its_alert_is_snoozed(
    database: Database,
) -> None:
    kept = SqlAlerts(database)
    alert, other = await kept.add(new(1)), await kept.add(new(2))
    names = [f"alert:{one.id}:1:1:fired" for one in (alert, other)]
    for name in names:
        await written(database, name)
    await written(database, f"alert:{alert.id}:1:1:unseen", kind=Kind.NOTICE)
    await kept.snooze(other.id, None)
    await kept.snooze(alert.id, NOON + 9 * DAY)
    assert await waiting(database) == sorted([f"alert:{alert.id}:1:1:unseen", names[1]])


async def test_nothing_of_a_digest_comes_any_more_when_it_is_stopped(database: Database) -> None:
    digests = SqlDigests(database)
    at = DailyTime(480, "UTC")
    made = [
        await digests.add(NewDigest(5, Room(-100, 7), "/digest ETH BTC", at, NOON, f"update:{n}"))
        for n in range(2)
    ]
    for digest in made:
        await written(database, f"digest:{digest.id}:2026-11-02", kind=Kind.DIGEST)
    await digests.delete([made[0].id])
    assert await waiting(database) == [f"digest:{made[1].id}:2026-11-02"]


async def test_letters_that_were_given_up_are_forgotten_after_a_month(database: Database) -> None:
    for key in ("old", "new"):
        await written(database, key)
        await Outbox(database, "one").claim(1)
        await Outbox(database, "one").bury(key, "refused")
    long_ago = ms_of(datetime_of(now_ms()) - KEEP_FOR - HOUR)
    async with database.writing() as connection:
        await connection.execute(
            outbox.update().where(outbox.c.key == "old").values(buried_ms=long_ago)
        )
    await DeadLetters(database).prune()
    assert [dead.key for dead in await DeadLetters(database).all()] == ["new"]


async def test_a_doubt_does_not_take_an_arrival_back(database: Database) -> None:
    slow, other = Ledger(database, "slow"), Ledger(database, "other")
    assert await slow.intend("alert:1:1:1:fired:0", chat_id=5)
    await slow.confirm("alert:1:1:1:fired:0", message_id=77)
    await other.doubt("alert:1:1:1:fired:0", note="it was not noted how it ended")
    entry = await other.entry("alert:1:1:1:fired:0")
    assert entry is not None
    assert (entry.state, entry.message_id) == (State.SENT, 77)


@pytest.mark.parametrize("days", [1, 3])
async def test_a_digest_does_not_blame_itself_for_days_on_which_its_chat_was_closed(
    database: Database, days: int
) -> None:
    made, stage = await subscribed(database), Stage(database)
    await stage.look()
    async with database.writing() as connection:
        await close_chat(database, connection, 5, "bot was blocked by the user")
    away = timedelta(days=days, hours=1)
    await open_chat(database, 5, now=stage.now + away)
    await stage.look(later=away)
    assert [letter.remark for letter in await letters(database)] == ["1 h late."]
    assert (await row(database, made)).last_date == BERLIN.local(
        DUE + days * DAY
    ).date().isoformat()


async def test_alerts_that_wait_for_a_topic_that_closes_go_into_the_group(
    database: Database,
) -> None:
    await written(database, "alert:1:1:1:fired")
    await written(database, "digest:1:2026-11-05", kind=Kind.DIGEST)
    await written(database, "alert:2:1:1:fired", chat_id=-200)
    await close_topic(database, Room(-100, 7))
    async with database.reading() as connection:
        left = select(outbox.c.key, outbox.c.thread_id).order_by(outbox.c.key)
        found = [tuple(row) for row in await connection.execute(left)]
    assert found == [("alert:1:1:1:fired", None), ("alert:2:1:1:fired", 7)]
