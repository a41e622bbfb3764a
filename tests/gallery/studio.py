"""The bot as it serves, on the simulated venue, at a moment that the visitor chooses."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.simulated import SimulatedPrices
from bot.answering.answers import Answers
from bot.computing.workshop import THEMES, ThreadWorkshop
from bot.standing.calendar import Calendar
from bot.standing.telling import Telling
from bot.standing.watch import Watch
from bot.store.alerts import SqlAlerts
from bot.store.book import SqlBook
from bot.store.buttons import Buttons
from bot.store.database import Database, open_database
from bot.store.digest_runs import DigestRuns
from bot.store.digests import SqlDigests
from bot.store.inbox import Inbox
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.rooms import SqlRooms
from bot.store.watching import Watching
from bot.telegram.lanes import Lanes
from bot.telegram.posting.postman import Postman
from bot.telegram.receiving.polling import poll
from bot.telegram.receiving.reception import Reception
from bot.telegram.sending.delivery import Delivery
from bot.telegram.talking.conversation import Conversation
from handlers import Services, load_commands
from handlers._watch.states import Phase
from tests.bot.telegram.paces import unpaced
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person

ThemeName = Literal["light", "dark"]

AFTERNOON = datetime(2026, 11, 4, 14, 20, tzinfo=UTC)
PATIENCE_S = 120.0


@dataclass(slots=True, eq=False)
class Studio:
    """One person's chat with the bot; ``now`` is turned by hand."""

    telegram: TelegramEmulator
    ann: Person
    alerts: SqlAlerts
    watch: Watch
    calendar: Calendar
    now: datetime = AFTERNOON

    async def ask(self, question: str) -> tuple[Message, Message]:
        """What was asked and what came back."""
        asked = self.ann.says(question)
        return asked, await self.telegram.reply(asked, timeout=PATIENCE_S)

    async def rings(self) -> bool:
        """Whether an alert of this chat fires."""
        found = await self.alerts.of_chat(self.ann.id)
        return any(alert.state.phase is Phase.FIRING for alert in found)

    async def hear(self, *, since: int) -> Message:
        """The first message beyond so many that the bot has sent to this chat."""
        await self.telegram.until(
            lambda: len(self.telegram.replies(self.ann)) > since, timeout=PATIENCE_S
        )
        return self.telegram.replies(self.ann)[since]


@asynccontextmanager
async def opened_studio(theme: ThemeName) -> AsyncIterator[Studio]:
    """Everything of the bot that speaks, and the emulator that it speaks to."""
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{folder}/gallery.sqlite")
        try:
            async with _served(database, theme) as studio:
                yield studio
        finally:
            await database.close()


@asynccontextmanager
async def _served(database: Database, theme: ThemeName) -> AsyncIterator[Studio]:
    studio: Studio

    def now() -> datetime:
        return studio.now

    def seconds() -> float:
        return studio.now.timestamp()

    async def today() -> datetime:
        return studio.now

    alerts = SqlAlerts(database)
    source, workshop = SimulatedPrices(clock=now), ThreadWorkshop(THEMES[theme])
    services = Services(
        histories=Histories(Catalog(source), source),
        workshop=workshop,
        now=now,
        book=SqlBook(database),
        rooms=SqlRooms(database),
        digests=SqlDigests(database),
        alerts=alerts,
    )
    answers = Answers(load_commands(), services)
    async with (
        TelegramEmulator(clock=seconds) as telegram,
        client(telegram) as bot,
    ):
        delivery = Delivery(bot, Ledger(database, "gallery"), unpaced(database))
        inbox = Inbox(database)
        conversation = Conversation(
            bot=bot, inbox=inbox, answers=answers, buttons=Buttons(database), delivery=delivery
        )
        lanes = Lanes(conversation.handle)
        watch = Watch(Watching(database, "gallery"), services, Telling(services), now=today)
        calendar = Calendar(DigestRuns(database, "gallery"), answers, now=today)
        studio = Studio(telegram, telegram.person("Ann"), alerts, watch, calendar)
        postman = Postman(Outbox(database, "gallery"), delivery, now=now)
        running = [
            asyncio.create_task(poll(bot, Reception(inbox, lanes))),
            asyncio.create_task(postman.run()),
        ]
        try:
            yield studio
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await lanes.drain(within=1)
            await answers.close()
            await workshop.close()
