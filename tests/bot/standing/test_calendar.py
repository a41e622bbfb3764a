"""Daily digests from due to posted, with a clock of the test's own, each on both databases."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from analytics.errors import RequestError, SourceError
from bot.answering.answers import Answers
from bot.standing.calendar import MOST_CLAIMED, VENUE_RETRIES_S, Calendar
from bot.store.clock import ms_of
from bot.store.contents import kept_reply
from bot.store.database import Database
from bot.store.digest_runs import MOST_ATTEMPTS, DigestRuns
from bot.store.digests import SqlDigests
from bot.store.letters import Kind
from bot.store.tables import alerts, chats, contents, digests, outbox
from handlers import Command, Reply, Room, Services
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime, changed
from tests.handlers.asking import services

BERLIN = DailyTime(480, "Europe/Berlin")
DUE = datetime(2026, 11, 5, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ODD_ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")


@dataclass(slots=True, eq=False)
class Stage:
    """A process with a calendar, and a clock that only the test turns.

    ``failing`` are errors that the next answers raise, in their order.
    """

    database: Database
    now: datetime = DUE
    seconds: float = 0.0
    holder: str = "one"
    asked: Counter[str] = field(default_factory=Counter)
    failing: list[Exception] = field(default_factory=list)
    during: Callable[[], Any] | None = None
    naps: list[float] = field(default_factory=list)
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        command = Command("digest", "", "", (), parse=str.strip, answer=self._answered)
        self.calendar = Calendar(
            DigestRuns(self.database, self.holder),
            Answers((command,), services()),
            now=self._time,
            monotonic=lambda: self.seconds,
            sleep=self._nap,
        )

    async def look(self, *, later: timedelta = timedelta(0)) -> None:
        """Let time pass, look once, and wait until all is settled."""
        self.now += later
        self.seconds += later.total_seconds()
        await self.calendar.look()
        await self.calendar.idle()

    async def _answered(self, query: str, _services: Services) -> Reply:
        self.asked[query] += 1
        if self.during is not None:
            await self.during()
        if self.failing:
            raise self.failing.pop(0)
        return Reply("Digest", query, chart=b"\x89PNG")

    async def _time(self) -> datetime:
        return self.now

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


async def subscribed(
    database: Database,
    *,
    chat_id: int = 5,
    question: str = "/digest ETH BTC",
    at: DailyTime = BERLIN,
    due: datetime = DUE,
) -> int:
    new = NewDigest(chat_id, Room(chat_id, 7), question, at, due, f"{chat_id}:{question}:{at}")
    made = await SqlDigests(database).add(new)
    async with database.writing() as connection:
        await connection.execute(update(digests).values(created_ms=0))
    return made.id


async def letters(database: Database) -> list[Any]:
    async with database.reading() as connection:
        return list((await connection.execute(select(outbox).order_by(outbox.c.key))).all())


async def row(database: Database, number: int) -> Any:
    async with database.reading() as connection:
        return (await connection.execute(select(digests).where(digests.c.id == number))).one()


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
    assert letter.remark == "1 alert muted until 12:00."


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
