"""Somebody lives through everything, is forgotten, and is looked for in every byte that is left."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.store.clock import now_ms
from bot.store.database import Database, open_database
from bot.store.personal import INDIRECT, personal_tables
from bot.store.tables import alerts, book, digests, farewells, outbox
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.telegram.rooms import Room
from tests.process.running import Hedgebot
from tests.traces import in_files, in_tables, spellings

ANN = 6_123_456_789
PRIVATE_WORDS = ("mymoonbag", "qwertzuiop", "41.7")
"""A position's name, a slip of the pen, and an amount that nobody else holds."""
SECONDS = 150.0


@asynccontextmanager
async def _opened(url: str) -> Any:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def _rows(database: Database, table: Any, *where: Any) -> int:
    async with database.reading() as connection:
        counted = select(func.count()).select_from(table).where(*where)
        return int((await connection.execute(counted)).scalar_one())


async def _until(condition: Callable[[], Awaitable[bool]], *, every: float = 0.2) -> None:
    async with asyncio.timeout(SECONDS):
        while not await condition():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(every)


async def _said(hedgebot: Hedgebot, message: Message, words: str) -> Message:
    await hedgebot.until(lambda: words in message.words)
    return message


async def _answer(hedgebot: Hedgebot, asked: Message) -> Message:
    """What is said to it, whatever else comes meanwhile."""
    said = hedgebot.telegram.replies
    found = await hedgebot.until(lambda: [m for m in said(asked.chat) if m.reply_to is asked])
    return found[0]


async def _visited(
    hedgebot: Hedgebot, telegram: TelegramEmulator, ann: Person, room: Room, database: Database
) -> None:
    """Positions, questions, a mistake, settings, an alert and a digest that come, a group."""
    say = [
        "/settings tz Berlin",
        "/book add mymoonbag 41.7 ETH -2.48 BTC-PERP",
        "/drift mymoonbag nochart",
        "/corr BTC qwertzuiop",
        "/corr BTC ETH 30d",
        "/watch ETH BTC-PERP corr<0.999 30d now",
        "/daily ETH BTC-PERP 30d at=08:00",
    ]
    replies = [await _answer(hedgebot, ann.says(words)) for words in say]
    assert "41.7" in replies[1].words
    ann.presses(replies[4], "7d")
    await _said(hedgebot, replies[4], "· 7d")
    for words in ("/corr BTC SOL 30d", "/watch SOL BTC-PERP corr<0.1 30d", "/corr BTC qwertzuiop"):
        await _answer(hedgebot, ann.says(words, chat=room))
    async with database.writing() as connection:
        await connection.execute(update(digests).values(due_ms=now_ms() - 1000, last_date=None))
    for words in ("🔴", "Digest ·"):
        await hedgebot.until(lambda w=words: [m for m in telegram.replies(ann) if w in m.words])

    async def nothing_waits() -> bool:
        return await _rows(database, outbox) == 0

    await _until(nothing_waits)


async def _exported(hedgebot: Hedgebot, telegram: TelegramEmulator, ann: Person) -> dict[str, Any]:
    said = await _answer(hedgebot, ann.says("/export"))
    assert said.words.startswith("Everything that I keep of this chat"), said.words
    [sent] = await hedgebot.until(lambda: [m for m in telegram.replies(ann) if m.document])
    return dict(json.loads(sent.document))


async def _asked_to_forget(hedgebot: Hedgebot, ann: Person) -> Message:
    asked = await _answer(hedgebot, ann.says("/forget"))
    assert "Forget everything of this chat?" in asked.words
    return asked


@pytest.mark.slow
async def test_after_a_whole_visit_nothing_of_a_person_is_found_anywhere(
    hedgebot: Hedgebot, telegram: TelegramEmulator, tmp_path: Path
) -> None:
    hedgebot.settings |= {"HEDGEBOT_LOG_LEVEL": "DEBUG"}
    await hedgebot.serve()
    ann, ben = telegram.person("Ann", number=ANN), telegram.person("Ben")
    room = telegram.group("Desk", [ann, ben])
    needles = spellings(ANN) | {word: word.encode() for word in PRIVATE_WORDS}
    async with _opened(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}") as database:
        await _visited(hedgebot, telegram, ann, room, database)
        exported = await _exported(hedgebot, telegram, ann)
        assert exported["kept"].keys() == {t.name for t in personal_tables()} | INDIRECT
        assert exported["kept"]["book"][0]["name"] == "mymoonbag"
        assert {name for name, rows in exported["kept"].items() if not rows} <= {
            *("farewells", "moves", "outbox")
        }
        before = in_files(tmp_path, needles)
        assert {"hedgebot.sqlite-wal: digits", "hedgebot.sqlite-wal: record"} <= before.keys()
        confirming = await _asked_to_forget(hedgebot, ann)
        ann.presses(confirming, "Yes, forget everything")
        await _said(hedgebot, confirming, "Nothing of this chat is left with me.")

        async def is_gone() -> bool:
            return not in_files(tmp_path, needles)

        await _until(is_gone)
        assert await _rows(database, alerts, alerts.c.owner_id == room.id) == 1, "the group's"
        assert await _rows(database, alerts) == 1

        await _answer(hedgebot, ann.says("/book add newbag 2 BTC"))
        await hedgebot.kill()
        await hedgebot.serve()
        await asyncio.sleep(4)
        listed = await _answer(hedgebot, ann.says("/book"))
        assert "newbag" in listed.words
        assert "mymoonbag" not in listed.words
    assert "ERROR" not in hedgebot.log


@pytest.mark.slow
async def test_killed_in_the_middle_the_next_process_finishes_it(
    hedgebot: Hedgebot, telegram: TelegramEmulator, database_url: str, tmp_path: Path
) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = database_url
    await hedgebot.serve()
    ann, ben = telegram.person("Ann", number=ANN), telegram.person("Ben")
    await _answer(hedgebot, ann.says("/book add mymoonbag 41.7 ETH -2.48 BTC-PERP"))
    await _answer(hedgebot, ann.says("/watch ETH BTC-PERP corr<0.1 30d"))
    await _answer(hedgebot, ben.says("/book add mine 2 BTC"))
    async with _opened(database_url) as database:
        confirming = await _asked_to_forget(hedgebot, ann)
        ann.presses(confirming, "Yes, forget everything")

        async def is_begun() -> bool:
            return await _rows(database, farewells) == 1

        await _until(is_begun, every=0.001)
        await hedgebot.kill()
        assert await _rows(database, farewells) == 1, "killed in the middle"
        assert await _rows(database, book) == 1, "Ben's"
        assert str(ANN) in str(await _everything(database))
        await hedgebot.serve()
        await _said(hedgebot, confirming, "Nothing of this chat is left with me.")

        async def is_gone() -> bool:
            return not await in_tables(database, str(ANN), *PRIVATE_WORDS)

        await _until(is_gone)
        if database_url.startswith("sqlite"):

            async def is_overwritten() -> bool:
                words = {word: word.encode() for word in PRIVATE_WORDS}
                return not in_files(tmp_path, spellings(ANN) | words)

            await _until(is_overwritten)
        assert await _rows(database, book) == 1
        assert "mine" in (await _answer(hedgebot, ben.says("/book"))).words


async def _everything(database: Database) -> list[Any]:
    async with database.reading() as connection:
        return list(await connection.execute(farewells.select()))
