"""Letters that wait, and what they tell of has changed meanwhile."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, exists, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import database_now_ms
from bot.store.letters import Kind, page_keys
from bot.store.tables import ledger, outbox
from bot.store.turns import take

UNSENT = (outbox.c.holder.is_(None), outbox.c.buried_ms.is_(None))
_OF_A_LETTER = [outbox.c.key + page for page in page_keys("")]
UNBEGUN = (
    outbox.c.buried_ms.is_(None),
    or_(outbox.c.holder.is_(None), ~exists().where(ledger.c.key.in_(_OF_A_LETTER))),
)
"""What nobody has begun to send, though somebody may hold it: whoever does looks once more before."""


async def release(connection: AsyncConnection, chat_id: int | None = None) -> None:
    """Let all alerts, or those of a chat, be due now; whoever still wants quiet puts them off."""
    now = await database_now_ms(connection)
    waits = (outbox.c.kind == Kind.ALERT, outbox.c.due_ms > now)
    theirs = () if chat_id is None else (outbox.c.chat_id == chat_id,)
    await take(connection, outbox, *UNSENT, *waits, *theirs)
    await connection.execute(update(outbox).where(*UNSENT, *waits, *theirs).values(due_ms=now))


async def take_back(connection: AsyncConnection, chat_id: int) -> None:
    """Let alerts of a chat that somebody is about to send be given back, to be claimed by what holds now.

    Whoever holds one finds it changed, and gives it back: freed here, it would be held a second time
    while the first is still about to send it.
    """
    held = outbox.c.kind == Kind.ALERT, outbox.c.chat_id == chat_id, outbox.c.holder.is_not(None)
    await take(connection, outbox, *UNBEGUN, *held)
    changed = update(outbox).where(*UNBEGUN, *held)
    await connection.execute(changed.values(due_ms=outbox.c.due_ms + 1))


async def withdraw(
    connection: AsyncConnection,
    word: str,
    chats: Mapping[int, int],
    kinds: Collection[Kind] = tuple(Kind),
    *,
    events: Collection[str] = (),
) -> Sequence[str]:
    """Throw away what waits of subscriptions that are no more, ask something else or are hushed.

    ``word`` is the first one of their letters' names, ``events`` are those behind their version
    where not all are meant; ``chats`` are those that they speak in. The names of what was thrown
    away are returned.
    """
    if not chats:
        return []
    of = [f"%:{event}:" for event in events] or [""]
    theirs = or_(*(outbox.c.key.like(f"{word}:{n}:{event}%") for n in chats for event in of))
    where = outbox.c.chat_id.in_(set(chats.values())), outbox.c.kind.in_(kinds)
    await take(connection, outbox, *UNBEGUN, *where, theirs)
    gone = delete(outbox).where(*UNBEGUN, *where, theirs).returning(outbox.c.key)
    return (await connection.execute(gone)).scalars().all()
