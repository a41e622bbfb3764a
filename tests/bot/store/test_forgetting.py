"""Forgetting somebody: what goes, what stays, and that it ends well however it is interrupted."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot.store.alerts import SqlAlerts
from bot.store.claimed_digests import Settled
from bot.store.clock import now_ms
from bot.store.contents import keep_content
from bot.store.database import Database, open_database
from bot.store.digest_runs import DigestRuns
from bot.store.digests import SqlDigests
from bot.store.forgetting import CLOSED_CHATS_FOR, Farewells
from bot.store.letters import Kind
from bot.store.personal import personal_tables
from bot.store.tables import (
    alerts,
    book,
    buttons,
    chats,
    contents,
    digests,
    ledger,
    outbox,
)
from bot.store.watching import Settled as Seen
from bot.store.watching import Watching, Word
from handlers import Reply, Room
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.states import State
from tests.bot.store.lives import ANN, BEN, DESK, _lived, count, forgotten, letter, live
from tests.bot.store.test_moving import row
from tests.traces import in_files, in_tables, spellings


async def test_nothing_of_a_person_is_left_in_any_table(database: Database) -> None:
    await live(database, ANN)
    assert set(await in_tables(database, str(ANN))) >= {t.name for t in personal_tables()} - {
        "farewells"
    }
    await forgotten(database, ANN)
    assert await Farewells(database).look() == 1
    assert await in_tables(database, str(ANN)) == {}


async def test_what_is_somebody_elses_stays(database: Database) -> None:
    await live(database, ANN)
    await live(database, BEN, seed=2)
    before = await in_tables(database, str(BEN))
    await forgotten(database, ANN)
    await Farewells(database).look()
    assert await in_tables(database, str(BEN)) == before


async def test_what_somebody_set_in_a_group_is_the_groups_afterwards(database: Database) -> None:
    await live(database, ANN)
    await forgotten(database, ANN)
    await Farewells(database).look()
    for table in (digests, alerts, outbox):
        assert await count(database, table, table.c.chat_id == DESK) == 1, table.name
        assert await count(database, table, table.c.owner_id == DESK) == 1, table.name
    assert await count(database, buttons) == 0, "a button is its owner's alone"


async def test_a_group_is_forgotten_and_its_members_are_not(database: Database) -> None:
    await live(database, ANN)
    async with database.writing() as connection:
        await connection.execute(insert(chats).values(chat_id=DESK, settings="{}"))
    await forgotten(database, DESK)
    await Farewells(database).look()
    assert await in_tables(database, str(DESK)) == {}
    assert await count(database, book, book.c.owner_id == ANN) == 1
    assert await count(database, digests, digests.c.chat_id == ANN) == 1


@pytest.mark.slow
async def test_the_bytes_of_the_file_and_its_log_hold_no_trace(tmp_path: Path) -> None:
    """Rows of many people lie between each other on the pages, and move when pages are split."""
    database = await open_database(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}")
    # With these lots the scraps are there: without writing the file anew the test fails.
    lots = random.Random(3)
    people = [ANN, *(lots.randrange(5 * 10**9, 9 * 10**9) for _ in range(40))]
    for seed in range(25):
        for person in lots.sample(people, len(people)):
            await _write(database, person, lots, seed)
    needles = spellings(ANN) | {"words": b"alone with ANN"}
    assert in_files(tmp_path, needles), "it is there before"
    await forgotten(database, ANN)
    assert await Farewells(database).look() == 1
    assert await database.truncate_log()
    assert in_files(tmp_path, needles), "scraps in pages that were split"
    await database.rewrite()
    assert await database.truncate_log()
    assert in_files(tmp_path, needles) == {}
    await database.close()
    assert in_files(tmp_path, needles) == {}


async def _write(database: Database, person: int, lots: random.Random, seed: int) -> None:
    words = "alone with ANN" if person == ANN else "with others"
    async with database.writing() as connection:
        for table in (buttons, ledger, digests, alerts, outbox):
            known = _lived(table, person, person, f"{person}:{seed}:{table.name}")
            made = row(table, seed, **known)
            made |= {
                c: f"{words} {'x' * lots.randrange(900)}"
                for c in ("question", "rule", "note", "remark")
                if c in table.c
            }
            if "key" in made:
                made["key"] = f"{lots.random()}"
            await connection.execute(insert(table).values(made))
        for table in (buttons, digests):
            grown = f"{words} {'y' * lots.randrange(2000)}"
            mine = table.c.owner_id == person
            await connection.execute(update(table).where(mine).values(question=grown))
        if seed == 0:
            await connection.execute(insert(chats).values(chat_id=person, settings="{}"))
            await connection.execute(
                insert(book).values(owner_id=person, name="main", position=words, changed_ms=1)
            )


async def test_the_next_process_empties_the_log_that_the_last_one_left(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}")
    await live(database, ANN)
    await forgotten(database, ANN)
    await Farewells(database).look()
    assert in_files(tmp_path, spellings(ANN)), "killed here, the log would still have it"

    async def once(_seconds: float) -> None:
        raise StopAsyncIteration

    with pytest.raises(StopAsyncIteration):
        await Farewells(database, sleep=once).run()
    assert in_files(tmp_path, spellings(ANN)) == {}
    await database.close()


async def test_words_that_others_are_told_too_stay_and_those_of_nobody_go(
    database: Database,
) -> None:
    shared, own, orphaned = Reply("All", "the same"), Reply("Mine", "alone"), Reply("Was", "told")
    await letter(database, "digest:1", chat=ANN, owner=ANN, says=shared)
    await letter(database, "digest:2", chat=BEN, owner=BEN, says=shared)
    await letter(database, "digest:3", chat=ANN, owner=ANN, says=own)
    async with database.writing() as connection:
        await keep_content(database, connection, orphaned)
    await forgotten(database, ANN)
    await Farewells(database).look()
    async with database.reading() as connection:
        replies = (await connection.execute(select(contents.c.reply))).scalars().all()
    assert len(replies) == 1
    assert "the same" in replies[0]


async def test_a_chat_that_is_closed_for_long_is_forgotten(database: Database) -> None:
    long_ago = now_ms() - int(CLOSED_CHATS_FOR.total_seconds() * 1000)
    await live(database, ANN)
    await live(database, BEN, seed=2)
    async with database.writing() as connection:
        for who, closed in ((ANN, long_ago - 1000), (BEN, long_ago + 100_000)):
            gone = {"closed_why": "the user blocked the bot", "closed_ms": closed}
            await connection.execute(update(chats).where(chats.c.chat_id == who).values(gone))
    parting = Farewells(database)
    assert await parting.forget_closed() == 1
    assert await parting.look() == 1
    assert await in_tables(database, str(ANN)) == {}
    assert await count(database, chats, chats.c.chat_id == BEN) == 1


async def test_what_is_being_looked_at_for_a_group_is_told_under_the_groups_number(
    database: Database,
) -> None:
    """Whoever looks has read whose it was; the letter says whose it is by now."""
    room, noon = Room(DESK), datetime(2026, 11, 2, 12, tzinfo=UTC)
    watched = NewAlert(ANN, room, rule_of("ETH BTC-PERP corr<0.6"), State(), noon, noon, "update:1")
    daily = NewDigest(ANN, room, "/digest ETH BTC-PERP", DailyTime(480, "UTC"), noon, "update:2")
    await SqlAlerts(database).add(watched)
    await SqlDigests(database).add(daily)
    watching, runs = Watching(database, "one"), DigestRuns(database, "one")
    looked = await watching.claimed(noon)
    [[due]] = await runs.claim(noon, most=1, is_alone=True)
    assert looked
    await forgotten(database, ANN)
    words = (Word("alert:1:1:1:fired", Reply("Fired", "0.5"), Kind.ALERT),)
    outcome = Seen(looked.alerts[0], State(), noon + timedelta(hours=1), words)
    assert await watching.settle([outcome], noon)
    settled = Settled(due, noon.date(), noon + timedelta(days=1))
    assert await runs.settle([settled], Reply("Digest", "as usual"), now=noon) == 1
    assert await count(database, outbox, outbox.c.owner_id == DESK) == 2
    await Farewells(database).look()
    assert await in_tables(database, str(ANN)) == {}
