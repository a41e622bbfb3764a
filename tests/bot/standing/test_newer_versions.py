"""Digests that a newer version has kept, beside an older one; each on both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.answering.answers import Answers
from bot.standing.calendar import LEFT_TO_OTHERS, MOST_CLAIMED, UNREADABLE_FOR_S
from bot.store.contents import kept_reply
from bot.store.database import Database
from handlers import Command
from handlers._errors import UsageError
from tests.bot.standing.stage import DUE, Stage, letters, row, subscribed
from tests.handlers.asking import services

NEW = "/digest ETH BTC risk=high"
A_WHILE = timedelta(seconds=UNREADABLE_FOR_S)


def old_words(words: str) -> str:
    if "risk=" in words:
        raise UsageError(f"I don't understand {words}.")
    return words.strip()


def older(database: Database, holder: str = "old") -> Stage:
    """A process that does not know ``risk=``."""
    stage = Stage(database, holder=holder)
    command = Command("digest", "", "", (), parse=old_words, answer=stage._answered)
    stage.calendar = replace(stage.calendar, answers=Answers((command,), services()))
    return stage


async def test_an_older_process_leaves_what_it_cannot_read_to_a_newer_one(
    database: Database,
) -> None:
    unread = await subscribed(database, question=NEW)
    await subscribed(database, chat_id=6)
    old, new = older(database), Stage(database, holder="new")
    await old.look()
    assert [letter.chat_id for letter in await letters(database)] == [6]
    left = await row(database, unread)
    assert (left.holder, left.attempts, left.due_ms) == (None, 0, left.due_ms)
    await new.look(later=timedelta(seconds=2))
    assert [letter.chat_id for letter in await letters(database)] == [5, 6]
    said = await kept_reply(database, (await letters(database))[0].content_id)
    assert said is not None
    assert said.answer == "ETH BTC risk=high"


async def test_what_it_cannot_read_keeps_no_other_digest_waiting(database: Database) -> None:
    for number in range(MOST_CLAIMED + 8):
        await subscribed(database, chat_id=100 + number, question=f"{NEW} {number}")
    later = DUE + timedelta(seconds=1)
    await subscribed(database, chat_id=6, due=later)
    old = older(database)
    for _ in range(3):
        await old.look(later=timedelta(seconds=2))
    assert [letter.chat_id for letter in await letters(database)] == [6]
    assert await old.calendar.runs.is_any_due(old.now)
    assert not await old.calendar.runs.is_any_due(old.now, beside=old.calendar._unread)


async def test_it_looks_again_after_a_while_and_tells_the_chat_where_nobody_came(
    database: Database,
) -> None:
    unread = await subscribed(database, question=NEW)
    old = older(database)
    await old.look()
    assert list(old.calendar._unread) == [NEW]
    await old.look(later=A_WHILE)
    assert await letters(database) == []
    await old.look(later=LEFT_TO_OTHERS)
    [letter] = await letters(database)
    said = await kept_reply(database, letter.content_id)
    assert said is not None
    assert "I don't understand" in said.answer
    after = await row(database, unread)
    assert (after.holder, after.attempts) == (None, 0)
