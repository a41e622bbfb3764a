"""Inline mode in this process: real typing over HTTP, commands made for tests."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from telegram import Bot

from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.simulated import SimulatedPrices
from bot.answering.answers import Answers
from bot.store.book import SqlBook
from bot.store.database import Database
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.ledger import Ledger
from bot.store.quotas import Quotas
from bot.store.recents import Recents
from bot.store.rooms import SqlRooms
from bot.store.uploads import Uploads
from bot.telegram.inline.answers import InlineAnswers
from bot.telegram.inline.queries import Inline
from bot.telegram.inline.shelf import Shelf
from bot.telegram.lanes import Lanes
from bot.telegram.receiving.polling import poll
from bot.telegram.receiving.reception import Reception
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.pacing import Pacing
from bot.telegram.sending.pictures import Pictures
from bot.telegram.talking.rights import Rights
from handlers import Command, Services, Workshop
from tests.bot.telegram.desk import Kitchen
from tests.bot.telegram.paces import unpaced
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.telegram.rooms import Room
from tests.emulators.telegram.world import InlineQuery


@dataclass
class InlineDesk:
    telegram: TelegramEmulator
    kitchen: Kitchen
    inline: Inline
    inbox: Inbox
    channel: Room

    async def shown(self, person: Person, text: str) -> InlineQuery:
        """Type, and wait for what is shown."""
        query = person.asks_inline(text)
        await self.telegram.until(lambda: query.results is not None)
        return query

    def uploads(self) -> int:
        return len(self.telegram.messages(self.channel))


def kinds(query: InlineQuery) -> list[str]:
    return [result["id"] for result in query.results or []]


def shelf(bot: Bot, database: Database, chat_id: int | None, pacing: Pacing | None = None) -> Shelf:
    """Where one process uploads pictures."""
    return Shelf(bot, pacing or unpaced(database), Pictures(Uploads(database)), chat_id)


@asynccontextmanager
async def inline_desk(
    telegram: TelegramEmulator,
    bot: Bot,
    database: Database,
    *,
    commands: Sequence[Command] | None = None,
    uploads: bool = True,
    pause: float = 0.0,
    quotas: Quotas | None = None,
    **options: Any,
) -> AsyncIterator[InlineDesk]:
    kitchen, prices = Kitchen(), SimulatedPrices()
    services = Services(
        Histories(Catalog(prices), prices),
        cast("Workshop", None),
        now=lambda: datetime.now(UTC),
        book=SqlBook(database),
        rooms=SqlRooms(database),
    )
    channel = telegram.channel("Pictures", [telegram.person("Olga")])
    pacing = unpaced(database)
    answers = Answers(kitchen.commands() if commands is None else commands, services)
    preparing = InlineAnswers(
        answers,
        shelf(bot, database, channel.id if uploads else None, pacing),
        Rights(Delivery(bot, Ledger(database), pacing), quotas=quotas, units_a_minute=2).may_type,
        pause=pause,
    )
    inline = Inline(bot, answers, preparing, pacing, Recents(database), **options)
    box = Inbox(database)
    lanes = Lanes[StoredUpdate](_nothing)
    reception = Reception(box, lanes, passing=inline.receive)
    running = [asyncio.create_task(poll(bot, reception)), asyncio.create_task(inline.run())]
    try:
        yield InlineDesk(telegram, kitchen, inline, box, channel)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await lanes.drain(within=1)


async def _nothing(_update: StoredUpdate) -> None:
    """Nothing but inline questions is handled here."""
