"""Digests by a clock that jumps, is ahead, goes wrong and is set right."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.store.clock import ms_of
from bot.store.database import Database
from bot.store.tables import digests
from handlers._daily.schedule import DailyTime
from tests.bot.standing.stage import DAY, DUE, HOUR, Stage, letters, row, subscribed

ODD_ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")


async def test_a_clock_that_jumps_ahead_is_not_believed_for_a_minute(database: Database) -> None:
    made = await subscribed(database, due=DUE)
    stage = Stage(database, now=DUE - 2 * HOUR)
    await stage.look()
    stage.now += DAY
    await stage.look(later=timedelta(seconds=2))
    await stage.look(later=timedelta(seconds=50))
    assert await letters(database) == []
    stage.now -= DAY
    await stage.look(later=timedelta(seconds=2))
    await stage.look(later=2 * HOUR)
    assert [letter.key for letter in await letters(database)] == [f"digest:{made}:2026-11-05"]


async def test_a_clock_that_was_a_day_ahead_for_hours_doubles_and_loses_nothing(
    database: Database,
) -> None:
    made = await subscribed(database, due=DUE)
    stage = Stage(database, now=DUE - 2 * HOUR)
    await stage.look()
    stage.now += DAY
    for _ in range(8):
        await stage.look(later=HOUR / 2)
    stage.now -= DAY
    for _ in range(100):
        await stage.look(later=HOUR / 2)
    dates = [letter.key.rpartition(":")[2] for letter in await letters(database)]
    assert dates == ["2026-11-05", "2026-11-06", "2026-11-07"]
    assert (await row(database, made)).last_date == "2026-11-07"


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY], ids=["+1h", "-1h", "+1d", "-1d"])
async def test_a_clock_that_goes_wrong_and_is_set_right_doubles_and_misses_nothing_anywhere(
    database: Database, jump: timedelta
) -> None:
    """Around the end of summer time in Europe, in zones of all kinds."""
    start = datetime(2026, 10, 23, 12, tzinfo=UTC)
    times = [DailyTime(minute, zone) for zone in ODD_ZONES for minute in (0, 150, 765, 1439)]
    made = {
        await subscribed(database, chat_id=number, at=at, due=at.next(start)[1]): at
        for number, at in enumerate(times, start=1)
    }
    async with database.writing() as connection:
        await connection.execute(update(digests).values(created_ms=ms_of(start)))
    stage = Stage(database, now=start)
    await stage.look()
    for step in range(4 * 24 * 2):
        stage.now += {20: jump, 28: -jump}.get(step, timedelta(0))
        await stage.look(later=HOUR / 2)
        # A clock that is not believed is believed again after a minute.
        await stage.look(later=timedelta(seconds=61))
    came = [letter.key for letter in await letters(database)]
    expected = [
        f"digest:{number}:{first + day * DAY}"
        for number, at in made.items()
        for first, last in [(at.next(start)[0], at.latest(stage.now))]
        for day in range((last - first).days + 1)
    ]
    # A clock that is behind shows once more the day before the first one that was promised.
    early = {f"digest:{number}:{at.next(start)[0] - DAY}" for number, at in made.items()}
    assert sorted(set(came) - (early if jump == -DAY else set())) == sorted(expected)
    assert len(came) == len(set(came))


async def test_what_is_not_owed_any_more_when_it_is_made_is_given_back(database: Database) -> None:
    made = await subscribed(database)
    async with database.writing() as connection:
        await connection.execute(update(digests).values(last_date="2026-11-04"))

    async def set_right() -> None:
        stage.now = DUE - 10 * HOUR

    stage = Stage(database, during=set_right)
    await stage.look()
    assert await letters(database) == [], "the clock was ahead when it was begun"
    assert (await row(database, made)).holder is None, "nobody works on it any more"
    stage.during = None
    await Stage(database, holder="two").look()
    [letter] = await letters(database)
    assert letter.key == f"digest:{made}:2026-11-05"


async def test_what_a_jump_makes_due_comes_when_the_clock_is_believed_again(
    database: Database,
) -> None:
    made = await subscribed(database, due=DUE)
    stage = Stage(database, now=DUE - 2 * HOUR)
    await stage.look()
    stage.now += 3 * HOUR
    await stage.look(later=timedelta(seconds=2))
    await stage.look(later=timedelta(seconds=50))
    assert await letters(database) == [], "it may not be an hour past its time"
    assert not stage.asked, "nor was it made"
    await stage.look(later=timedelta(seconds=20))
    assert [letter.key for letter in await letters(database)] == [f"digest:{made}:2026-11-05"]
