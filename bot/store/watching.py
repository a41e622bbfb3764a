"""Which alerts are due, who looks at them, and what a look leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alert_rows import log, readable
from bot.store.clock import ms_of
from bot.store.contents import keep_contents
from bot.store.database import Database
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import SUSPECT_AFTER
from bot.store.tables import alerts
from bot.store.turns import take
from bot.store.waiting import release
from handlers import Reply, Room
from handlers._watch.alert import Alert
from handlers._watch.outages import OUTAGE
from handlers._watch.states import State, Trouble

MOST_ATTEMPTS = 3
"""An alert whose look ended the process so often, alone, is not looked at any more."""
GATHERING = timedelta(seconds=5)
"""News of alerts waits so long for others of its chat: together they are one message."""
UNREADABLE_FOR = timedelta(minutes=1)
"""An alert whose words we do not know is left for so long to a process that may know them."""
OUTAGE_LOCK = 0x4F5554414745  # "OUTAGE": PostgreSQL's advisory lock around a notice of a venue


@dataclass(frozen=True, slots=True)
class Claim:
    """Alerts of one measure, ours until they are settled.

    ``attempts`` is how many looks have begun since the last that ended, this one included.
    """

    alerts: tuple[Alert, ...]
    attempts: int


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """Something to be told; ``key`` names it for ever; ``is_silent`` where it rings no bell."""

    key: str
    reply: Reply
    kind: Kind
    is_silent: bool = False


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

    async def now(self) -> datetime:
        """The time that all processes agree on."""
        return await self.database.now()

    async def suspicion(self, now: datetime) -> int | None:
        """How often a look at what would be claimed has begun without an end; None if nothing."""
        measure = await self._most_due(now)
        if measure is None:
            return None
        worst = select(func.max(alerts.c.attempts)).where(_is_due(now), alerts.c.measure == measure)
        async with self.database.reading() as connection:
            return (await connection.execute(worst)).scalar() or 0

    async def claimed(self, now: datetime) -> Claim | None:
        """The alerts of the measure that has been due for longest; None where nothing is due.

        What may end the process comes last.
        """
        while (measure := await self._most_due(now)) is not None:
            due = _is_due(now), alerts.c.measure == measure
            claim = (
                update(alerts)
                .where(*due)
                .values(holder=self.name, attempts=alerts.c.attempts + 1)
                .returning(alerts)
            )
            async with self.database.writing() as connection:
                await take(connection, alerts, *due)
                rows = (await connection.execute(claim)).all()
                found = readable(rows)
                unread = {r.id for r in rows} - {a.id for a in found}
                await _leave(connection, unread, ms_of(now + UNREADABLE_FOR))
            if found:
                return Claim(tuple(found), attempts=max(row.attempts for row in rows))
            # Somebody else was quicker.
        return None

    async def settle(self, outcomes: Sequence[Settled], now: datetime) -> Sequence[Alert]:
        """Write down what the looks found, and post what is to be told, all or nothing.

        An alert that was changed, silenced, kept, paused or deleted meanwhile keeps its peace: it
        is free, and looked at again as it stands now. Those written are returned.
        """
        settled, left, said = [], [], []
        async with self.database.writing() as connection:
            await self._wait_for_others(connection, outcomes)
            await take(connection, alerts, self._ours([one.alert.id for one in outcomes]))
            for outcome in outcomes:
                shared = await self._with_outage(connection, outcome)
                row = await self._written(connection, shared)
                if row is None:
                    left.append(shared.alert.id)
                else:
                    said += [(_as_of_now(shared.alert, row), word) for word in shared.words]
                    settled.append(shared.alert)
            await self._posted(connection, said, now)
            if left:
                free = update(alerts).where(self._ours(left)).values(holder=None, attempts=0)
                await connection.execute(free)
        return settled

    async def put_back(self, claim: Claim, check: datetime) -> None:
        """Look at these alerts later, as if nobody had tried."""
        mine = self._ours([alert.id for alert in claim.alerts])
        async with self.database.writing() as connection:
            await take(connection, alerts, mine)
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
        mine = alerts.c.holder == self.name
        async with self.database.writing() as connection:
            await take(connection, alerts, mine)
            await connection.execute(update(alerts).where(mine).values(values))

    async def hasten(self, now: datetime) -> None:
        """Look at everything now, and send what waits: the clock was ahead when it was put off."""
        put_off = alerts.c.check_ms > ms_of(now)
        async with self.database.writing() as connection:
            await take(connection, alerts, put_off)
            await connection.execute(update(alerts).where(put_off).values(check_ms=ms_of(now)))
            await release(connection)

    async def _most_due(self, now: datetime) -> str | None:
        due = select(alerts.c.measure).where(_is_due(now)).order_by(alerts.c.check_ms).limit(1)
        innocent = due.where(alerts.c.attempts < SUSPECT_AFTER)
        async with self.database.reading() as connection:
            found: str | None = (await connection.execute(innocent)).scalar()
            return found or (await connection.execute(due)).scalar()

    async def _with_outage(self, connection: AsyncConnection, outcome: Settled) -> Settled:
        """The outcome with the notice that its chat has, or now gets, of the silent venue."""
        trouble, word = outcome.state.trouble, outcome.outage
        if word is None or trouble is None:
            return outcome
        others = await connection.execute(
            select(alerts).where(
                alerts.c.chat_id == outcome.alert.room.chat_id,
                alerts.c.id != outcome.alert.id,
                # What a sleeping alert saw last may be an outage of last year.
                alerts.c.paused_why.is_(None),
            )
        )
        known = next(
            (
                t.notice
                for t in (other.state.trouble for other in readable(others))
                if t is not None and t.venue == trouble.venue and _tells_of_outage(t)
            ),
            None,
        )
        state = replace(outcome.state, trouble=replace(trouble, notice=known or word.key))
        words = outcome.words if known else (*outcome.words, word)
        return replace(outcome, state=state, words=words)

    async def _wait_for_others(
        self, connection: AsyncConnection, outcomes: Sequence[Settled]
    ) -> None:
        """Let two processes that meet one outage tell a chat of it once."""
        if not self.database.turn and any(outcome.outage for outcome in outcomes):
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({OUTAGE_LOCK})"))

    async def _written(self, connection: AsyncConnection, outcome: Settled) -> Row[Any] | None:
        """Write the outcome down; whose alert it is and where it speaks by now.

        None where it was left alone.
        """
        alert = outcome.alert
        snoozed = None if alert.snoozed_until is None else ms_of(alert.snoozed_until)
        write = (
            update(alerts)
            .where(
                self._ours([alert.id]),
                alerts.c.version == alert.version,
                alerts.c.paused_why.is_(None),
                alerts.c.expires_ms == ms_of(alert.expires),
                alerts.c.snoozed_until_ms.is_not_distinct_from(snoozed),
            )
            .values(
                state=outcome.state.as_text(),
                check_ms=ms_of(outcome.check),
                holder=None,
                attempts=0,
                paused_why=outcome.paused_why,
            )
            .returning(alerts.c.owner_id, alerts.c.chat_id, alerts.c.thread_id)
        )
        return (await connection.execute(write)).one_or_none()

    async def _posted(
        self, connection: AsyncConnection, said: Sequence[tuple[Alert, Word]], now: datetime
    ) -> None:
        names = await keep_contents(self.database, connection, [word.reply for _, word in said])
        letters = [
            Letter(
                key=word.key,
                room=alert.room,
                owner_id=alert.owner_id,
                content_id=name,
                kind=word.kind,
                due_ms=ms_of(now + GATHERING),
                subscription=f"alert:{alert.id}",
                is_silent=word.is_silent,
            )
            for (alert, word), name in zip(said, names, strict=True)
        ]
        await post(self.database, connection, letters)

    def _ours(self, ids: Sequence[int]) -> ColumnElement[bool]:
        return and_(alerts.c.id.in_(ids), alerts.c.holder == self.name)


def _tells_of_outage(trouble: Trouble) -> bool:
    """Whether a chat was told of the venue, and not of one alert's own trouble before."""
    return trouble.notice is not None and trouble.notice.startswith(OUTAGE)


def _as_of_now(alert: Alert, row: Row[Any]) -> Alert:
    """A group may have become another's, or got another number, since its alert was claimed."""
    return replace(alert, owner_id=row.owner_id, room=Room(row.chat_id, row.thread_id))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        alerts.c.paused_why.is_(None), alerts.c.holder.is_(None), alerts.c.check_ms <= ms_of(now)
    )


async def _leave(connection: AsyncConnection, ids: set[int], check_ms: int) -> None:
    """Let others look at alerts that a newer version may have written."""
    if ids:
        log.error("alerts %s are left to others: their words cannot be read", sorted(ids))
        later = update(alerts).where(alerts.c.id.in_(ids))
        await connection.execute(later.values(holder=None, attempts=0, check_ms=check_ms))
