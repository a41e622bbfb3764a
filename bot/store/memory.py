"""What the database remembers of a chat or person, and how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.store import buttons, computations, contents, forgetting, gates, inbox, ledger
from bot.store.database import Database
from bot.store.personal import counts_of, everything_of
from handlers import Asker
from handlers._memory import Kept, Retention

RETENTION = Retention(
    update_ids=inbox.KEEP_IDS_FOR,
    sent=ledger.KEEP_FOR,
    buttons=buttons.LIFETIME + buttons.EXPIRED_FOR,
    words=contents.KEEP_FOR,
    answers=computations.KEEP_FOR,
    pace=timedelta(microseconds=gates.FORGET_AFTER_US),
    closed_chats=forgetting.CLOSED_CHATS_FOR,
)


@dataclass(frozen=True, slots=True, eq=False)
class SqlMemory:
    """Reads and deletes by the tables' own columns."""

    database: Database

    @property
    def retention(self) -> Retention:
        """The constants by which rows are pruned."""
        return RETENTION

    async def kept(self, chat_id: int) -> Sequence[Kept]:
        """How many rows there are in each table."""
        async with self.database.reading() as connection:
            counts = await counts_of(connection, chat_id)
        return [Kept(name, count) for name, count in counts.items() if count]

    async def everything(self, chat_id: int) -> Mapping[str, Any]:
        """All rows, by table."""
        async with self.database.reading() as connection:
            return await everything_of(connection, chat_id)

    async def forget(self, asker: Asker) -> None:
        """Delete all at once, in one transaction."""
        number = asker.occasion.rpartition(":")[2]
        async with self.database.writing() as connection:
            await forgetting.forget(
                self.database,
                connection,
                asker.room.chat_id,
                update_id=int(number) if number.isdecimal() else 0,
            )
