"""One computation of equal questions in several processes, on both databases."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text, update

from analytics.errors import SourceError
from bot.answering.answers import Answers
from bot.store.clock import MILLISECOND, now_ms
from bot.store.computations import (
    KEEP_FOR,
    LOOK_EVERY_S,
    PATIENCE_S,
    Computations,
    computation_key,
)
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.executors import DEAD_AFTER, Executors
from bot.store.letters import Kind, Letter, post
from bot.store.replies import reply_as_text
from bot.store.tables import computations, contents, executors
from handlers import Preferences, Reply, Room, load_commands
from tests.bot.telegram.desk import NO_SERVICES, Kitchen

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@dataclass
class Study:
    """Computes when the test lets it, and counts."""

    answer: str = "0.80"
    trouble: BaseException | None = None
    go: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0

    async def __call__(self) -> Reply:
        self.begun += 1
        await self.go.wait()
        if self.trouble:
            raise self.trouble
        return Reply("BTC × ETH", self.answer, chart=b"PNG")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - no bell rings
            await asyncio.sleep(0.005)


def process(database: Database, name: str, kitchen: Kitchen, now: datetime = NOON) -> Answers:
    services = replace(NO_SERVICES, now=lambda: now)
    return Answers(kitchen.commands(), services, Computations(database, name))


async def test_a_hundred_equal_questions_of_two_processes_are_five_computations(
    database: Database,
) -> None:
    kitchens = [Kitchen(), Kitchen()]
    both = [process(database, f"process {n}", kitchen) for n, kitchen in enumerate(kitchens)]
    questions = [f"/corr BTC C{number}" for number in range(5)]
    for kitchen in kitchens:
        kitchen.held |= {question: asyncio.Event() for question in questions}
    asking = [
        asyncio.create_task(both[n % 2].answer(question))
        for n in range(20)
        for question in questions
    ]
    await until(lambda: sum(len(kitchen.computed) for kitchen in kitchens) == 5)
    for kitchen in kitchens:
        for event in kitchen.held.values():
            event.set()
    answers = await asyncio.gather(*asking)
    assert sorted(kitchens[0].computed + kitchens[1].computed) == questions
    assert [answer.reply.answer for answer in answers] == questions * 20
    assert len({answer.reply.chart for answer in answers}) == 1
    assert all(answer.reply.chart for answer in answers)


async def test_the_others_get_the_very_same_reply(database: Database) -> None:
    study, other = Study(), Study("another")
    study.go.set()
    first = await Computations(database, "one").shared("k", study)
    second = await Computations(database, "two").shared("k", other)
    assert (reply_as_text(second), second.chart) == (reply_as_text(first), b"PNG")
    assert (study.begun, other.begun) == (1, 0)


async def test_who_waits_takes_over_from_the_dead(database: Database) -> None:
    study, other = Study(), Study("another")
    other.go.set()
    dead, alive = Executors(database, "dead"), Executors(database, "alive")
    await dead.register()
    await alive.register()
    # As a kill does: nothing of it runs any more, its row stays.
    assert await Computations(database, "dead")._begun("k")
    waiting = asyncio.create_task(Computations(database, "alive").shared("k", other))
    async with database.writing() as connection:
        silent = update(executors).where(executors.c.name == "dead")
        await connection.execute(silent.values(beat_ms=now_ms() - 2 * (DEAD_AFTER // MILLISECOND)))
    assert not waiting.done()
    assert (await alive.rescue()).dead == ["dead"]
    assert (await waiting).answer == "another"
    assert (study.begun, other.begun) == (0, 1)


async def test_a_failure_is_not_shared(database: Database) -> None:
    study, other = Study(trouble=SourceError("Kraken is away.", venue="kraken")), Study()
    other.go.set()
    failing = asyncio.create_task(Computations(database, "one").shared("k", study))
    await until(lambda: study.begun == 1)
    waiting = asyncio.create_task(Computations(database, "two").shared("k", other))
    await asyncio.sleep(0)
    study.go.set()
    with pytest.raises(SourceError):
        await failing
    assert (await waiting).answer == "0.80"


async def test_one_who_ends_leaves_the_computation_to_others(database: Database) -> None:
    study, other = Study(), Study("another")
    other.go.set()
    ending = asyncio.create_task(Computations(database, "one").shared("k", study))
    await until(lambda: study.begun == 1)
    ending.cancel()
    await asyncio.gather(ending, return_exceptions=True)
    assert (await Computations(database, "two").shared("k", other)).answer == "another"


async def test_a_row_of_our_own_is_a_leftover(database: Database) -> None:
    study = Study()
    study.go.set()
    assert await Computations(database, "one")._begun("k")
    assert (await Computations(database, "one").shared("k", study)).answer == "0.80"


async def test_patience_ends(database: Database) -> None:
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    study = Study()
    study.go.set()
    assert await Computations(database, "stuck")._begun("k")
    impatient = Computations(database, "two", sleep)
    assert (await impatient.shared("k", study)).answer == "0.80"
    assert sum(slept) == pytest.approx(PATIENCE_S, abs=LOOK_EVERY_S)


async def test_without_a_database_each_computes_for_itself(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.writing() as connection:
        await connection.execute(text("DROP TABLE computations"))
    study = Study()
    study.go.set()
    assert (await Computations(database, "one").shared("k", study)).answer == "0.80"
    assert "answered without asking others" in caplog.text


async def test_other_minutes_and_languages_are_other_computations(sqlite: Database) -> None:
    kitchen = Kitchen()
    answers = process(sqlite, "one", kitchen)
    await answers.answer("/help x")
    await answers.answer("/help x")
    assert kitchen.computed == ["/help x"], "the same minute"
    await process(sqlite, "two", kitchen, NOON.replace(minute=1)).answer("/help x")
    assert kitchen.computed == ["/help x"] * 2
    wanted = Preferences(language="de")
    await process(sqlite, "three", kitchen).answer("/help x", wanted=wanted)
    assert kitchen.computed == ["/help x"] * 3


def test_every_query_has_a_name_of_its_own_in_all_processes() -> None:
    names: dict[str, object] = {}
    for command in load_commands():
        for example in command.examples:
            words = example.partition(" ")[2]
            query = command.parse(words)
            name = computation_key(command.name, query)
            assert name, f"{example}: where a part lies in memory says nothing to others"
            assert name == computation_key(command.name, command.parse(words))
            same = names.setdefault(name, (command.name, query))
            assert same == (command.name, query)
    assert computation_key(object()) is None


async def test_old_replies_go_unless_a_message_needs_them(database: Database) -> None:
    shop = Computations(database, "one")
    for answer in ("forgotten", "needed", "young"):
        study = Study(answer)
        study.go.set()
        await shop.shared(answer, study)
    async with database.writing() as connection:
        old = now_ms() - KEEP_FOR // MILLISECOND - 1
        name = await keep_content(database, connection, Reply("BTC × ETH", "needed", chart=b"PNG"))
        letter = Letter("digest:1:today", Room(1), 1, name, Kind.DIGEST, due_ms=0)
        await post(database, connection, [letter])
        for table in (computations, contents):
            await connection.execute(update(table).values(made_ms=old))
        young = update(computations).where(computations.c.key == "young")
        await connection.execute(young.values(made_ms=now_ms()))
    await shop.prune()
    async with database.reading() as connection:
        keys = (await connection.execute(select(computations.c.key))).scalars().all()
        kept = (await connection.execute(select(func.count()).select_from(contents))).scalar()
    assert (keys, kept) == (["young"], 2)
