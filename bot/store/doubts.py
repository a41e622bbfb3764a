"""What may not have arrived in a chat, and sending it again."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.language import later, tr
from bot.store.clock import database_now_ms
from bot.store.contents import UNSETTLED
from bot.store.database import Database
from bot.store.ledger import State
from bot.store.letters import Kind, Letter, again, post
from bot.store.tables import contents, ledger, outbox
from handlers import Asker
from handlers._mail import Doubts

PAGE = re.compile(r"(?P<letter>.+?):\d+(?P<again>:again)?")
ANSWERS = ("reply:", "edit:")
LOST_FOR = timedelta(days=1)
"""Later nobody waits for an answer any more."""
ON_REQUEST = later("Sent again on request.")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A letter of which nobody has seen some message arrive."""

    key: str
    content_id: str
    pages: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The first word of its name, such as digest, alert, or alerts for several in one."""
        return self.key.partition(":")[0]


async def doubts_of(database: Database, chat_id: int) -> Doubts:
    """How many letters and answers a chat may not have got."""
    since = database.clock.ms_before_now(LOST_FOR)
    async with database.reading() as connection:
        found = await _doubtful(connection, chat_id)
        lost = await _lost_answers(connection, chat_id, since=since)
    kinds = [one.kind for one in found]
    digests, alerts = kinds.count("digest"), kinds.count("alert") + kinds.count("alerts")
    return Doubts(digests, alerts, notices=len(kinds) - digests - alerts, answers=lost)


async def resend(database: Database, asker: Asker) -> int:
    """Post doubtful letters under new names and settle the old ones, in one transaction."""
    mark = f":again:{asker.occasion}:"
    async with database.writing() as connection:
        done = await _posted_before(connection, asker.room.chat_id, mark)
        if done:
            return done
        await _wait_for_others(connection, asker.room.chat_id)
        found = await _doubtful(connection, asker.room.chat_id)
        due = await database_now_ms(connection)
        letters = [
            Letter(
                key=f"{one.kind}{mark}{number}",
                room=asker.room,
                owner_id=asker.id,
                content_id=one.content_id,
                kind=Kind.NOTICE,
                due_ms=due,
                remark=tr(ON_REQUEST),
            )
            for number, one in enumerate(found)
        ]
        await post(database, connection, letters)
        await _settle(connection, found, now=due)
    return len(letters)


async def _doubtful(connection: AsyncConnection, chat_id: int) -> list[Doubtful]:
    """Letters whose words are still there, that nobody is sending, oldest first."""
    columns = (ledger.c.key, ledger.c.state, ledger.c.content_id)
    question = (
        select(*columns)
        .join(contents, contents.c.id == ledger.c.content_id)
        .where(ledger.c.chat_id == chat_id)
        .order_by(ledger.c.created_ms, ledger.c.key)
    )
    letters = defaultdict[str, list[Row[Any, Any, Any]]](list)
    for row in await connection.execute(question):
        if page := PAGE.fullmatch(row.key):
            letters[page["letter"]].append(row)
    waiting = select(outbox.c.key).where(outbox.c.chat_id == chat_id, outbox.c.buried_ms.is_(None))
    on_their_way = set((await connection.execute(waiting)).scalars())
    return [
        Doubtful(key, rows[0].content_id, tuple(row.key for row in rows))
        for key, rows in letters.items()
        if key not in on_their_way and _is_doubtful({row.key: row.state for row in rows})
    ]


def _is_doubtful(states: Mapping[str, str]) -> bool:
    """Whether some page was seen to arrive neither at first nor when it was repeated."""
    arrived = {key.removesuffix(":again") for key, state in states.items() if state == State.SENT}
    return any(
        key.removesuffix(":again") not in arrived
        for key, state in states.items()
        if state in UNSETTLED
    )


async def _lost_answers(connection: AsyncConnection, chat_id: int, *, since: int) -> int:
    question = select(ledger.c.key).where(
        ledger.c.chat_id == chat_id,
        ledger.c.state.in_(UNSETTLED),
        ledger.c.content_id.is_(None),
        ledger.c.changed_ms >= since,
    )
    keys = (await connection.execute(question)).scalars()
    return len({":".join(key.split(":")[:2]) for key in keys if key.startswith(ANSWERS)})


async def _posted_before(connection: AsyncConnection, chat_id: int, mark: str) -> int:
    """How many letters this request has posted, wherever they are by now."""
    keys = union_all(
        *(
            select(table.c.key).where(
                table.c.chat_id == chat_id, table.c.key.contains(mark, autoescape=True)
            )
            for table in (outbox, ledger)
        )
    )
    names = (str(key) for key in (await connection.execute(keys)).scalars())
    return len({name.partition(mark)[2].partition(":")[0] for name in names})


async def _wait_for_others(connection: AsyncConnection, chat_id: int) -> None:
    """Let whoever else of the chat asks for the same finish first: then there is nothing left."""
    unsettled = (ledger.c.chat_id == chat_id, ledger.c.state.in_(UNSETTLED))
    await connection.execute(
        select(ledger.c.key).where(*unsettled).order_by(ledger.c.key).with_for_update()
    )


async def _settle(connection: AsyncConnection, found: Sequence[Doubtful], *, now: int) -> None:
    for one in found:
        both = [page for key in one.pages for page in (key, again(key))]
        await connection.execute(
            update(ledger)
            .where(ledger.c.key.in_(both), ledger.c.state.in_(UNSETTLED))
            .values(state=State.SENT_AGAIN, changed_ms=now)
        )
        buried = (outbox.c.key == one.key, outbox.c.buried_ms.is_not(None))
        await connection.execute(delete(outbox).where(*buried))
