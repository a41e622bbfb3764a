"""What has been agreed in each chat."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import time
from typing import Any

from sqlalchemy import Column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.language import ENGLISH
from bot.store.clock import datetime_of, ms_of
from bot.store.database import Database
from bot.store.tables import chats
from bot.store.waiting import release, take_back
from handlers import Preferences, Quiet

HOUR = 60
AT_ONCE = 500


@dataclass(frozen=True, slots=True, eq=False)
class SqlRooms:
    """One row a chat; a chat without a row has agreed on nothing."""

    database: Database

    async def preferences(self, chat_id: int) -> Preferences:
        """What the chat has set."""
        row = await self._row(chat_id, chats.c.settings)
        return _preferences(json.loads(row[0])) if row else Preferences()

    async def open_preferences(self, chat_id: int) -> Preferences | None:
        """What the chat has set; None where nothing can be written in it."""
        row = await self._row(chat_id, chats.c.closed_why, chats.c.settings)
        if row is None:
            return Preferences()
        return None if row.closed_why is not None else _preferences(json.loads(row.settings))

    async def set_preferences(self, chat_id: int, preferences: Preferences) -> None:
        """Keep all preferences of a chat."""
        given = {name: value for name, value in asdict(preferences).items() if value is not None}
        await self._set(chat_id, {"settings": json.dumps(given)})

    async def quiet(self, chat_id: int) -> Quiet:
        """When the chat wants no alerts."""
        row = await self._row(chat_id, chats.c.muted_until_ms, chats.c.quiet_from, chats.c.quiet_to)
        if row is None:
            return Quiet()
        until_ms, begins, ends = row
        return Quiet(
            until=None if until_ms is None else datetime_of(until_ms),
            hours=None if begins is None or ends is None else (_time(begins), _time(ends)),
        )

    async def set_quiet(self, chat_id: int, quiet: Quiet) -> None:
        """Keep when the chat wants no alerts."""
        begins, ends = map(_minute, quiet.hours) if quiet.hours else (None, None)
        until = None if quiet.until is None else ms_of(quiet.until)
        await self._set(chat_id, {"muted_until_ms": until, "quiet_from": begins, "quiet_to": ends})

    async def _row(self, chat_id: int, *columns: Column[Any]) -> Any:
        async with self.database.reading() as connection:
            found = await connection.execute(select(*columns).where(chats.c.chat_id == chat_id))
            return found.one_or_none()

    async def _set(self, chat_id: int, values: Mapping[str, object]) -> None:
        insert = self.database.insert(chats).values(chat_id=chat_id, **values)
        async with self.database.writing() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["chat_id"], set_=dict(values))
            )
            if "muted_until_ms" in values:
                # It may have begun just now, while an alert waits for its moment in somebody's hands.
                await take_back(connection, chat_id)
            # What waits for the end of a quiet that is over, or ends at another time, is looked at.
            await release(connection, chat_id)


async def language_of(connection: AsyncConnection, chat_id: int) -> str:
    """What is spoken in a chat."""
    question = select(chats.c.settings).where(chats.c.chat_id == chat_id)
    settings = (await connection.execute(question)).scalar()
    return (_preferences(json.loads(settings)).language if settings else None) or ENGLISH


async def preferences_of(
    database: Database, chat_ids: Collection[int]
) -> Mapping[int, Preferences]:
    """What many chats have set, each of which is there."""
    wanted, found = list(chat_ids), dict.fromkeys(chat_ids, Preferences())
    async with database.reading() as connection:
        for start in range(0, len(wanted), AT_ONCE):
            some = chats.c.chat_id.in_(wanted[start : start + AT_ONCE])
            rows = await connection.execute(select(chats.c.chat_id, chats.c.settings).where(some))
            found |= {chat_id: _preferences(json.loads(settings)) for chat_id, settings in rows}
    return found


def _preferences(stored: Mapping[str, object]) -> Preferences:
    # An older or newer hedgebot may know other names.
    known = {field.name for field in fields(Preferences)}
    return Preferences(**{name: value for name, value in stored.items() if name in known})  # type: ignore[arg-type]


def _minute(moment: time) -> int:
    return moment.hour * HOUR + moment.minute


def _time(minute: int) -> time:
    return time(minute // HOUR, minute % HOUR)
