"""Letters and postmen for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from telegram import Bot

from bot.store.clock import now_ms
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.gates import Gates
from bot.store.ledger import Ledger
from bot.store.letters import Kind, Letter, post
from bot.store.outbox import Outbox
from bot.telegram.posting.postman import Postman
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.pacing import Pacing
from handlers import Reply, Room
from tests.bot.telegram.paces import unpaced
from tests.emulators.telegram.emulator import TelegramEmulator


@dataclass
class Office:
    """An outbox, and postmen that empty it."""

    telegram: TelegramEmulator
    bot: Bot
    database: Database

    async def posts(self, *letters: Letter) -> None:
        async with self.database.writing() as connection:
            await post(self.database, connection, letters)

    async def letter(self, key: str, to: Any, reply: Reply | None = None, **more: Any) -> Letter:
        """Post a letter; a digest that is due unless said otherwise."""
        async with self.database.writing() as connection:
            reply = reply or Reply("Title", key)
            content = await keep_content(self.database, connection, reply)
            owner = to.id if to.id > 0 else 7
            room = Room(to.id, more.pop("thread_id", None))
            given = {"kind": Kind.DIGEST, "due_ms": now_ms(), "owner_id": owner} | more
            letter = Letter(key, room, content_id=content, **given)
            await post(self.database, connection, [letter])
        return letter

    def postman(self, holder: str = "one", *, pace: Pacing | None = None, **more: Any) -> Postman:
        ledger = Ledger(self.database, holder)
        delivery = Delivery(self.bot, ledger, pace or unpaced(self.database))
        return Postman(Outbox(self.database, holder), delivery, **more)

    @asynccontextmanager
    async def open(self, *postmen: Postman) -> AsyncIterator[None]:
        running = [asyncio.create_task(postman.run()) for postman in postmen]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def emptied(self, *postmen: Postman, seconds: float = 60) -> None:
        """Let postmen work until nothing waits that is due."""
        async with self.open(*(postmen or (self.postman(),))), asyncio.timeout(seconds):
            while await self.left():  # noqa: ASYNC110 - no bell rings when a row is gone
                await asyncio.sleep(0.01)

    async def left(self) -> list[Any]:
        """Letters that are due or held."""
        async with self.database.reading() as connection:
            found = await connection.exec_driver_sql(
                "SELECT key FROM outbox WHERE buried_ms IS NULL AND (holder IS NOT NULL "
                f"OR due_ms <= {now_ms() + 1500}) ORDER BY key"
            )
            return list(found.scalars())

    def texts(self, place: Any) -> list[str]:
        return [message.words for message in self.telegram.replies(place)]


def real_pace(database: Database) -> Pacing:
    """The pace of a real process."""
    return Pacing(Gates(database))
