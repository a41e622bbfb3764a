"""Forgetting somebody: what goes, what stays, and that it ends well however it is interrupted."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update

from bot.store.alerts import SqlAlerts
from bot.store.buttons import Buttons, StoredButton
from bot.store.claimed_digests import Settled
from bot.store.clock import now_ms
from bot.store.contents import keep_content, name_of
from bot.store.database import Database, open_database
from bot.store.digest_runs import DigestRuns
from bot.store.digests import SqlDigests
from bot.store.forgetting import CLOSED_CHATS_FOR, Farewells, forget
from bot.store.gates import Gates, Limit, Rate
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.ledger import Ledger
from bot.store.letters import Kind, Letter, post
from bot.store.memory import SqlMemory
from bot.store.outbox import Outbox
from bot.store.personal import personal_tables
from bot.store.tables import (
    alerts,
    book,
    buttons,
    chats,
    contents,
    digests,
    farewells,
    gates,
    ledger,
    metadata,
    outbox,
)
from bot.store.watching import Settled as Seen
from bot.store.watching import Watching, Word
from handlers import Reply, Room
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._memory import FORGET_CONFIRMED
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.states import State
from tests.bot.store.test_moving import row
from tests.handlers.asking import somebody
from tests.traces import in_files, in_tables, spellings

ANN, BEN, DESK = 6_123_456_789, 6_987_654_321, -1_001_234_567_890
REQUEST = 900


async def live(database: Database, person: int, *, seed: int = 1, elsewhere: int = DESK) -> None:
    """Leave a row in every table that has somebody in it, in private and in a group."""
    async with database.writing() as connection:
        for number, chat in enumerate((person, elsewhere)):
            for table in personal_tables():
                is_one_a_chat = {"chat_id", "owner_id"} & set(table.primary_key.columns.keys())
                if table is farewells or (number and (is_one_a_chat or table is ledger)):
                    continue
                known = _lived(table, chat, person, f"{person}:{chat}:{seed}")
                await connection.execute(insert(table).values(row(table, seed, **known)))
        content = await keep_content(database, connection, Reply("For", f"{person} alone {seed}"))
        await connection.execute(
            update(ledger).where(ledger.c.chat_id == person).values(content_id=content)
        )
        shut = database.insert(gates).values(name=f"chat:{person}", due_us=seed)
        await connection.execute(shut.on_conflict_do_nothing())


def _lived(table: Table, chat: int, person: int, name: str) -> dict[str, Any]:
    known: dict[str, Any] = {"chat_id": chat, "owner_id": person}
    keys = ("key", "token", "occasion", "name")
    known |= dict.fromkeys(keys, name_of(name))
    known |= {"state": "{}", "settings": "{}", "holder": None, "created_ms": 1, "expires_ms": 1}
    if table is ledger:
        known["state"] = "sent"
    known["id"] = int(name_of(name)[:7], 16)
    return {column: value for column, value in known.items() if column in table.c}


async def forgotten(database: Database, who: int, *, update_id: int = 0) -> None:
    async with database.writing() as connection:
        await forget(database, connection, who, update_id=update_id)


async def count(database: Database, table: Table, *where: Any) -> int:
    async with database.reading() as connection:
        question = select(func.count()).select_from(table).where(*where)
        return int((await connection.execute(question)).scalar_one())


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


async def asks(database: Database, update_id: int, *, lane: int, words: str = "") -> Inbox:
    inbox = Inbox(database)
    await inbox.store([StoredUpdate(update_id, lane, f'{{"text": "{words}"}}')])
    return inbox


async def test_traces_go_when_the_request_is_answered_and_not_before(database: Database) -> None:
    inbox = await asks(database, REQUEST, lane=ANN)
    await forgotten(database, ANN, update_id=REQUEST)
    sent = Ledger(database)
    await sent.intend(f"reply:{REQUEST}:0", chat_id=ANN)
    assert await Farewells(database).look() == 0
    assert await sent.entry(f"reply:{REQUEST}:0"), "else it could be sent twice"
    await sent.confirm(f"reply:{REQUEST}:0", message_id=1)
    await inbox.finish(REQUEST)
    assert await Farewells(database).look() == 1
    assert await in_tables(database, str(ANN)) == {}
    assert await Farewells(database).look() == 0


async def test_a_tap_that_is_handled_twice_finds_its_button_twice(database: Database) -> None:
    kept = [StoredButton(ANN, ANN, question) for question in (FORGET_CONFIRMED, "/privacy")]
    confirming, other = await Buttons(database).tokens(kept)
    inbox = await asks(database, REQUEST, lane=ANN)
    for _ in range(2):
        await forgotten(database, ANN, update_id=REQUEST)
        assert await Buttons(database).button(confirming)
        assert await Buttons(database).button(other) is None
    await inbox.finish(REQUEST)
    await Farewells(database).look()
    assert await Buttons(database).button(confirming) is None


async def test_what_was_asked_before_in_a_group_is_waited_for(database: Database) -> None:
    inbox = await asks(database, REQUEST - 1, lane=DESK, words=f"from {ANN}")
    await asks(database, REQUEST + 1, lane=DESK, words=f"from {ANN}")
    await forgotten(database, ANN, update_id=REQUEST)
    assert await Farewells(database).look() == 0
    await Buttons(database).tokens([StoredButton(DESK, ANN, "/corr BTC ETH")])
    await inbox.finish(REQUEST - 1)
    assert await Farewells(database).look() == 1, "later questions are for the new acquaintance"
    assert await count(database, buttons) == 0


async def test_who_comes_back_at_once_keeps_what_is_new(database: Database) -> None:
    await live(database, ANN)
    inbox = await asks(database, REQUEST, lane=ANN)
    await forgotten(database, ANN, update_id=REQUEST)
    await inbox.finish(REQUEST)
    await live(database, ANN, seed=3)
    async with database.writing() as connection:
        soon = now_ms() + 60_000
        for table in (ledger, outbox):
            await connection.execute(update(table).values(created_ms=soon))
        await connection.execute(update(buttons).values(expires_ms=2 * soon))
    before = await in_tables(database, str(ANN))
    assert await Farewells(database).look() == 1
    after = await in_tables(database, str(ANN))
    for gone in ("farewells", "gates", "contents"):
        before.pop(gone)
    assert after == before | {"contents": 1}, "new words stay, old ones go"


async def test_an_answer_on_its_way_to_who_came_back_keeps_its_ledger(database: Database) -> None:
    """Something old holds the parting up; meanwhile a new question is being answered."""
    inbox = await asks(database, REQUEST, lane=ANN)
    older = await asks(database, REQUEST - 1, lane=DESK, words=f"from {ANN}")
    await forgotten(database, ANN, update_id=REQUEST)
    await inbox.finish(REQUEST)
    async with database.writing() as connection:
        await connection.execute(update(farewells).values(asked_ms=now_ms() - 9000))
        answered = now_ms() - 5000
        await connection.execute(
            metadata.tables["inbox"]
            .update()
            .values(finished_ms=answered)
            .where(metadata.tables["inbox"].c.update_id == REQUEST)
        )
    await Ledger(database).intend("reply:901:0", chat_id=ANN)
    await Ledger(database).intend("digest:1:2026-11-04:0", chat_id=ANN)
    assert await Farewells(database).look() == 0
    await older.finish(REQUEST - 1)
    assert await Farewells(database).look() == 1
    assert await Ledger(database).entry("reply:901:0")
    assert await Ledger(database).entry("digest:1:2026-11-04:0") is None


async def letter(database: Database, key: str, *, chat: int, owner: int, says: Reply) -> None:
    async with database.writing() as connection:
        content = await keep_content(database, connection, says)
        one = Letter(key, Room(chat), owner, content, Kind.DIGEST, now_ms())
        await post(database, connection, [one])


async def test_a_letter_that_is_being_sent_is_waited_for(database: Database) -> None:
    mine, others = Outbox(database, "one"), Reply("Ours", "together")
    await letter(database, "digest:1", chat=ANN, owner=ANN, says=others)
    await letter(database, "digest:2", chat=DESK, owner=ANN, says=others)
    held = await mine.claim(5)
    assert len(held) == 2
    await forgotten(database, ANN)
    assert await Farewells(database).look() == 0
    await mine.finish("digest:1")
    await mine.postpone("digest:2", 0)
    assert await Farewells(database).look() == 1
    assert await count(database, outbox, outbox.c.owner_id == DESK) == 1, "the group's stays"
    assert await count(database, contents) == 1, "its words too"


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


async def test_a_limit_that_is_shut_is_waited_for(database: Database) -> None:
    limit = Limit(f"chat:{ANN}", Rate(interval=30.0))
    await Gates(database).reserve(Limit("bot", Rate(0.04)), [limit])
    await forgotten(database, ANN)
    assert await Farewells(database).look() == 0
    assert set(await in_tables(database, str(ANN))) == {"farewells", "gates"}
    async with database.writing() as connection:
        await connection.execute(update(gates).values(due_us=1))
    assert await Farewells(database).look() == 1


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


async def test_the_request_is_found_again_by_its_occasion(database: Database) -> None:
    await live(database, ANN)
    await SqlMemory(database).forget(somebody(ANN, occasion=f"edit:{REQUEST}"))
    async with database.reading() as connection:
        [promised] = await connection.execute(select(farewells))
    assert (promised.chat_id, promised.update_id) == (ANN, REQUEST)
    assert await SqlAlerts(database).of_chat(ANN) == []


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


async def test_two_admins_who_ask_at_once_are_both_answered_and_forgotten(
    database: Database,
) -> None:
    inbox = await asks(database, REQUEST, lane=DESK)
    await asks(database, REQUEST + 1, lane=DESK)
    for number in (REQUEST + 1, REQUEST):
        await forgotten(database, DESK, update_id=number)
        await Ledger(database).intend(f"reply:{number}:0", chat_id=DESK)
    await inbox.finish(REQUEST)
    assert await Farewells(database).look() == 0
    await inbox.finish(REQUEST + 1)
    assert await Farewells(database).look() == 1
    assert await in_tables(database, str(DESK)) == {}
