"""What messages say, kept once however many people it is for."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Table, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.ledger import State
from bot.store.replies import reply_as_text, reply_of
from bot.store.tables import computations, contents, ledger, outbox
from handlers import Reply

KEEP_FOR = timedelta(days=7)
IN_ONE_STATEMENT = 500
UNSETTLED = (State.IN_DOUBT, State.FAILED)
"""Of these nobody knows that they arrived."""


async def keep_content(database: Database, connection: AsyncConnection, reply: Reply) -> str:
    """Keep a reply in the caller's transaction; equal replies are one row of one name."""
    [name] = await keep_contents(database, connection, [reply])
    return name


async def keep_contents(
    database: Database, connection: AsyncConnection, replies: Sequence[Reply]
) -> list[str]:
    """Keep several: two transactions that keep the same ones do not wait for each other."""
    now, names, rows = database.clock.now_ms(), [], {}
    for reply in replies:
        text = reply_as_text(reply)
        name = hashlib.blake2b(text.encode() + (reply.chart or b""), digest_size=16).hexdigest()
        names.append(name)
        rows[name] = {"id": name, "reply": text, "picture": reply.chart, "made_ms": now}
    for name in sorted(rows):
        insert = database.insert(contents).values(rows[name])
        await connection.execute(
            insert.on_conflict_do_update(index_elements=["id"], set_={"made_ms": now})
        )
    return names


def name_of(*words: object) -> str:
    """A name that does not say of whom: the keys of messages outlive what they tell of."""
    return hashlib.blake2b(repr(words).encode(), digest_size=12).hexdigest()


async def kept_reply(database: Database, name: str) -> Reply | None:
    """The reply of that name; None where it was forgotten."""
    question = select(contents.c.reply, contents.c.picture).where(contents.c.id == name)
    async with database.reading() as connection:
        row = (await connection.execute(question)).one_or_none()
    return reply_of(*row) if row else None


async def forget_unneeded(connection: AsyncConnection) -> None:
    """Forget, in the caller's transaction, what no message says any more, whoever it was for."""
    unneeded = [~_is_said_in(table) for table in (outbox, ledger, computations)]
    free = select(contents.c.id).where(*unneeded).order_by(contents.c.id).with_for_update()
    names = (await connection.execute(free)).scalars().all()
    for at in range(0, len(names), IN_ONE_STATEMENT):
        some = contents.c.id.in_(names[at : at + IN_ONE_STATEMENT])
        # Whoever was keeping the same words again has posted them by now: they are looked at anew.
        await connection.execute(delete(contents).where(some, *unneeded))


async def prune_contents(database: Database) -> None:
    """Forget what no message needs any more."""
    async with database.writing() as connection:
        await connection.execute(
            delete(contents).where(
                contents.c.made_ms < database.clock.ms_before_now(KEEP_FOR),
                # A letter may wait for longer, as in a chat that is muted for weeks.
                ~_is_said_in(outbox),
                # Whoever did not get it may ask for it again.
                ~_is_said_in(ledger, ledger.c.state.in_(UNSETTLED)),
            )
        )


def _is_said_in(table: Table, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    # NOT IN would read all that a table says for each row, where that is too much to remember.
    return exists().where(table.c.content_id == contents.c.id, *which)
