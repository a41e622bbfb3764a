"""What was sent, what is being sent, and what may or may not have arrived.

A message goes ``intent`` -> HTTP -> ``sent``. Telegram has no key by which a repeated request
could be recognised, so an ``intent`` that a crash left behind is in doubt for ever: it is listed,
not sent again. A refusal that proves that nothing arrived clears the intent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, literal, select, update

from bot.store.database import SOLE, Database
from bot.store.letters import Letter
from bot.store.tables import ledger, outbox

KEEP_FOR = timedelta(days=30)
ENTRIES = select(ledger.c.key, ledger.c.chat_id, ledger.c.state, ledger.c.message_id, ledger.c.note)


class State(StrEnum):
    """How far a message got."""

    INTENT = "intent"
    SENT = "sent"
    IN_DOUBT = "in doubt"
    FAILED = "failed"
    SENT_AGAIN = "sent again"
    """It was in doubt or refused, and its words went out under another key."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message; ``message_id`` is known once it is sent.

    ``is_anothers`` while another process is about to send it, which may give that up again.
    """

    key: str
    chat_id: int
    state: State
    message_id: int | None = None
    note: str | None = None
    is_anothers: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Every outgoing message by its key; a key is sent at most once."""

    database: Database
    holder: str = SOLE

    async def entry(self, key: str) -> Entry | None:
        """What is known of a message."""
        async with self.database.reading() as connection:
            question = ENTRIES.add_columns(ledger.c.holder).where(ledger.c.key == key)
            row = (await connection.execute(question)).one_or_none()
        if row is None:
            return None
        *known, holder = row
        found = _entry(*known)
        return replace(found, is_anothers=found.state is State.INTENT and holder != self.holder)

    async def intend(
        self, key: str, *, chat_id: int, content_id: str | None = None, letter: Letter | None = None
    ) -> bool:
        """Claim the right to send; False where somebody has claimed or sent it before.

        ``content_id`` names its words where they are kept, so that they can be sent again. The
        ``letter`` that it is a part of has to be ours still, and as it was when we took it: False where
        it was withdrawn or taken back meanwhile.
        """
        now = self.database.clock.now_ms()
        row = {
            "key": key,
            "chat_id": chat_id,
            "state": State.INTENT,
            "holder": self.holder,
            "content_id": content_id,
            "created_ms": now,
            "changed_ms": now,
        }
        insert = self.database.insert(ledger)
        if letter is None:
            insert = insert.values(row)
        else:
            values = [literal(value, ledger.c[name].type) for name, value in row.items()]
            insert = insert.from_select(list(row), self._of_letter(letter, values))
        async with self.database.writing() as connection:
            answer = await connection.execute(
                insert.on_conflict_do_nothing().returning(ledger.c.key)
            )
            return answer.scalar() is not None

    async def withdraw(self, key: str) -> None:
        """Give our claim back: it is certain that nothing arrived."""
        ours = (ledger.c.state == State.INTENT, ledger.c.holder == self.holder)
        async with self.database.writing() as connection:
            await connection.execute(delete(ledger).where(ledger.c.key == key, *ours))

    async def confirm(self, key: str, *, message_id: int) -> None:
        """Note the arrival."""
        await self._mark(key, State.SENT, message_id=message_id)

    async def doubt(self, key: str, *, note: str) -> None:
        """Note that nobody can know whether it arrived, unless somebody has noted that it did."""
        await self._mark(key, State.IN_DOUBT, note=note, was=(State.INTENT, State.IN_DOUBT))

    async def fail(self, key: str, *, note: str) -> None:
        """Note that Telegram refused it for good."""
        await self._mark(key, State.FAILED, note=note)

    async def in_doubt(self) -> list[Entry]:
        """Messages of which nobody knows whether they arrived, oldest first."""
        question = ENTRIES.where(ledger.c.state == State.IN_DOUBT).order_by(ledger.c.created_ms)
        async with self.database.reading() as connection:
            return [_entry(*row) for row in await connection.execute(question)]

    async def prune(self) -> None:
        """Forget old messages; their updates cannot come again."""
        before = self.database.clock.ms_before_now(KEEP_FOR)
        # All states by name: the index is of states first.
        old = (ledger.c.state.in_(State), ledger.c.changed_ms < before)
        async with self.database.writing() as connection:
            await connection.execute(delete(ledger).where(*old))

    def _of_letter(self, letter: Letter, values: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """The values, as long as the letter stands; whoever withdraws it waits for us, or we for it."""
        stands = (
            outbox.c.key == letter.key,
            outbox.c.holder == self.holder,
            outbox.c.content_id == letter.content_id,
            outbox.c.due_ms == letter.due_ms,
        )
        return select(*values).select_from(outbox).where(*stands).with_for_update(read=True)

    async def _mark(
        self,
        key: str,
        state: State,
        *,
        message_id: int | None = None,
        note: str | None = None,
        was: Sequence[State] = tuple(State),
    ) -> None:
        now = self.database.clock.now_ms()
        async with self.database.writing() as connection:
            await connection.execute(
                update(ledger)
                .where(ledger.c.key == key, ledger.c.state.in_(was))
                .values(state=state, message_id=message_id, note=note, changed_ms=now)
            )


def _entry(key: str, chat_id: int, state: str, message_id: int | None, note: str | None) -> Entry:
    return Entry(key, chat_id, State(state), message_id, note)
