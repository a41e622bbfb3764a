"""Letters: messages that nobody asked for just now, as they are written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import outbox
from handlers import Room

MOST_PAGES = 8
EXPIRING, EXPIRED = "expiring", "expired"
"""How letters are named that say of an alert that it ends soon, or has ended."""
HELD_COLUMNS = (
    outbox.c.key,
    outbox.c.chat_id,
    outbox.c.thread_id,
    outbox.c.owner_id,
    outbox.c.content_id,
    outbox.c.kind,
    outbox.c.subscription,
    outbox.c.remark,
    outbox.c.silent,
    outbox.c.due_ms,
    outbox.c.attempts,
    outbox.c.created_ms,
)


class Kind(StrEnum):
    """How a message is to be treated on its way.

    Digests and notices go out at most once and without a sound. Alerts go out at least once: where
    nobody can know whether one arrived it is repeated one time, with a mark; they ring unless their
    owner wants them without a sound, and wait while their chat wants quiet.
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
    ``remark`` is one more line for this chat alone ("2 h late"). ``is_silent`` where an alert is to
    ring no bell.
    """

    key: str
    room: Room
    owner_id: int
    content_id: str
    kind: Kind
    due_ms: int
    subscription: str | None = None
    remark: str | None = None
    is_silent: bool = False


async def post(database: Database, connection: AsyncConnection, letters: Sequence[Letter]) -> None:
    """Put letters into the outbox in the caller's transaction; a known key changes nothing."""
    if not letters:
        return
    now = database.clock.now_ms()
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
            "silent": int(letter.is_silent),
            "due_ms": letter.due_ms,
            "created_ms": now,
        }
        for letter in letters
    ]
    await connection.execute(database.insert(outbox).on_conflict_do_nothing(), rows)


@dataclass(frozen=True, slots=True)
class Held:
    """A letter that this process is to send; ``attempts`` counts claims that did not end well."""

    letter: Letter
    attempts: int
    created_ms: int


def held_of(row: Row[*tuple[Any, ...]]) -> Held:
    """What a row of ``HELD_COLUMNS`` says."""
    letter = Letter(
        key=row.key,
        room=Room(row.chat_id, row.thread_id),
        owner_id=row.owner_id,
        content_id=row.content_id,
        kind=Kind(row.kind),
        due_ms=row.due_ms,
        subscription=row.subscription,
        remark=row.remark,
        is_silent=bool(row.silent),
    )
    return Held(letter, row.attempts, row.created_ms)


def page_keys(key: str) -> list[str]:
    """The names that a letter's messages have in the ledger."""
    pages = [f"{key}:{left}" for left in range(MOST_PAGES)]
    return [name for page in pages for name in (page, again(page))]


def again(key: str) -> str:
    """The name of the one repeat of a message."""
    return f"{key}:again"
