"""A process that was taken for dead still holds a message that another one is to send."""

import asyncio
import json

import pytest
from telegram import Bot

from bot.store.database import Database
from bot.store.executors import Executors
from bot.store.inbox import StoredUpdate
from bot.store.ledger import Ledger, State
from bot.telegram.incoming import Place
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.parcels import Parcel
from tests.bot.telegram.desk import desk
from tests.bot.telegram.paces import unpaced
from tests.bot.telegram.posting.office import Office
from tests.emulators.telegram.emulator import TelegramEmulator

KEY = "reply:99:0"
LOOKED_S = 0.3


async def test_a_question_is_answered_though_the_first_to_begin_gave_up_and_died(
    emulator: TelegramEmulator, bot: Bot, database: Database
) -> None:
    ann, slow = emulator.person("Ann"), Ledger(database, "slow")
    async with desk(emulator, bot, database) as at:
        message = ann.says("/help")
        await at.idle()
        before = len(emulator.replies(ann))
        assert await slow.intend(KEY, chat_id=ann.id)
        words = json.dumps({"update_id": 99, "message": message.as_json()})
        handling = asyncio.create_task(at.handle(StoredUpdate(99, ann.id, words)))
        await asyncio.wait([handling], timeout=LOOKED_S)
        assert not handling.done(), "it was struck off though nobody has answered it"
        await slow.withdraw(KEY)
        await asyncio.wait_for(handling, 20)
        assert len(emulator.replies(ann)) == before + 1
        entry = await at.ledger.entry(KEY)
        assert entry
        assert entry.state is State.SENT


@pytest.mark.parametrize("arrives", [True, False], ids=["it arrives", "it dies over it"])
async def test_what_another_was_about_to_send_is_not_sent_twice(
    emulator: TelegramEmulator, bot: Bot, database: Database, *, arrives: bool
) -> None:
    ann, slow = emulator.person("Ann"), Ledger(database, "slow")
    await Executors(database, "slow").register()
    await slow.intend(KEY, chat_id=ann.id)
    parcel = Parcel(KEY, Place(ann.id, None, None, is_private=True), "x")
    delivery = Delivery(bot, Ledger(database, "quick"), unpaced(database))
    sending = asyncio.create_task(delivery.send(parcel))
    await asyncio.wait([sending], timeout=LOOKED_S)
    assert not sending.done()
    if arrives:
        await slow.confirm(KEY, message_id=5)
    else:
        await Executors(database, "slow").register()
    found = await asyncio.wait_for(sending, 20)
    assert found is (State.SENT if arrives else State.IN_DOUBT)
    assert emulator.calls_of("sendMessage") == []


async def test_nobody_gives_back_what_another_has_claimed(database: Database) -> None:
    one, other = Ledger(database, "one"), Ledger(database, "other")
    assert await one.intend(KEY, chat_id=5)
    await other.withdraw(KEY)
    seen, own = await other.entry(KEY), await one.entry(KEY)
    assert seen
    assert own
    assert (seen.is_anothers, own.is_anothers) == (True, False)


@pytest.mark.parametrize("arrives", [True, False], ids=["it arrives", "it gives up"])
async def test_a_letter_waits_for_who_was_taken_for_dead_and_is_about_to_send_it(
    emulator: TelegramEmulator, bot: Bot, database: Database, *, arrives: bool
) -> None:
    office, slow = Office(emulator, bot, database), Ledger(database, "slow")
    ann = emulator.person("Ann")
    await slow.intend("digest:1:2026-11-05:0", chat_id=ann.id)
    await office.letter("digest:1:2026-11-05", ann)
    async with office.open(office.postman("quick")):
        await asyncio.sleep(LOOKED_S)
        if arrives:
            await slow.confirm("digest:1:2026-11-05:0", message_id=5)
        else:
            await slow.withdraw("digest:1:2026-11-05:0")
        async with asyncio.timeout(20):
            while await office.left():  # noqa: ASYNC110 - no bell rings when a row is gone
                await asyncio.sleep(0.05)
    entry = await slow.entry("digest:1:2026-11-05:0")
    assert entry
    assert entry.state is State.SENT
    assert len(emulator.replies(ann)) == (0 if arrives else 1)
