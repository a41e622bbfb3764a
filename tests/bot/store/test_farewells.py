"""When the rest of somebody who asked to be forgotten goes: after the answer, and after what is under way."""

from sqlalchemy import select, update

from bot.store.alerts import SqlAlerts
from bot.store.buttons import Buttons, StoredButton
from bot.store.clock import now_ms
from bot.store.database import Database
from bot.store.forgetting import Farewells
from bot.store.gates import Gates, Limit, Rate
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.ledger import Ledger
from bot.store.memory import SqlMemory
from bot.store.outbox import Outbox
from bot.store.tables import (
    buttons,
    contents,
    farewells,
    gates,
    ledger,
    metadata,
    outbox,
)
from handlers import Reply
from handlers._memory import FORGET_CONFIRMED
from tests.bot.store.lives import ANN, DESK, count, forgotten, letter, live
from tests.handlers.asking import somebody
from tests.traces import in_tables

REQUEST = 900


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


async def test_a_limit_that_is_shut_is_waited_for(database: Database) -> None:
    limit = Limit(f"chat:{ANN}", Rate(interval=30.0))
    await Gates(database).reserve(Limit("bot", Rate(0.04)), [limit])
    await forgotten(database, ANN)
    assert await Farewells(database).look() == 0
    assert set(await in_tables(database, str(ANN))) == {"farewells", "gates"}
    async with database.writing() as connection:
        await connection.execute(update(gates).values(due_us=1))
    assert await Farewells(database).look() == 1


async def test_the_request_is_found_again_by_its_occasion(database: Database) -> None:
    await live(database, ANN)
    await SqlMemory(database).forget(somebody(ANN, occasion=f"edit:{REQUEST}"))
    async with database.reading() as connection:
        [promised] = await connection.execute(select(farewells))
    assert (promised.chat_id, promised.update_id) == (ANN, REQUEST)
    assert await SqlAlerts(database).of_chat(ANN) == []


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
