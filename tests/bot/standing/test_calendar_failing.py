"""Digests whose venue is away, whose market is gone, or that end the process."""

from sqlalchemy import update

from analytics.errors import RequestError, SourceError
from bot.standing.calendar import VENUE_RETRIES_S
from bot.store.contents import kept_reply
from bot.store.database import Database
from bot.store.digest_runs import MOST_ATTEMPTS, DigestRuns
from bot.store.letters import Kind
from bot.store.tables import digests
from handlers._daily.schedule import DailyTime
from tests.bot.standing.stage import DAY, DUE, HOUR, Stage, letters, row, subscribed


async def test_a_failing_venue_is_asked_again_for_half_an_hour(database: Database) -> None:
    await subscribed(database)
    stage = Stage(database)
    stage.failing = [SourceError("Binance does not answer.", venue="binance")] * 5
    await stage.look()
    assert stage.naps == list(VENUE_RETRIES_S)
    [letter] = await letters(database)
    assert letter.remark == "30 min late."
    said = await kept_reply(database, letter.content_id)
    assert said is not None
    assert said.answer == "ETH BTC"


async def test_a_venue_that_stays_away_costs_one_days_digest_and_one_sentence(
    database: Database,
) -> None:
    await subscribed(database)
    stage = Stage(database)
    stage.failing = [SourceError("Binance does not answer.", venue="binance")] * 6
    await stage.look()
    [letter] = await letters(database)
    said = await kept_reply(database, letter.content_id)
    assert said is not None
    assert (said.title, said.answer) == ("Today's digest:", "Binance does not answer.")
    assert said.chart is None
    await stage.look(later=DAY)
    assert len(await letters(database)) == 2, "tomorrow again"


async def test_a_market_that_is_gone_is_said_once_a_day(database: Database) -> None:
    await subscribed(database)
    stage = Stage(database)
    stage.failing = [RequestError("I don't know XYZ.")]
    await stage.look()
    await stage.look(later=HOUR)
    [letter] = await letters(database)
    said = await kept_reply(database, letter.content_id)
    assert said is not None
    assert said.answer == "I don't know XYZ."
    assert [b.question for b in said.buttons[0]] == ["/digest ETH BTC", "/daily"]


async def test_a_broken_question_takes_no_other_along(database: Database) -> None:
    await subscribed(database, chat_id=1, question="/digest broken")
    await subscribed(database, chat_id=2)
    stage = Stage(database)
    stage.failing = [ZeroDivisionError()]
    await stage.look()
    assert len(await letters(database)) == 2


async def test_what_ends_the_process_again_and_again_is_paused_and_others_go_on(
    database: Database,
) -> None:
    earlier = {"at": DailyTime(479, "Europe/Berlin"), "due": DUE - HOUR / 60}
    poison = await subscribed(database, chat_id=1, question="/digest poison", **earlier)
    good = await subscribed(database, chat_id=2)
    for _ in range(MOST_ATTEMPTS):
        # The process dies with what it has claimed; a rescue frees it.
        claimed = await DigestRuns(database, "dying").claim(DUE, most=9, is_alone=True)
        assert poison in {one.id for group in claimed for one in group}
        async with database.writing() as connection:
            await connection.execute(update(digests).values(holder=None))
    stage = Stage(database)
    await stage.look()
    assert "poison" not in stage.asked
    assert (await row(database, poison)).paused_why
    assert (await row(database, good)).last_date == "2026-11-05"
    kinds = {letter.chat_id: letter.kind for letter in await letters(database)}
    assert kinds == {1: Kind.NOTICE, 2: Kind.DIGEST}


async def test_what_was_begun_twice_is_worked_on_alone(database: Database) -> None:
    for chat_id in (1, 2, 3):
        await subscribed(database, chat_id=chat_id, question=f"/digest {chat_id}")
    async with database.writing() as connection:
        await connection.execute(update(digests).where(digests.c.chat_id < 3).values(attempts=2))
    runs = DigestRuns(database, "one")

    async def taken(*, is_alone: bool) -> list[str]:
        groups = await runs.claim(DUE, most=9, is_alone=is_alone)
        return [group[0].question for group in groups]

    assert await taken(is_alone=True) == ["/digest 3"]
    assert await taken(is_alone=False) == []
    assert await taken(is_alone=True) == ["/digest 1"]
    assert await taken(is_alone=True) == ["/digest 2"]
