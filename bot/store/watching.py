"""Which alerts are due, who looks at them, and what a look leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alert_rows import log, readable
from bot.store.clock import ms_of
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.outbox import Kind, Letter, post
from bot.store.tables import alerts, chats
from handlers import Reply
from handlers._watch.alert import Alert
from handlers._watch.states import State

MOST_ATTEMPTS = 3
"""An alert whose look ended the process so often, alone, is not looked at any more."""
GATHERING = timedelta(seconds=5)
"""Letters wait so long for others of their chat."""
UNREADABLE = "Its words cannot be read any more."


@dataclass(frozen=True, slots=True)
class Claim:
    """Alerts of one measure, ours until they are settled.

    ``attempts`` is how many looks have begun since the last that ended, this one included.
    """

    alerts: tuple[Alert, ...]
    attempts: int


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """Something to be told; ``key`` names it for ever."""

    key: str
    reply: Reply
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """How an alert stands after a look.

    ``check`` is the next look. ``outage`` is told to a chat once for all of its alerts: where one
    of them has been told of the same venue, that notice stands for this one too.
    """

    alert: Alert
    state: State
    check: datetime
    words: tuple[Word, ...] = ()
    outage: Word | None = None
    paused_why: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Watching:
    """The due alerts of all chats, for the process ``name``."""

    database: Database
    name: str

    async def claimed(self, now: datetime) -> Claim | None:
        """The alerts of the measure that has been due for longest; None where nothing is due."""
        while (measure := await self._most_due(now)) is not None:
            take = (
                update(alerts)
                .where(_is_due(now), alerts.c.measure == measure)
                .values(holder=self.name, attempts=alerts.c.attempts + 1)
                .returning(alerts)
            )
            async with self.database.writing() as connection:
                rows = (await connection.execute(take)).all()
                found = readable(rows)
                await _pause_unreadable(connection, {r.id for r in rows} - {a.id for a in found})
            if found:
                return Claim(tuple(found), attempts=max(row.attempts for row in rows))
            # Somebody else was quicker.
        return None

    async def settle(self, outcomes: Sequence[Settled], now: datetime) -> Sequence[Alert]:
        """Write down what the looks found, and post what is to be told, all or nothing.

        An alert that was changed or deleted meanwhile keeps its peace; those written are returned.
        """
        settled = []
        async with self.database.writing() as connection:
            for outcome in outcomes:
                shared = await self._with_outage(connection, outcome)
                owner = await self._owner_of_written(connection, shared)
                if owner is not None:
                    await self._posted(connection, shared, now, owner=owner)
                    settled.append(shared.alert)
        return settled

    async def put_back(self, claim: Claim, check: datetime) -> None:
        """Look at these alerts later, as if nobody had tried."""
        ids = [alert.id for alert in claim.alerts]
        mine = and_(alerts.c.id.in_(ids), alerts.c.holder == self.name)
        async with self.database.writing() as connection:
            await connection.execute(
                update(alerts).where(mine).values(holder=None, attempts=0, check_ms=ms_of(check))
            )

    async def let_go(self, check: datetime | None = None) -> None:
        """Free what we hold and do not look at: the database fell silent in between.

        With ``check``, a mistake of ours is behind it: the attempt counts, and the next one waits.
        """
        values: dict[str, Any] = {"holder": None}
        if check is None:
            values["attempts"] = alerts.c.attempts - 1
        else:
            values["check_ms"] = ms_of(check)
        async with self.database.writing() as connection:
            await connection.execute(
                update(alerts).where(alerts.c.holder == self.name).values(values)
            )

    async def _most_due(self, now: datetime) -> str | None:
        question = select(alerts.c.measure).where(_is_due(now)).order_by(alerts.c.check_ms).limit(1)
        async with self.database.reading() as connection:
            return (await connection.execute(question)).scalar()

    async def _with_outage(self, connection: AsyncConnection, outcome: Settled) -> Settled:
        """The outcome with the notice that its chat has, or now gets, of the silent venue."""
        trouble, word = outcome.state.trouble, outcome.outage
        if word is None or trouble is None:
            return outcome
        chat_id = outcome.alert.room.chat_id
        # Two processes that meet one outage wait for each other here.
        lock = select(chats.c.chat_id).where(chats.c.chat_id == chat_id).with_for_update()
        await connection.execute(lock)
        others = await connection.execute(
            select(alerts).where(alerts.c.chat_id == chat_id, alerts.c.id != outcome.alert.id)
        )
        known = next(
            (
                t.notice
                for t in (other.state.trouble for other in readable(others))
                if t is not None and t.venue == trouble.venue and t.notice is not None
            ),
            None,
        )
        state = replace(outcome.state, trouble=replace(trouble, notice=known or word.key))
        words = outcome.words if known else (*outcome.words, word)
        return replace(outcome, state=state, words=words)

    async def _owner_of_written(self, connection: AsyncConnection, outcome: Settled) -> int | None:
        """Write the outcome down; whose alert it is by now, None where it was left alone."""
        alert = outcome.alert
        write = (
            update(alerts)
            .where(
                alerts.c.id == alert.id,
                alerts.c.version == alert.version,
                alerts.c.holder == self.name,
            )
            .values(
                state=outcome.state.as_text(),
                check_ms=ms_of(outcome.check),
                holder=None,
                attempts=0,
                paused_why=outcome.paused_why,
            )
            .returning(alerts.c.owner_id)
        )
        owner: int | None = (await connection.execute(write)).scalar()
        return owner

    async def _posted(
        self, connection: AsyncConnection, outcome: Settled, now: datetime, *, owner: int
    ) -> None:
        alert = replace(outcome.alert, owner_id=owner)
        letters = [await self._letter(connection, alert, word, now) for word in outcome.words]
        await post(self.database, connection, letters)

    async def _letter(
        self, connection: AsyncConnection, alert: Alert, word: Word, now: datetime
    ) -> Letter:
        return Letter(
            key=word.key,
            room=alert.room,
            owner_id=alert.owner_id,
            content_id=await keep_content(self.database, connection, word.reply),
            kind=word.kind,
            due_ms=ms_of(now + GATHERING),
            subscription=f"alert:{alert.id}",
        )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        alerts.c.paused_why.is_(None), alerts.c.holder.is_(None), alerts.c.check_ms <= ms_of(now)
    )


async def _pause_unreadable(connection: AsyncConnection, ids: set[int]) -> None:
    if ids:
        log.error("alerts %s are paused: their words cannot be read", sorted(ids))
        await connection.execute(
            update(alerts)
            .where(alerts.c.id.in_(ids))
            .values(holder=None, attempts=0, paused_why=UNREADABLE)
        )
