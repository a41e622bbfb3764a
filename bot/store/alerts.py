"""Alerts in the database, as the chats that keep them see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.errors import Correction
from analytics.language import later, tr
from bot.store.alert_rows import alert_of, readable
from bot.store.chats import CHAT_CLOSED, TOPIC_CLOSED
from bot.store.clock import ms_of
from bot.store.database import Database
from bot.store.ledger import State as LetterState
from bot.store.letters import EXPIRED, EXPIRING, Kind
from bot.store.numbering import next_number
from bot.store.summaries import Summaries
from bot.store.tables import alerts, chats, ledger
from bot.store.turns import take
from bot.store.unheard import untell
from bot.store.waiting import withdraw
from handlers._watch.alert import MOST_ALERTS, Alert, NewAlert, TooManyAlertsError
from handlers._watch.rule import Repeat, Rule
from handlers._watch.states import State
from handlers._watch.stepping import woken

LETTERS = "alert"
"""The first word of their letters' names."""
FULL = later("{most} alerts is the limit. Delete one: /alerts")


@dataclass(frozen=True, slots=True, eq=False)
class SqlAlerts:
    """One row an alert; its number is taken from the chat's own count."""

    database: Database

    async def reaches(self, chat_id: int) -> bool:
        """Whether a message can be expected to arrive in a chat: one has, and none was refused."""
        closed = select(chats.c.closed_why).where(chats.c.chat_id == chat_id)
        sent = select(ledger.c.key).where(
            ledger.c.chat_id == chat_id, ledger.c.state == LetterState.SENT
        )
        async with self.database.reading() as connection:
            if (await connection.execute(closed)).scalar() is not None:
                return False
            return (await connection.execute(sent.limit(1))).scalar() is not None

    async def of_chat(self, chat_id: int) -> Sequence[Alert]:
        """All alerts of a chat by number, paused ones too."""
        question = select(alerts).where(alerts.c.chat_id == chat_id).order_by(alerts.c.number)
        async with self.database.reading() as connection:
            return readable(await connection.execute(question))

    async def numbered(self, chat_id: int, number: int) -> Alert | None:
        """The alert that a chat calls by this number."""
        question = select(alerts).where(alerts.c.chat_id == chat_id, alerts.c.number == number)
        async with self.database.reading() as connection:
            found = readable(await connection.execute(question))
        return found[0] if found else None

    async def add(self, new: NewAlert) -> Alert:
        """Keep an alert; on a known occasion, the alert that was made on it.

        Raises
        ------
        TooManyAlertsError
            The chat has ``MOST_ALERTS`` already.

        """
        chat_id = new.room.chat_id
        async with self.database.writing() as connection:
            row = await _made_on(connection, new.occasion)
            if row is None:
                # Taking the number makes two requests of one chat wait for each other; meanwhile
                # another process may have done the same one.
                number = await next_number(self.database, connection, chat_id)
                row = await _made_on(connection, new.occasion)
            if row is None:
                await _refuse_more(connection, chat_id)
                row = await self._inserted(connection, new, number)
                await _forget_ended(connection, chat_id)
        return alert_of(row)

    async def change(
        self, alert_id: int, rule: Rule, *, state: State, check: datetime, expires: datetime
    ) -> Alert | None:
        """Give an alert another rule and begin anew; raises its version.

        What it was about to say by the old one is not said.
        """
        values = _begun(state, check) | {
            "rule": str(rule),
            "measure": str(rule.measure),
            "expires_ms": ms_of(expires),
            "version": alerts.c.version + 1,
        }
        return await self._changed(alert_id, values, wakes=True, unsaid=tuple(Kind))

    async def arm(self, alert_id: int, *, state: State, check: datetime) -> Alert | None:
        """Let an alert begin anew from a state, under the same rule, and wake it if it slept."""
        return await self._changed(
            alert_id, _begun(state, check) | {"version": alerts.c.version + 1}, wakes=True
        )

    async def snooze(self, alert_id: int, until: datetime | None) -> Alert | None:
        """Tell nothing before a moment, not even what waits for the end of a mute; None ends that.

        One that speaks once, and was not heard yet, is awake again.
        """
        values = {"snoozed_until_ms": None if until is None else ms_of(until)}
        return await self._changed(alert_id, values, unsaid=() if until is None else (Kind.ALERT,))

    async def keep(self, alert_id: int, expires: datetime) -> Alert | None:
        """Let an alert live until a moment; one that has ended wakes and begins anew.

        That it ends, or has ended, is not said any more.
        """
        values: dict[str, object] = {"expires_ms": ms_of(expires), "attempts": 0}
        async with self.database.writing() as connection:
            await _refuse_one_more_awake(connection, alert_id)
            this = select(alerts).where(alerts.c.id == alert_id)
            row = (await connection.execute(this.with_for_update())).one_or_none()
            if row is None:
                return None
            before = alert_of(row)
            if before.paused_why is not None:
                state = woken(before.rule, before.state)
                # Under another version: names of letters hold it, and episodes count anew.
                values |= _begun(state, before.check) | {"version": before.version + 1}
            kept = update(alerts).where(alerts.c.id == alert_id).values(**values)
            after = alert_of((await connection.execute(kept.returning(alerts))).one())
            of_its_end = {alert_id: row.chat_id}
            await withdraw(connection, LETTERS, of_its_end, events=(EXPIRING, EXPIRED))
        return after

    async def delete(self, alert_id: int) -> bool:
        """Forget an alert and what it was about to say; False where it has gone already.

        Its number is not given again.
        """
        forget = delete(alerts).where(alerts.c.id == alert_id).returning(alerts.c.chat_id)
        async with self.database.writing() as connection:
            chat_id = (await connection.execute(forget)).scalar()
            if chat_id is not None:
                await self._withdrawn(connection, alert_id, chat_id)
        return chat_id is not None

    async def _changed(
        self,
        alert_id: int,
        values: Mapping[str, object],
        *,
        wakes: bool = False,
        unsaid: Collection[Kind] = (),
    ) -> Alert | None:
        change: Update = update(alerts).where(alerts.c.id == alert_id).values(**values)
        async with self.database.writing() as connection:
            if wakes:
                await _refuse_one_more_awake(connection, alert_id)
            row = (await connection.execute(change.returning(alerts))).one_or_none()
            if row is None:
                return None
            alert = alert_of(row)
            if unsaid and await self._withdrawn(connection, alert_id, row.chat_id, unsaid):
                alert = await _unheard(connection, alert)
        return alert

    async def _withdrawn(
        self,
        connection: AsyncConnection,
        alert_id: int,
        chat_id: int,
        kinds: Collection[Kind] = tuple(Kind),
    ) -> bool:
        """Throw away what waits of an alert, alone or among others; False where nothing did."""
        letters = await withdraw(connection, LETTERS, {alert_id: chat_id}, kinds)
        # After the letters: those that became a summary just now are found in it.
        summaries = Summaries(self.database, connection)
        return await summaries.leave_out(chat_id, f"{LETTERS}:{alert_id}") or bool(letters)

    async def _inserted(self, connection: AsyncConnection, new: NewAlert, number: int) -> Row[Any]:
        insert = self.database.insert(alerts).values(
            chat_id=new.room.chat_id,
            thread_id=new.room.thread_id,
            owner_id=new.owner_id,
            number=number,
            rule=str(new.rule),
            measure=str(new.rule.measure),
            state=new.state.as_text(),
            check_ms=ms_of(new.check),
            expires_ms=ms_of(new.rule.expires(new.created)),
            occasion=new.occasion,
            created_ms=ms_of(new.created),
        )
        made: Row[Any] = (await connection.execute(insert.returning(alerts))).one()
        return made


def _begun(state: State, check: datetime) -> dict[str, object]:
    # Whoever looks at it now looks at what it was: without the row, that look changes nothing.
    return {
        "state": state.as_text(),
        "check_ms": ms_of(check),
        "paused_why": None,
        "holder": None,
        "attempts": 0,
        "snoozed_until_ms": None,
    }


async def _unheard(connection: AsyncConnection, alert: Alert) -> Alert:
    """The alert whose letters were thrown away: what speaks once has not spoken, and goes on."""
    if alert.rule.repeat is not Repeat.ONCE:
        # Whoever snoozed it is told afterwards that it still fires.
        return alert
    await untell(connection, [f"{LETTERS}:{alert.id}"], asleep=None)
    question = select(alerts).where(alerts.c.id == alert.id)
    return alert_of((await connection.execute(question)).one())


async def _made_on(connection: AsyncConnection, occasion: str) -> Row[Any] | None:
    known = await connection.execute(select(alerts).where(alerts.c.occasion == occasion))
    return known.one_or_none()


async def _refuse_more(connection: AsyncConnection, chat_id: int) -> None:
    count = (
        select(func.count())
        .select_from(alerts)
        .where(alerts.c.chat_id == chat_id, alerts.c.paused_why.is_(None))
    )
    if (await connection.execute(count)).scalar_one() >= MOST_ALERTS:
        raise TooManyAlertsError(
            tr(FULL, most=MOST_ALERTS), corrections=(Correction("/alerts", "/alerts"),)
        )


async def _refuse_one_more_awake(connection: AsyncConnection, alert_id: int) -> None:
    """Let an alert that sleeps not wake where as many are awake as a chat may have."""
    asleep = alerts.c.paused_why.is_not(None)
    question = select(alerts.c.chat_id).where(alerts.c.id == alert_id, asleep)
    chat_id = (await connection.execute(question)).scalar()
    if chat_id is not None:
        lock = select(chats.c.chat_id).where(chats.c.chat_id == chat_id).with_for_update()
        await connection.execute(lock)
        await _refuse_more(connection, chat_id)


async def _forget_ended(connection: AsyncConnection, chat_id: int) -> None:
    """Keep the last few of those that have ended, of which some may be set again by a tap."""
    why = alerts.c.paused_why
    has_ended = why.is_not(None) & why.not_in((CHAT_CLOSED, TOPIC_CLOSED))
    ended = select(alerts.c.id).where(alerts.c.chat_id == chat_id, has_ended)
    kept = ended.order_by(alerts.c.id.desc()).limit(MOST_ALERTS)
    old = (alerts.c.chat_id == chat_id, has_ended, alerts.c.id.not_in(kept))
    await take(connection, alerts, *old)
    await connection.execute(delete(alerts).where(*old))
