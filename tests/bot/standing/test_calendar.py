"""Daily digests from due to posted, with a clock of the test's own, each on both databases."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select, update

from bot.standing.calendar import MOST_CLAIMED
from bot.store.contents import kept_reply
from bot.store.database import Database
from bot.store.digests import SqlDigests
from bot.store.letters import Kind
from bot.store.tables import alerts, chats, contents, digests
from handlers._daily.schedule import DailyTime, changed
from tests.bot.standing.stage import DAY, DUE, HOUR, Stage, letters, row, subscribed


async def test_a_digest_is_posted_at_its_time_and_promised_for_tomorrow(
    database: Database,
) -> None:
    made = await subscribed(database)
    stage = Stage(database, now=DUE - timedelta(seconds=1))
    await stage.look()
    assert await letters(database) == [], "not before"
    await stage.look(later=timedelta(seconds=1))
    [letter] = await letters(database)
    assert letter.key == f"digest:{made}:2026-11-05"
    assert (letter.chat_id, letter.thread_id, letter.owner_id) == (5, 7, 5)
    assert (letter.kind, letter.subscription, letter.remark) == (
        Kind.DIGEST,
        f"digest:{made}",
        None,
    )
    said = await kept_reply(database, letter.content_id)
    assert said is not None
    assert (said.answer, said.chart) == ("ETH BTC", b"\x89PNG")
    [digest] = await SqlDigests(database).of_chat(5)
    assert (digest.due, digest.last) == (DUE + DAY, date(2026, 11, 5))
    after = await row(database, made)
    assert (after.holder, after.attempts) == (None, 0)
    await stage.look(later=HOUR)
    assert len(await letters(database)) == 1, "once"


async def test_equal_questions_are_computed_once_and_kept_once(database: Database) -> None:
    for chat_id in range(1, 31):
        await subscribed(database, chat_id=chat_id, question=f"/digest {chat_id % 3}")
    stage = Stage(database)
    await stage.look()
    assert stage.asked == {"0": 1, "1": 1, "2": 1}
    posted = await letters(database)
    assert len({letter.chat_id for letter in posted}) == 30
    async with database.reading() as connection:
        kept = (await connection.execute(select(func.count()).select_from(contents))).scalar()
    assert kept == 3


async def test_two_processes_compute_each_question_once(database: Database) -> None:
    for chat_id in range(60):
        await subscribed(database, chat_id=chat_id + 1, question=f"/digest {chat_id % 20}")
    one, two = Stage(database), Stage(database, holder="two")
    for _ in range(60 // MOST_CLAIMED + 2):
        await asyncio.gather(one.look(), two.look())
    assert one.asked + two.asked == Counter({str(i): 1 for i in range(20)})
    assert len(await letters(database)) == 60


async def test_after_26_hours_down_there_is_one_late_digest(database: Database) -> None:
    made = await subscribed(database)
    stage = Stage(database)
    await stage.look()
    await Stage(database, now=DUE + DAY + 26 * HOUR).look()
    second, first = sorted(await letters(database), key=lambda x: x.key, reverse=True)
    assert first.key == f"digest:{made}:2026-11-05"
    assert second.key == f"digest:{made}:2026-11-07"
    assert second.remark == "2 h late. The one before was left out: I was not running."


async def test_what_is_too_late_is_left_out_and_told_of_in_the_next(database: Database) -> None:
    made = await subscribed(database)
    stage = Stage(database, now=DUE + 7 * HOUR)
    await stage.look()
    assert not stage.asked
    assert await letters(database) == []
    await stage.look(later=17 * HOUR)
    # A day passed by both clocks: nothing jumped.
    [letter] = await letters(database)
    assert letter.key == f"digest:{made}:2026-11-06"
    assert letter.remark == "The one before was left out: I was not running."


async def test_what_was_stopped_or_changed_meanwhile_is_not_posted(database: Database) -> None:
    gone = await subscribed(database, chat_id=1)
    moved = await subscribed(database, chat_id=2)
    stays = await subscribed(database, chat_id=3)
    kept = SqlDigests(database)

    async def change() -> None:
        await kept.delete([gone])
        at = DailyTime(600, "Europe/Berlin")
        await kept.move(moved, at, changed(at, last=None, now=DUE))

    stage = Stage(database, during=change)
    await stage.look()
    assert [letter.subscription for letter in await letters(database)] == [f"digest:{stays}"]
    assert (await row(database, moved)).holder is None
    stage.during = None
    await stage.look(later=2 * HOUR)
    keys = [letter.key for letter in await letters(database)]
    assert keys == [f"digest:{moved}:2026-11-05", f"digest:{stays}:2026-11-05"]


async def test_what_another_process_took_over_is_left_to_it(database: Database) -> None:
    made = await subscribed(database)

    async def rescue() -> None:
        async with database.writing() as connection:
            await connection.execute(update(digests).values(holder="two"))

    stage = Stage(database, during=rescue)
    await stage.look()
    assert await letters(database) == []
    assert (await row(database, made)).holder == "two"


async def test_muted_alerts_are_remembered(database: Database) -> None:
    await subscribed(database)
    noon = (DUE + 4 * HOUR).timestamp() * 1000
    async with database.writing() as connection:
        await connection.execute(update(chats).values(muted_until_ms=int(noon)))
        await connection.execute(
            alerts.insert().values(
                chat_id=5, owner_id=5, number=9, rule="", measure="", state="{}",
                check_ms=0, expires_ms=0, occasion="a", created_ms=0,
            )
        )  # fmt: skip
    await Stage(database).look()
    [letter] = await letters(database)
    assert letter.remark == "1 alert muted until 5 Nov 12:00."


async def test_a_stopped_process_gives_back_what_it_has_not_posted(database: Database) -> None:
    made = await subscribed(database)
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    stage = Stage(database, during=hang)
    stage.calendar = replace(stage.calendar, drain=0.01)
    running = asyncio.create_task(stage.calendar.run())
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    left = await row(database, made)
    assert (left.holder, left.attempts, left.last_date) == (None, 0, None)
