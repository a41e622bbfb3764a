"""Messages that must go out, written in the same transaction as what they tell of."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.clock import now_ms
from bot.store.database import Database
from bot.store.tables import outbox
from handlers import Room


class Kind(StrEnum):
    """How a message is to be treated on its way.

    Digests and notices go out at most once and without a sound. Alerts go out at least once: where
    nobody can know whether one arrived it is repeated one time, with a mark; they ring, and wait
    while their chat wants quiet.
    """

    DIGEST = "digest"
    ALERT = "alert"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent.

    ``key`` names it for ever: ``digest:{id}:{local date}``, ``alert:{id}:{version}:{episode}:…``.
    ``content_id`` is what ``keep_content`` gave; ``owner_id`` may tap its buttons;
    ``subscription`` (``digest:12``, ``alert:7``) is what is paused where it cannot be delivered;
    ``remark`` is one more line for this chat alone ("2 h late").
    """

    key: str
    room: Room
    owner_id: int
    content_id: str
    kind: Kind
    due_ms: int
    subscription: str | None = None
    remark: str | None = None


async def post(database: Database, connection: AsyncConnection, letters: Sequence[Letter]) -> None:
    """Put letters into the outbox in the caller's transaction; a known key changes nothing."""
    if not letters:
        return
    rows = [
        {
            "key": letter.key,
            "chat_id": letter.room.chat_id,
            "thread_id": letter.room.thread_id,
            "owner_id": letter.owner_id,
            "content_id": letter.content_id,
            "kind": letter.kind,
            "subscription": letter.subscription,
            "remark": letter.remark,
            "due_ms": letter.due_ms,
            "created_ms": now_ms(),
        }
        for letter in letters
    ]
    await connection.execute(database.insert(outbox).on_conflict_do_nothing(), rows)
