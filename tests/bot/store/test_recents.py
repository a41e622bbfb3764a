"""What somebody asked last, on either database."""

from sqlalchemy import func, select

from bot.store.chats import former_id, move_chat
from bot.store.database import Database
from bot.store.personal import counts_of
from bot.store.recents import LONGEST_WORDS, MOST_KEPT, Recents
from bot.store.tables import recents


async def test_the_newest_come_first_each_once_and_only_a_few_are_kept(database: Database) -> None:
    kept = Recents(database)
    for words in ("BTC ETH", "BTC SOL", "BTC  ETH", "ADA XRP 30d", "a b", "c d"):
        await kept.remember(-5, 7, words)
    assert await kept.of(-5, 7) == ["c d", "a b", "ADA XRP 30d", "BTC ETH"]
    async with database.reading() as connection:
        total = await connection.execute(select(func.count()).select_from(recents))
        assert total.scalar_one() == MOST_KEPT


async def test_nobody_is_offered_what_others_asked_or_what_was_asked_elsewhere(
    database: Database,
) -> None:
    kept = Recents(database)
    await kept.remember(-5, 7, "BTC ETH")
    assert await kept.of(-5, 8) == []
    assert await kept.of(7, 7) == []


async def test_what_fits_on_no_button_is_not_kept(database: Database) -> None:
    kept = Recents(database)
    await kept.remember(7, 7, "BTC " * LONGEST_WORDS)
    await kept.remember(7, 7, "  ")
    assert await kept.of(7, 7) == []


async def test_it_belongs_to_the_person_and_moves_with_the_group(database: Database) -> None:
    kept = Recents(database)
    await kept.remember(-5, 7, "BTC ETH")
    await kept.remember(-1005, 7, "BTC ETH")
    async with database.reading() as connection:
        assert (await counts_of(connection, 7))["recents"] == 2
    await move_chat(database, -5, -1005)
    assert await kept.of(-1005, 7) == ["BTC ETH", "BTC ETH"]
    assert await former_id(database, -1005) == -5
    assert await former_id(database, -5) is None
