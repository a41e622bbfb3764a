"""Daily digests as a process works on them: claimed by question, settled with their letters."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.language import later, speaking, tr
from bot.store.claimed_digests import Claimed, Settled, claimed_of
from bot.store.clock import ms_of
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import SUSPECT_AFTER
from bot.store.rooms import language_of
from bot.store.tables import digests
from bot.store.turns import take
from handlers import Button, Reply, Room
from handlers._daily.schedule import DailyTime

MOST_ATTEMPTS = 5
CLAIMING = 0x44494745  # "DIGE": two processes that claim at once would each get half of a question
WHOSE = digests.c.id, digests.c.owner_id, digests.c.chat_id, digests.c.thread_id
AT_ONCE = 500
APART = timedelta(milliseconds=40)
"""Letters of one question are due as fast as Telegram takes them: where several questions are due
at once they alternate, and one picture is on its way to Telegram while others are sent."""
POISON = later("Each try ended on my side, five times in a row.")
PAUSED = later("Your daily digest {number} is paused.")


@dataclass(frozen=True, slots=True, eq=False)
class DigestRuns:
    """The digests that this process, ``holder``, works on."""

    database: Database
    holder: str

    async def now(self) -> datetime:
        """The time that all processes agree on."""
        return await self.database.now()

    async def is_any_due(self, now: datetime, *, beside: Collection[str] = ()) -> bool:
        """Whether a digest is due and nobody works on it, ``beside`` those that ask these questions."""
        is_due = _is_due(now, beside)
        async with self.database.reading() as connection:
            found = await connection.execute(select(digests.c.id).where(is_due).limit(1))
            return found.first() is not None

    async def claim(
        self, now: datetime, *, most: int, is_alone: bool, beside: Collection[str] = ()
    ) -> list[list[Claimed]]:
        """Take up to ``most`` questions, each with all digests that are due and ask it.

        One that is suspicious is taken only where nothing else is under way (``is_alone``); those
        that are ``beside`` are left to others.
        """
        is_due = _is_due(now, beside)
        async with self.database.reading() as connection:
            worst = await connection.execute(select(func.max(digests.c.attempts)).where(is_due))
            attempts = worst.scalar()
        if attempts is None:
            return []
        if attempts >= MOST_ATTEMPTS:
            await self._bury(now)
        async with self.database.writing() as connection:
            await self._wait_for_turn(connection)
            questions = await _due_questions(connection, is_due, most=most, is_alone=is_alone)
            if not questions:
                return []
            asked = is_due, digests.c.question.in_(questions)
            await take(connection, digests, *asked)
            taken = await connection.execute(
                update(digests)
                .where(*asked)
                .values(holder=self.holder, attempts=digests.c.attempts + 1)
                .returning(digests)
            )
            groups = defaultdict[str, list[Claimed]](list)
            for row in taken:
                groups[row.question].append(claimed_of(row))
        return list(groups.values())

    async def settle(
        self, settled: Sequence[Settled], reply: Reply | None, *, now: datetime
    ) -> int:
        """Advance digests of one question and post their letters, all or nothing.

        Without a reply no letters are posted. What was changed, paused or turned off meanwhile, or
        is not ours any more, is left as it is. Returns how many were settled.
        """
        async with self.database.writing() as connection:
            await self._taken(connection, [s.claimed.id for s in settled])
            ours = await self._advanced(connection, settled)
            await self._freed(
                connection, [s.claimed.id for s in settled if s.claimed.id not in ours]
            )
            if reply is not None and ours:
                content = await keep_content(self.database, connection, reply)
                told = [s for s in settled if s.claimed.id in ours]
                letters = [
                    _letter(s, content, now + number * APART, ours[s.claimed.id])
                    for number, s in enumerate(told)
                ]
                await post(self.database, connection, letters)
        return len(ours)

    async def free(self, claimed: Sequence[Claimed], *, is_forgiven: bool = False) -> None:
        """Give digests back untouched; ``is_forgiven`` where the attempt does not count."""
        async with self.database.writing() as connection:
            ids = [c.id for c in claimed]
            await self._taken(connection, ids)
            await self._freed(connection, ids, forgiven=int(is_forgiven))

    async def let_go(self, ids: Collection[int]) -> None:
        """Free what we hold beside ``ids``: the database fell silent in between."""
        held = select(digests.c.id).where(digests.c.holder == self.holder)
        async with self.database.writing() as connection:
            ours = (await connection.execute(held)).scalars().all()
            left = sorted(set(ours) - set(ids))
            await self._taken(connection, left)
            await self._freed(connection, left, forgiven=1)

    async def _wait_for_turn(self, connection: AsyncConnection) -> None:
        if connection.dialect.name == "postgresql":
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CLAIMING}
            )

    async def _taken(self, connection: AsyncConnection, ids: Iterable[int]) -> None:
        for some in _some(sorted(ids)):
            await take(connection, digests, digests.c.id.in_(some))

    async def _advanced(
        self, connection: AsyncConnection, settled: Sequence[Settled]
    ) -> dict[int, Row[Any]]:
        """Those that could be settled, with whose each is and where it comes by now."""
        ours: dict[int, Row[Any]] = {}
        for (question, at, last, due), ids in _alike(settled).items():
            for some in _some(ids):
                advanced = await connection.execute(
                    update(digests)
                    .where(
                        digests.c.id.in_(some),
                        digests.c.holder == self.holder,
                        digests.c.question == question,
                        digests.c.minute == at.minute,
                        digests.c.zone == at.zone,
                        digests.c.paused_why.is_(None),
                    )
                    .values(due_ms=ms_of(due), last_date=last, holder=None, attempts=0)
                    .returning(*WHOSE)
                )
                ours |= {row.id: row for row in advanced}
        return ours

    async def _freed(
        self, connection: AsyncConnection, ids: Sequence[int], *, forgiven: int = 0
    ) -> None:
        for some in _some(ids):
            await connection.execute(
                update(digests)
                .where(digests.c.id.in_(some), digests.c.holder == self.holder)
                .values(holder=None, attempts=digests.c.attempts - forgiven)
            )

    async def _bury(self, now: datetime) -> None:
        """Pause what ended the process again and again, and tell its chat.

        Apart from the claim, which takes other digests: each takes its own in their order.
        """
        poisoned = _is_due(now), digests.c.attempts >= MOST_ATTEMPTS
        async with self.database.writing() as connection:
            await take(connection, digests, *poisoned)
            paused = await connection.execute(
                update(digests).where(*poisoned).values(paused_why=POISON).returning(digests)
            )
            letters = []
            for one in map(claimed_of, paused):
                with speaking(await language_of(connection, one.room.chat_id)):
                    content = await keep_content(self.database, connection, _paused(one.number))
                key = f"digest:{one.id}:{ms_of(one.promise.promised)}:paused"
                letters.append(
                    Letter(key, one.room, one.owner_id, content, Kind.NOTICE, ms_of(now))
                )
            await post(self.database, connection, letters)


def _is_due(now: datetime, beside: Collection[str] = ()) -> ColumnElement[bool]:
    waits = and_(digests.c.paused_why.is_(None), digests.c.holder.is_(None))
    is_due = and_(waits, digests.c.due_ms <= ms_of(now))
    return and_(is_due, digests.c.question.not_in(beside)) if beside else is_due


async def _due_questions(
    connection: AsyncConnection, is_due: ColumnElement[bool], *, most: int, is_alone: bool
) -> Sequence[str]:
    worst = func.max(digests.c.attempts)
    due = (
        select(digests.c.question)
        .where(is_due)
        .group_by(digests.c.question)
        .order_by(func.min(digests.c.due_ms))
    )
    innocent = due.having(worst < SUSPECT_AFTER).limit(most)
    found = (await connection.execute(innocent)).scalars().all()
    if found or not is_alone:
        return found
    return (await connection.execute(due.limit(1))).scalars().all()


def _alike(
    settled: Iterable[Settled],
) -> dict[tuple[str, DailyTime, str | None, datetime], list[int]]:
    """Digests that are settled alike, to be written by one statement."""
    groups = defaultdict[tuple[str, DailyTime, str | None, datetime], list[int]](list)
    for one in settled:
        last = None if one.last is None else one.last.isoformat()
        groups[one.claimed.question, one.claimed.at, last, one.due].append(one.claimed.id)
    return groups


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _letter(settled: Settled, content: str, due: datetime, row: Row[Any]) -> Letter:
    return Letter(
        key=settled.key,
        room=Room(row.chat_id, row.thread_id),
        owner_id=row.owner_id,
        content_id=content,
        kind=Kind.DIGEST,
        due_ms=ms_of(due),
        subscription=f"digest:{row.id}",
        remark=settled.remark,
    )


def _paused(number: int) -> Reply:
    return Reply(
        title=tr(PAUSED, number=number),
        answer=tr(POISON),
        text=(tr("My operator can see it. You can let it come again."),),
        buttons=(
            (Button(tr("Resume"), f"/daily on {number}"), Button(tr("My digests"), "/daily")),
        ),
    )
