"""The whole way from an update to its answer, in this process, with commands made for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import delete
from telegram import Bot

from analytics.errors import Correction, RequestError, SourceError
from analytics.market.histories import Histories
from bot.answering.answers import Answers
from bot.store.buttons import Buttons
from bot.store.database import Database
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.ledger import Ledger
from bot.store.tables import inbox
from bot.telegram.lanes import Lanes
from bot.telegram.receiving.polling import poll
from bot.telegram.receiving.reception import Reception
from bot.telegram.sending.delivery import Delivery
from bot.telegram.talking.conversation import Conversation
from handlers import Book, BookForm, Button, Command, File, Reply, Services, Workshop
from tests.bot.telegram.paces import unpaced
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.test_telegram_sending import picture

NO_SERVICES = Services(
    cast("Histories", None), cast("Workshop", None), now=lambda: datetime.now(UTC)
)
"""The commands here need none; a book may be added."""


@dataclass
class Kitchen:
    """Commands whose answers a test can hold back; counts how often each was computed."""

    held: dict[str, asyncio.Event] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)
    agreed: list[str] = field(default_factory=list)

    def commands(self) -> tuple[Command, ...]:
        return (
            self._command("corr", _two_words, self._picture, placeholder="BTC ETH-PERP 30d"),
            self._command("hedge", _amount, self._text, placeholder="2.5 BTC BTC-INV"),
            self._command("help", str, self._text),
            self._command("long", str, self._long),
            self._command("down", str, self._down),
            self._command("broken", str, self._broken),
            self._command("drift", str, self._text, book_form=BookForm.WHOLE),
            Command("mine", "for tests", "/mine", ("/mine",), str, self._mine, is_personal=True),
            self._command("scan", str, self._text),
            self._command("data", str, self._data),
            self._command("dear", str, self._text, cost=_eight),
            Command(
                "agree",
                "for tests",
                "/agree",
                ("/agree",),
                str,
                self._agree,
                placeholder="to it",
                is_personal=True,
                changes=_always,
            ),
        )

    def _command(self, name: str, parse: Any, answer: Any, **more: Any) -> Command:
        async def answered(query: str, services: Services) -> Reply:
            asked = f"/{name} {query}".strip()
            self.computed.append(asked)
            if name == "scan":
                await services.progress("40 of 200")
            if asked in self.held:
                await self.held[asked].wait()
            return cast("Reply", await answer(asked))

        return Command(
            name=name,
            summary="for tests",
            usage=f"/{name}",
            examples=(f"/{name}",),
            parse=parse,
            answer=answered,
            **more,
        )

    async def _mine(self, _query: str, services: Services) -> Reply:
        return Reply("You are", str(services.asker))

    async def _agree(self, words: str, _services: Services) -> Reply:
        self.agreed.append(words)
        return Reply("", f"Agreed {words}")

    async def _picture(self, asked: str) -> Reply:
        return replace(await self._text(asked), chart=picture())

    async def _text(self, asked: str) -> Reply:
        rows = (
            (Button("7d", f"{asked} 7d"), Button("30d", asked, current=True)),
            (Button("Hedge", "/hedge 1 BTC"), Button("Broken", "/broken"), Button("Bare", "/corr")),
        )
        return Reply(title="Answer to", answer=asked, buttons=rows)

    async def _data(self, asked: str) -> Reply:
        files = (File("a.csv", b"a,b\n1,2\n"), File("c.csv", b"c\n3\n"))
        return replace(await self._picture(asked), files=files)

    async def _long(self, asked: str) -> Reply:
        return Reply(asked, "long", text=tuple("word " * 60 for _ in range(20)))

    async def _down(self, _asked: str) -> Reply:
        raise SourceError("Binance does not answer.", venue="binance")

    async def _broken(self, _asked: str) -> Reply:
        raise ZeroDivisionError("a mistake of ours")


def _eight(_query: object) -> int:
    return 8


def _always(_query: object) -> bool:
    return True


def _two_words(text: str) -> str:
    words = text.split()
    if len(words) < 2 or words[0][0].isdigit():
        fix = Correction("BTC × ETH", "/corr BTC ETH")
        raise RequestError("Which two? For example `/corr BTC ETH`", corrections=(fix,))
    return text


def _amount(text: str) -> str:
    if not text[:1].isdigit():
        raise RequestError("How much? For example `/hedge 2.5 BTC BTC-INV`")
    return text


@dataclass
class Desk:
    """A bot that serves; ``handle`` does by hand what its lanes do."""

    telegram: TelegramEmulator
    kitchen: Kitchen
    conversation: Conversation
    inbox: Inbox
    ledger: Ledger
    lanes: Lanes[StoredUpdate]
    excess: Lanes[StoredUpdate] | None

    async def handle(self, update: StoredUpdate) -> None:
        """Handle an update as if an earlier try had ended before it was struck off."""
        async with self.inbox.database.writing() as connection:
            await connection.execute(delete(inbox).where(inbox.c.update_id == update.update_id))
        await self.inbox.store([update])
        await self.conversation.handle(update)

    async def idle(self) -> None:
        """Return when every update is received and nothing is under way."""
        await self.telegram.until(lambda: self.telegram.queue_size == 0)
        async with asyncio.timeout(10):
            busy = [lanes._queues for lanes in (self.lanes, self.excess) if lanes]
            while any(busy) or await self.inbox.waiting():  # noqa: ASYNC110 - no bell
                await asyncio.sleep(0.005)


@asynccontextmanager
async def desk(
    telegram: TelegramEmulator,
    bot: Bot,
    database: Database,
    book: Book | None = None,
    answers: Answers | None = None,
    **options: Any,
) -> AsyncIterator[Desk]:
    kitchen = Kitchen()
    box, ledger = Inbox(database), Ledger(database)
    conversation = Conversation(
        bot=bot,
        inbox=box,
        answers=answers or Answers(kitchen.commands(), replace(NO_SERVICES, book=book)),
        buttons=Buttons(database),
        delivery=Delivery(bot, ledger, unpaced(database)),
        **options,
    )
    lanes = Lanes(conversation.handle, conversation.places)
    excess = Lanes(conversation.turn_away) if conversation.quotas else None
    polling = asyncio.create_task(poll(bot, Reception(box, lanes, excess)))
    try:
        yield Desk(telegram, kitchen, conversation, box, ledger, lanes, excess)
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await lanes.drain(within=1)
