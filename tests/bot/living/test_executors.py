"""Processes that live, die, and are taken for dead; each on both databases."""

import asyncio
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Table, insert, select, update

from bot.living.heartbeat import TIDY_EVERY_S, Heartbeat
from bot.store.clock import MILLISECOND, database_now_ms, now_ms
from bot.store.database import Database
from bot.store.executors import DEAD_AFTER, HELD, Executors, ReplacedError
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.ledger import Ledger, State
from bot.store.tables import alerts, computations, digests, executors, inbox, outbox

SUBSCRIBED = {"chat_id": 1, "owner_id": 1, "number": 1, "occasion": "o", "created_ms": 0}
ROWS = (
    (inbox, {"update_id": 1, "lane": 1, "payload": "{}", "received_ms": 0}),
    (
        outbox,
        {"key": "k", "chat_id": 1, "owner_id": 1, "content_id": "c", "kind": "digest"}
        | {"due_ms": 0, "created_ms": 0},
    ),
    (digests, SUBSCRIBED | {"question": "q", "minute": 0, "zone": "UTC", "due_ms": 0}),
    (
        alerts,
        SUBSCRIBED | {"rule": "r", "measure": "m", "state": "{}", "check_ms": 0, "expires_ms": 0},
    ),
    (computations, {"key": "k", "made_ms": 0}),
)


async def hold_one_of_each(database: Database, holder: str) -> None:
    async with database.writing() as connection:
        for table, row in ROWS:
            await connection.execute(insert(table).values(holder=holder, **row))


async def holders(database: Database, table: Table) -> list[str | None]:
    async with database.reading() as connection:
        return list((await connection.execute(select(table.c.holder))).scalars())


async def silence(database: Database, *names: str) -> None:
    """Let the last beat of these lie longer ago than the living are silent."""
    async with database.writing() as connection:
        long_ago = await database_now_ms(connection) - DEAD_AFTER // MILLISECOND - 1
        silent = update(executors).where(executors.c.name.in_(names))
        await connection.execute(silent.values(beat_ms=long_ago))


def test_every_table_with_a_holder_is_rescued() -> None:
    assert {table for table, _ in ROWS} == set(HELD)
    with_holder = {t for t in inbox.metadata.tables.values() if "holder" in t.c}
    assert {table.name for table in with_holder - set(HELD)} == {"ledger", "leases"}


async def test_the_clock_of_the_database_goes_on_within_a_transaction(database: Database) -> None:
    async with database.reading() as connection:
        first = await database_now_ms(connection)
        assert abs(first - now_ms()) < 60_000
        async with asyncio.timeout(10):
            while await database_now_ms(connection) <= first:
                pass


async def test_one_of_many_survivors_frees_all_that_the_dead_one_held(database: Database) -> None:
    survivors = [Executors(database, f"alive {number}") for number in range(6)]
    for each in (*survivors, Executors(database, "dead")):
        await each.register()
    await hold_one_of_each(database, "dead")
    await Ledger(database, "dead").intend("reply:1:0", chat_id=1)
    await Ledger(database, "alive 1").intend("reply:2:0", chat_id=1)
    assert not (await survivors[0].rescue()).dead
    await silence(database, "dead")
    freed = await asyncio.gather(*(each.rescue() for each in survivors))
    assert [list(each.dead) for each in freed if each.dead] == [["dead"]]
    assert [key for each in freed for key in each.doubtful] == ["reply:1:0"]
    for table in HELD:
        assert await holders(database, table) == [None], table.name
    book = Ledger(database)
    assert [entry.key for entry in await book.in_doubt()] == ["reply:1:0"]
    alive = await book.entry("reply:2:0")
    assert alive
    assert alive.state is State.INTENT


async def test_the_living_keep_their_work(database: Database) -> None:
    alive, other = Executors(database, "alive"), Executors(database, "other")
    for each in (alive, other):
        await each.register()
    await hold_one_of_each(database, "alive")
    await silence(database, "alive")
    await alive.beat()
    assert not (await other.rescue()).dead
    assert not (await other.tidy()).doubtful
    for table in HELD:
        assert await holders(database, table) == ["alive"], table.name


async def test_the_silent_one_does_not_declare_itself_dead(database: Database) -> None:
    alone = Executors(database, "alone")
    await alone.register()
    await silence(database, "alone")
    assert not (await alone.rescue()).dead


async def test_a_restart_under_the_same_name_heals_at_once(database: Database) -> None:
    await Executors(database, "a", started_ms=1).register()
    await hold_one_of_each(database, "a")
    await Ledger(database, "a").intend("reply:1:0", chat_id=1)
    freed = await Executors(database, "a", started_ms=2).register()
    assert freed.doubtful == ["reply:1:0"]
    for table in HELD:
        assert await holders(database, table) == [None], table.name


async def test_an_intent_of_a_version_without_names_is_doubted(database: Database) -> None:
    await Ledger(database, None).intend("reply:1:0", chat_id=1)  # type: ignore[arg-type]
    assert (await Executors(database, "a").register()).doubtful == ["reply:1:0"]


async def test_one_that_was_taken_for_dead_comes_back(database: Database) -> None:
    slow, other = Executors(database, "slow"), Executors(database, "other")
    await slow.register()
    await other.register()
    await silence(database, "slow")
    assert (await other.rescue()).dead == ["slow"]
    await slow.beat()
    assert not (await other.rescue()).dead
    async with database.reading() as connection:
        names = (await connection.execute(select(executors.c.name))).scalars()
        assert set(names) == {"slow", "other"}


async def test_what_a_ghost_took_before_it_died_for_good_is_found(database: Database) -> None:
    alive = Executors(database, "alive")
    await alive.register()
    await hold_one_of_each(database, "ghost")
    await Ledger(database, "ghost").intend("reply:1:0", chat_id=1)
    assert not (await alive.rescue()).dead
    assert (await alive.tidy()).doubtful == ["reply:1:0"]
    for table in HELD:
        assert await holders(database, table) == [None], table.name


async def test_the_later_of_two_with_one_name_stays(database: Database) -> None:
    earlier = Executors(database, "a", started_ms=1)
    later = Executors(database, "a", started_ms=2)
    await earlier.register()
    await later.register()
    await later.beat()
    with pytest.raises(ReplacedError, match="work as a"):
        await earlier.beat()
    await hold_one_of_each(database, "a")
    await earlier.leave()
    await later.beat()
    assert await holders(database, inbox) == ["a"], "the work of the later one is not touched"


async def test_who_leaves_leaves_nothing_behind(database: Database) -> None:
    leaving, staying = Executors(database, "leaving"), Executors(database, "staying")
    await leaving.register()
    await staying.register()
    await hold_one_of_each(database, "leaving")
    await leaving.leave()
    for table in HELD:
        assert await holders(database, table) == [None], table.name
    await silence(database, "leaving")
    assert not (await staying.rescue()).dead


async def test_an_orderly_end_that_is_cut_off_counts_against_no_letter_digest_or_alert(
    database: Database,
) -> None:
    leaving, others = Executors(database, "leaving"), Executors(database, "others")
    for process in (leaving, others):
        await process.register()
    await hold_one_of_each(database, "leaving")
    begun = (outbox, digests, alerts)
    for attempts, process in ((2, others), (1, leaving)):
        async with database.writing() as connection:
            for table in begun:
                await connection.execute(update(table).values(attempts=2))
        await process.leave()
        async with database.reading() as connection:
            for table in begun:
                found = (await connection.execute(select(table.c.attempts))).scalars()
                assert list(found) == [attempts], (table.name, process.name)


async def test_free_chats_are_taken_once_and_whole(database: Database) -> None:
    dead, process = Inbox(database, "dead"), Executors(database, "dead")
    await process.register()
    await dead.store([StoredUpdate(number, number % 30, "{}") for number in range(120)])
    boxes = [Inbox(database, f"alive {number}") for number in range(3)]
    for box in boxes:
        await Executors(database, box.holder).register()
    assert not any([await box.take() for box in boxes])
    await process.leave()
    assert sorted(await asyncio.gather(*(box.take() for box in boxes))) == [False, False, True]
    [mine] = [held for box in boxes if (held := await box.held())]
    assert [item.update_id for item in mine] == list(range(120))


async def test_a_chat_stays_with_the_process_that_is_busy_with_it(database: Database) -> None:
    one, two = Inbox(database, "one"), Inbox(database, "two")
    first, second, other = (StoredUpdate(n, lane, "{}") for n, lane in ((1, 7), (2, 7), (3, 8)))
    assert await one.store([first]) == [first]
    assert await two.store([second, other]) == [other], "the second waits behind the first"
    assert await one.held() == [first, second]
    await one.finish(1)
    await one.finish(2)
    third = StoredUpdate(4, 7, "{}")
    assert await two.store([third]) == [third], "nobody was busy any more"


async def test_an_update_of_a_free_chat_waits_behind_its_elders(database: Database) -> None:
    one, two = Inbox(database, "one"), Inbox(database, "two")
    process = Executors(database, "one")
    await process.register()
    await one.store([StoredUpdate(1, 7, "{}")])
    await process.leave()
    assert await two.store([StoredUpdate(2, 7, "{}")]) == []
    assert await two.take()
    assert [item.update_id for item in await two.held()] == [1, 2]


async def test_at_once_two_processes_never_share_a_chat(database: Database) -> None:
    boxes = [Inbox(database, name) for name in ("one", "two", "three")]
    kept = await asyncio.gather(
        *(boxes[n % 3].store([StoredUpdate(n, n % 5, "{}")]) for n in range(60))
    )
    held = [await box.held() for box in boxes]
    assert sum(len({item.lane for item in items}) for items in held) == 5
    assert sum(len(items) for items in held) == 60
    assert 5 <= sum(map(len, kept)) <= 60


async def test_nobody_begins_or_finishes_anothers_update(database: Database) -> None:
    one, two = Inbox(database, "one"), Inbox(database, "two")
    await one.store([StoredUpdate(1, 7, "{}")])
    assert not await two.begin(1)
    await two.finish(1)
    assert await one.begin(1)
    await one.finish(1)
    assert not await one.begin(1), "it is finished"


@dataclass
class Clock:
    """Turns only when somebody turns it."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now


async def test_only_a_regular_heart_declares_others_dead(database: Database) -> None:
    clock = Clock()
    alive = Executors(database, "alive")
    heart = Heartbeat(alive, monotonic=clock)
    for each in (alive, Executors(database, "dead")):
        await each.register()
    await hold_one_of_each(database, "dead")
    await silence(database, "dead")
    await heart.turn()
    for _ in range(2):
        clock.now += 2
        await heart.turn()
        assert await holders(database, inbox) == ["dead"]
    clock.now += 30
    await heart.turn()
    assert await holders(database, inbox) == ["dead"], "a pause begins the count anew"
    for _ in range(3):
        clock.now += 2
        await heart.turn()
    assert await holders(database, inbox) == [None]


async def test_a_regular_heart_tidies_once_a_minute(database: Database) -> None:
    clock = Clock()
    heart = Heartbeat(Executors(database, "alive"), monotonic=clock)
    for _ in range(4):
        await heart.turn()
        clock.now += 2
    await hold_one_of_each(database, "ghost")
    await heart.turn()
    assert await holders(database, inbox) == ["ghost"]
    for _ in range(int(TIDY_EVERY_S / 2)):
        clock.now += 2
        await heart.turn()
    assert await holders(database, inbox) == [None]
