"""Makes one message of several alerts of one chat."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import MILLISECOND, database_now_ms
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.letters import HELD_COLUMNS, Held, Kind, Letter, held_of, page_keys, post
from bot.store.replies import UnreadableReplyError, reply_of
from bot.store.summaries import SUMMARY
from bot.store.tables import alerts, contents, ledger, outbox
from bot.store.watching import GATHERING
from handlers import Reply
from handlers._watch.summary import summary_of_many

TOGETHER = 4
"""So many alerts that fire together are one message."""
WAITED = timedelta(minutes=1)
"""Held up for so long, several are one message even where they are fewer."""
STILL_LOOKING = timedelta(seconds=2)
"""While others of the chat are due for a look, news waits for them, so long at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Gathering:
    """Puts one letter in the place of several alerts of a room."""

    database: Database

    async def gather(self, held: Held) -> bool:
        """Write a summary of this alert and those that may join it; False where it goes alone.

        Where more may come, as others of its chat are just being looked at, all wait for them, up to
        ``WAITED``. In one transaction, so that each alert is told exactly once, alone or among
        others. The summary is a letter like others, for whoever claims it.
        """
        if held.letter.key.startswith(SUMMARY):
            return False
        async with self.database.writing() as connection:
            now = await database_now_ms(connection)
            together = await self._together(connection, held.letter, now)
            has_waited = now - held.created_ms > WAITED // MILLISECOND
            if together and not has_waited and await _are_more_due(connection, held.letter, now):
                await _put_off(connection, held, together, now + STILL_LOOKING // MILLISECOND)
                return True
            if len(together) < _enough(together):
                return False
            replies = await _replies(connection, together)
            gone = list(replies)
            told = [one for one in together if one.letter.key in replies]
            if held.letter.key not in replies or len(told) < _enough(told):
                return False
            said = summary_of_many(list(replies.values()))
            content = await keep_content(self.database, connection, said)
            letter = _summary(held.letter, told, content)
            await post(self.database, connection, [letter])
            await connection.execute(delete(outbox).where(outbox.c.key.in_(gone)))
        return True

    async def _together(self, connection: AsyncConnection, first: Letter, now: int) -> list[Held]:
        """The first and all that may join it: nothing of them may have been sent yet."""
        soon = now + GATHERING // MILLISECOND
        question = (
            select(*HELD_COLUMNS)
            .where(
                outbox.c.chat_id == first.room.chat_id,
                outbox.c.thread_id.is_not_distinct_from(first.room.thread_id),
                outbox.c.owner_id == first.owner_id,
                outbox.c.kind == Kind.ALERT,
                ~outbox.c.key.startswith(SUMMARY),
                outbox.c.buried_ms.is_(None),
                outbox.c.due_ms <= soon,
                or_(outbox.c.holder.is_(None), outbox.c.key == first.key),
            )
            .order_by(outbox.c.created_ms, outbox.c.key)
            # What somebody takes, puts off or throws away just now is theirs.
            .with_for_update(skip_locked=True)
        )
        found = [held_of(row) for row in await connection.execute(question)]
        begun = await _begun(connection, found)
        free = [one for one in found if one.letter.key not in begun]
        return free if any(one.letter.key == first.key for one in free) else []


def _enough(together: Sequence[Held]) -> int:
    have_waited = any(
        one.letter.due_ms - one.created_ms > WAITED // MILLISECOND for one in together
    )
    return 2 if have_waited else TOGETHER


async def _are_more_due(connection: AsyncConnection, news: Letter, now: int) -> bool:
    """Whether alerts that would be told with this one wait for their look, or are looked at.

    Markets are looked at one after another: what fires at one close may be a minute apart.
    """
    due = (
        alerts.c.chat_id == news.room.chat_id,
        alerts.c.thread_id.is_not_distinct_from(news.room.thread_id),
        alerts.c.owner_id == news.owner_id,
        alerts.c.paused_why.is_(None),
        alerts.c.check_ms <= now,
    )
    return bool((await connection.execute(select(exists().where(*due)))).scalar())


async def _put_off(
    connection: AsyncConnection, held: Held, together: Sequence[Held], due_ms: int
) -> None:
    keys = [one.letter.key for one in together]
    sooner = outbox.c.key.in_(keys), outbox.c.due_ms < due_ms
    await connection.execute(update(outbox).where(*sooner).values(due_ms=due_ms))
    ours = update(outbox).where(outbox.c.key == held.letter.key)
    await connection.execute(ours.values(holder=None, attempts=outbox.c.attempts - 1))


async def _begun(connection: AsyncConnection, letters: Sequence[Held]) -> set[str]:
    """Keys of letters of which a message was sent, or may have been."""
    pages = {page: one.letter.key for one in letters for page in page_keys(one.letter.key)}
    question = select(ledger.c.key).where(ledger.c.key.in_(pages))
    return {pages[page] for page in (await connection.execute(question)).scalars()}


async def _replies(connection: AsyncConnection, letters: Sequence[Held]) -> dict[str, Reply]:
    """What each letter says, in their order; without those whose words are gone or a newer version's."""
    question = select(contents.c.id, contents.c.reply).where(
        contents.c.id.in_({one.letter.content_id for one in letters})
    )
    kept = {}
    for name, text in await connection.execute(question):
        with suppress(UnreadableReplyError):
            kept[name] = reply_of(text, None)
    return {
        one.letter.key: _named(
            _remarked(kept[one.letter.content_id], one.letter.remark), one.letter.key
        )
        for one in letters
        if one.letter.content_id in kept
    }


def _remarked(reply: Reply, remark: str | None) -> Reply:
    return replace(reply, notes=(remark, *reply.notes)) if remark else reply


def _named(reply: Reply, letter: str) -> Reply:
    """So that what is said of it can be taken out again."""
    return replace(reply, numbers={**reply.numbers, "letter": letter})


def _summary(first: Letter, together: Sequence[Held], content_id: str) -> Letter:
    keys = "\n".join(sorted(one.letter.key for one in together))
    name = hashlib.blake2b(keys.encode(), digest_size=12).hexdigest()
    subscriptions = (one.letter.subscription for one in together)
    return replace(
        first,
        key=f"{SUMMARY}{name}",
        content_id=content_id,
        subscription=" ".join(filter(None, subscriptions)) or None,
        remark=None,
        is_silent=all(one.letter.is_silent for one in together),
    )
