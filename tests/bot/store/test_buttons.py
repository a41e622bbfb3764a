"""Questions behind buttons, on both databases."""

import re

from sqlalchemy import select, text, update

from bot.store.buttons import LIFETIME, Buttons, StoredButton
from bot.store.chats import move_chat
from bot.store.clock import MILLISECOND, now_ms
from bot.store.database import Database
from bot.store.ledger import Ledger
from bot.store.memory import RETENTION
from bot.store.tables import buttons


async def test_a_button_stands_for_its_question(database: Database) -> None:
    shelf = Buttons(database)
    stored = [StoredButton(-5, 7, "/corr BTC ETH 7d"), StoredButton(-5, 7, "/hedge $10k 🟢")]
    tokens = await shelf.tokens(stored)
    assert [await shelf.button(token) for token in tokens] == stored
    assert await shelf.tokens([]) == []


async def test_tokens_cannot_be_guessed_and_fit_telegram(database: Database) -> None:
    shelf = Buttons(database)
    same = StoredButton(1, 1, "/help")
    tokens = await shelf.tokens([same] * 500)
    assert len(set(tokens)) == 500
    assert all(re.fullmatch(r"[\w-]{16}", token) for token in tokens), "96 random bits"
    near = [tokens[0][:-1], tokens[0] + "A", tokens[0].swapcase(), "", "' OR 1=1 --", "%", "🟢"]
    assert [await shelf.button(token) for token in near] == [None] * len(near)


async def test_a_button_expires(database: Database) -> None:
    shelf = Buttons(database)
    old, new = await shelf.tokens([StoredButton(1, 1, "/help")] * 2)
    async with database.writing() as connection:
        expired = update(buttons).where(buttons.c.token == old)
        row = (await connection.execute(select(buttons.c.expires_ms))).scalars().first()
        assert abs(row - now_ms() - LIFETIME // MILLISECOND) < 60_000
        await connection.execute(expired.values(expires_ms=now_ms()))
    assert await shelf.button(old) is None
    known = await shelf.known(old)
    assert known
    assert (known.is_expired, known.stored.question) == (True, "/help")
    await shelf.prune()
    assert await shelf.known(old), "for a while it still says what to send again"
    async with database.writing() as connection:
        # Made as long ago as people are told that a button is kept.
        made = now_ms() - RETENTION.buttons // MILLISECOND
        await connection.execute(expired.values(expires_ms=made + LIFETIME // MILLISECOND))
    await shelf.prune()
    assert await shelf.button(new)
    async with database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM buttons"))).scalar() == 1


async def test_a_group_takes_its_buttons_and_messages_along(database: Database) -> None:
    shelf, book = Buttons(database), Ledger(database)
    stored = [StoredButton(-5, 7, "/a"), StoredButton(-5, -5, "/b"), StoredButton(-6, 7, "/c")]
    tokens = await shelf.tokens(stored)
    await book.intend("k", chat_id=-5)
    await move_chat(database, -5, -1005)
    assert [await shelf.button(token) for token in tokens] == [
        StoredButton(-1005, 7, "/a"),
        StoredButton(-1005, -1005, "/b"),
        StoredButton(-6, 7, "/c"),
    ]
    entry = await book.entry("k")
    assert entry
    assert entry.chat_id == -1005
