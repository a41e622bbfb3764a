"""What a chat keeps of its digests, each on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.store.chats import close_chat, move_chat, open_chat
from bot.store.claimed_digests import Settled
from bot.store.database import Database, open_database
from bot.store.digest_runs import DigestRuns
from bot.store.digests import SqlDigests
from bot.store.tables import outbox
from handlers import Reply, Room
from handlers._daily.digest import MOST_DIGESTS, Digest, NewDigest, TooManyDigestsError
from handlers._daily.schedule import DailyTime

DUE = datetime(2026, 11, 5, 7, tzinfo=UTC)
BERLIN = DailyTime(480, "Europe/Berlin")


def new(
    occasion: str, *, chat_id: int = -5, question: str = "/digest ETH BTC-PERP 30d"
) -> NewDigest:
    return NewDigest(3, Room(chat_id, 7), question, BERLIN, DUE, occasion)


async def test_a_digest_survives_a_restart(database_url: str) -> None:
    first = await open_database(database_url)
    made = await SqlDigests(first).add(new("update:1"))
    assert made == Digest(made.id, 1, 3, Room(-5, 7), "/digest ETH BTC-PERP 30d", BERLIN, DUE)
    await first.close()
    second = await open_database(database_url)
    assert await SqlDigests(second).of_chat(-5) == [made]
    assert await SqlDigests(second).of_chat(-6) == [], "nobody else's"
    await second.close()


async def test_a_repeated_request_makes_no_second_digest(database: Database) -> None:
    kept = SqlDigests(database)
    made = await kept.add(new("update:1"))
    assert await kept.add(new("update:1")) == made
    assert await kept.of_chat(-5) == [made]


async def test_a_number_is_never_given_twice(database: Database) -> None:
    kept = SqlDigests(database)
    first, second = [await kept.add(new(f"update:{i}")) for i in range(2)]
    elsewhere = await kept.add(new("update:9", chat_id=8))
    await kept.delete([second.id])
    third = await kept.add(new("update:3"))
    assert (first.number, second.number, third.number, elsewhere.number) == (1, 2, 3, 1)


async def test_a_chat_has_a_limit_and_a_refusal_takes_no_number(database: Database) -> None:
    kept = SqlDigests(database)
    for i in range(MOST_DIGESTS):
        await kept.add(new(f"update:{i}"))
    with pytest.raises(TooManyDigestsError, match="20 digests"):
        await kept.add(new("one more"))
    assert (await kept.add(new("update:0"))).number == 1, "a repeat is no new one"
    await kept.add(new("elsewhere", chat_id=8))
    await kept.delete([(await kept.of_chat(-5))[0].id])
    assert (await kept.add(new("again"))).number > MOST_DIGESTS


async def test_changes_leave_everything_else_as_it_is(database: Database) -> None:
    kept = SqlDigests(database)
    made = await kept.add(new("update:1"))
    reworded = await kept.reword(made.id, "/digest SOL BTC-PERP 30d")
    assert reworded is not None
    assert reworded.question == "/digest SOL BTC-PERP 30d"
    later = DUE.replace(hour=9)
    moved = await kept.move(made.id, DailyTime(570, "UTC"), later)
    assert moved is not None
    assert (moved.at, moved.due, moved.question) == (
        DailyTime(570, "UTC"),
        later,
        reworded.question,
    )
    resumed = await kept.resume(made.id, DUE, date(2026, 11, 4))
    assert resumed is not None
    assert (resumed.last, resumed.paused_why, resumed.at) == (date(2026, 11, 4), None, moved.at)
    await kept.delete([made.id])
    assert await kept.reword(made.id, "/digest") is None


async def computed(database: Database) -> tuple[DigestRuns, Settled]:
    """A digest whose answer is there, and not yet written down."""
    await SqlDigests(database).add(new("update:1"))
    runs = DigestRuns(database, "one")
    [[claimed]] = await runs.claim(DUE, most=1, is_alone=False)
    return runs, Settled(claimed, date(2026, 11, 5), DUE + timedelta(days=1))


async def letters(database: Database) -> list[tuple[str, int]]:
    async with database.reading() as connection:
        return [(row.key, row.chat_id) for row in await connection.execute(select(outbox))]


async def test_a_digest_whose_chat_closed_while_it_was_computed_comes_when_that_opens(
    database: Database,
) -> None:
    runs, settled = await computed(database)
    async with database.writing() as connection:
        await close_chat(database, connection, -5, "blocked")
    assert await runs.settle([settled], Reply("Digest", "of today"), now=DUE) == 0
    assert await letters(database) == []
    assert await open_chat(database, -5, now=DUE + timedelta(hours=1))
    [[again]] = await runs.claim(DUE + timedelta(hours=1), most=1, is_alone=False)
    assert again.last != date(2026, 11, 5), "today's is still owed"


async def test_a_digest_of_a_group_that_moved_meanwhile_goes_where_that_is_now(
    database: Database,
) -> None:
    runs, settled = await computed(database)
    await move_chat(database, -5, -1005)
    assert await runs.settle([settled], Reply("Digest", "of today"), now=DUE) == 1
    assert await letters(database) == [("digest:1:2026-11-05", -1005)]


async def test_a_digest_that_asks_something_else_meanwhile_is_made_anew(
    database: Database,
) -> None:
    runs, settled = await computed(database)
    assert await SqlDigests(database).reword(settled.claimed.id, "/digest SOL ETH 30d")
    assert await runs.settle([settled], Reply("Digest", "of today"), now=DUE) == 0
    assert await letters(database) == [], "its pairs are others by now"
    [[again]] = await runs.claim(DUE, most=1, is_alone=False)
    assert again.question == "/digest SOL ETH 30d"
    assert again.last == settled.claimed.last, "today's is still owed"
