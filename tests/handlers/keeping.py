"""Commands that look after the bot's own memory, on a real database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from analytics.market.prices import PriceSource
from analytics.market.simulated import SimulatedPrices
from bot.app import POISONED
from bot.health.metrics import Metrics
from bot.health.venue_diary import VenueDiary
from bot.health.wellbeing import Wellbeing
from bot.store.clock import ms_of, now_ms
from bot.store.contents import keep_content
from bot.store.database import Database
from bot.store.ledger import Ledger
from bot.store.mail import SqlMail
from bot.store.memory import SqlMemory
from bot.store.tables import alerts, digests
from handlers import Reply, Services
from tests.handlers.asking import NOW, services

STARTED = NOW - timedelta(hours=3, minutes=12)


def keeping(
    database: Database, *, source: PriceSource | None = None, diary: VenueDiary | None = None
) -> Services:
    """Services with everything that these commands look at."""
    source = source or SimulatedPrices(clock=lambda: NOW)
    diary = diary or VenueDiary(lambda: NOW)
    health = Wellbeing(source, database, Metrics(), diary, STARTED, "1.2.3")
    mail, memory = SqlMail(database, POISONED), SqlMemory(database)
    return replace(services(source), health=health, mail=mail, memory=memory)


async def sent_in_doubt(database: Database, key: str, chat: int, *, says: str | None) -> None:
    """A message of which nobody knows whether it arrived; with words it is a letter's."""
    content = None
    if says is not None:
        async with database.writing() as connection:
            content = await keep_content(database, connection, Reply("Digest", says))
    sent = Ledger(database)
    await sent.intend(key, chat_id=chat, content_id=content)
    await sent.doubt(key, note="the connection broke")


async def subscribed(database: Database, chat: int, *, why: str | None = None, n: int = 1) -> None:
    """A digest and an alert of a chat, paused for a reason if one is given."""
    due = ms_of(NOW + timedelta(days=300))
    common: dict[str, Any] = {"chat_id": chat, "owner_id": chat, "number": n, "paused_why": why}
    common |= {"created_ms": 1, "attempts": 4 if why else 0, "occasion": f"update:{chat}:{n}"}
    daily = {"question": "/digest BTC ETH", "minute": 480, "zone": "UTC", "due_ms": due}
    watch = {"rule": "BTC ETH corr<0.6", "measure": "m", "state": '{"phase": "normal"}'}
    async with database.writing() as connection:
        await connection.execute(insert(digests).values(common | daily))
        await connection.execute(
            insert(alerts).values(common | watch | {"check_ms": due, "expires_ms": now_ms()})
        )
