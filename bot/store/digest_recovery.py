"""What becomes of the promises of digests after the clock went back, or a chat was closed."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import datetime_of, ms_of
from bot.store.database import Database
from bot.store.tables import digests
from handlers._daily.schedule import ONE_DAY, DailyTime, recovered
from handlers._room import is_known


async def recover_digests(database: Database, now: datetime) -> int:
    """Promise every digest anew whose promise a clock that was ahead has put off.

    Returns how many; what came too early once is known by its key and does not come again.
    """
    columns = digests.c
    everything = select(
        columns.id,
        columns.minute,
        columns.zone,
        columns.due_ms,
        columns.last_date,
        columns.created_ms,
    ).where(columns.paused_why.is_(None), columns.due_ms > ms_of(now))
    async with database.writing() as connection:
        changes = []
        for number, minute, zone, due_ms, last_date, created_ms in await connection.execute(
            # The changes are made in this order too: rows are taken as everybody takes them.
            everything.order_by(columns.id)
        ):
            if not is_known(zone):
                continue
            last, due = recovered(
                DailyTime(minute, zone),
                promised=datetime_of(due_ms),
                last=date.fromisoformat(last_date) if last_date else None,
                made=datetime_of(created_ms),
                now=now,
            )
            if ms_of(due) != due_ms:
                changes.append(
                    {
                        "row": number,
                        "was": due_ms,
                        "due": ms_of(due),
                        "last": None if last is None else last.isoformat(),
                    }
                )
        if changes:
            await connection.execute(
                update(digests)
                # Whoever moved it meanwhile has the last word.
                .where(columns.id == bindparam("row"), columns.due_ms == bindparam("was"))
                .values(due_ms=bindparam("due"), last_date=bindparam("last")),
                changes,
            )
    return len(changes)


async def forgive_missed(
    connection: AsyncConnection, *which: ColumnElement[bool], now: datetime
) -> None:
    """Settle the dates before the last one that is due: nobody could be told of them."""
    missed = select(digests).where(*which, digests.c.due_ms <= ms_of(now))
    for row in (await connection.execute(missed)).all():
        if not is_known(row.zone):
            continue
        settled = (DailyTime(row.minute, row.zone).latest(now) - ONE_DAY).isoformat()
        if row.last_date is None or row.last_date < settled:
            await connection.execute(
                update(digests).where(digests.c.id == row.id).values(last_date=settled)
            )
