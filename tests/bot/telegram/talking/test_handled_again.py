"""What is handled once more after a crash, and what ends the process whenever it is handled."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text
from telegram import Bot

from bot.store.database import Database
from bot.store.inbox import StoredUpdate
from bot.store.ledger import State
from bot.store.tables import buttons
from bot.telegram.talking.conversation import GIVE_UP_AFTER, GIVEN_UP
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.emulator import TelegramEmulator


async def test_a_second_page_is_sent_after_a_crash_between_them(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/long")
    await at.idle()
    again = StoredUpdate(99, ann.id, _payload(message, 99))
    await at.ledger.intend("reply:99:1", chat_id=ann.id)
    await at.ledger.confirm("reply:99:1", message_id=1)
    before = len(at.telegram.replies(ann))
    await at.handle(again)
    assert len(at.telegram.replies(ann)) == before + 1


def _payload(message: Any, update_id: int) -> str:
    return json.dumps({"update_id": update_id, "message": message.as_json()})


@pytest.mark.parametrize("state", [State.SENT, State.IN_DOUBT, State.INTENT, State.FAILED])
async def test_an_update_that_comes_again_is_answered_once_and_leaves_no_buttons(
    at: Desk, state: State
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/corr BTC ETH")
    await at.idle()
    await at.ledger.intend("reply:99:0", chat_id=ann.id)
    await at.ledger._mark("reply:99:0", state)
    kept = await _count(at, buttons)
    await at.handle(StoredUpdate(99, ann.id, _payload(message, 99)))
    assert len(at.telegram.replies(ann)) == 1
    assert await _count(at, buttons) == kept


async def _count(at: Desk, table: Any) -> int:
    async with at.inbox.database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_poisonous_update_stops_nobody(at: Desk, caplog: pytest.LogCaptureFixture) -> None:
    ann = at.telegram.person("Ann")
    poison = [
        StoredUpdate(1, ann.id, "no json"),
        StoredUpdate(2, ann.id, '{"update_id": 2, "message": 7}'),
        StoredUpdate(3, ann.id, '{"update_id": 3, "message": {"text": "/help"}}'),
    ]
    await at.inbox.store(poison)
    for item in poison:
        await at.handle(item)
    assert await at.inbox.waiting() == []
    assert caplog.text.count("could not be handled") >= 2
    assert (await at.telegram.reply(ann.says("/help"))).words == "Answer to /help"


async def test_what_no_database_stores_is_left_out_of_a_question(
    at: Desk, database: Database
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/down a")
    await at.idle()
    json_text = _payload(message, 77).replace("/down a", "/down a\\u0000b\\ud800c")
    async with desk(at.telegram, at.conversation.bot, database) as other:
        await other.inbox.store([StoredUpdate(77, ann.id, json_text)])
        await other.handle(StoredUpdate(77, ann.id, json_text))
    assert at.kitchen.computed == ["/down a"]
    assert other.kitchen.computed == ["/down ab?c"]
    assert len(at.telegram.replies(ann)) == 2


async def test_an_update_that_ends_the_process_again_and_again_is_set_aside(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/help")
    await at.idle()
    doomed = StoredUpdate(9, ann.id, _payload(message, 9), attempts=GIVE_UP_AFTER)
    await at.inbox.store([doomed])
    await at.handle(doomed)
    assert "set aside" in caplog.text
    assert await at.inbox.waiting() == []
    answer, excuse = at.telegram.replies(ann)
    assert excuse.words == GIVEN_UP
    assert excuse.reply_to is message
    await at.handle(doomed)
    await at.handle(replace(doomed, attempts=GIVE_UP_AFTER + 1))
    assert at.telegram.replies(ann) == [answer, excuse], "said once"
    assert at.kitchen.computed == ["/help"]


async def test_nobody_is_excused_to_for_what_was_not_asked_of_us(at: Desk) -> None:
    ann, bob = at.telegram.person("Ann"), at.telegram.person("Bob")
    room = at.telegram.group("Desk", members=[ann, bob])
    message = ann.says("good morning", chat=room)
    doomed = StoredUpdate(9, room.id, _payload(message, 9), attempts=GIVE_UP_AFTER)
    await at.handle(doomed)
    assert at.telegram.replies(room) == []


async def test_an_answer_that_may_have_arrived_needs_no_excuse(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/help")
    await at.idle()
    doomed = StoredUpdate(9, ann.id, _payload(message, 9), attempts=GIVE_UP_AFTER)
    await at.ledger.intend("reply:9:0", chat_id=ann.id)
    await at.ledger.doubt("reply:9:0", note="the process ended")
    await at.handle(doomed)
    assert len(at.telegram.replies(ann)) == 1


async def test_a_tap_that_ends_the_process_is_excused_in_its_chat(at: Desk) -> None:
    ann = at.telegram.person("Ann")
    shown = await at.telegram.reply(ann.says("/corr BTC ETH"))
    await at.idle()
    query = {
        "id": "1",
        "from": {"id": ann.id, "is_bot": False, "first_name": "Ann"},
        "chat_instance": "1",
        "data": "token",
        "message": shown.as_json(),
    }
    doomed = StoredUpdate(
        9, ann.id, json.dumps({"update_id": 9, "callback_query": query}), GIVE_UP_AFTER
    )
    await at.handle(doomed)
    assert at.telegram.replies(ann)[-1].words == GIVEN_UP


async def test_a_crash_between_the_files_sends_only_what_is_left(
    at: Desk,
) -> None:
    ann = at.telegram.person("Ann")
    message = ann.says("/down a")
    await at.idle()
    payload = _payload(message, 77).replace("/down a", "/data BTC")
    for key in ("reply:77:2", "reply:77:1"):
        await at.ledger.intend(key, chat_id=ann.id)
        await at.ledger.confirm(key, message_id=1)
    await at.handle(StoredUpdate(77, ann.id, payload, attempts=1))
    assert [one.document for one in at.telegram.replies(ann)[1:]] == [b"c\n3\n"]
    await at.handle(StoredUpdate(77, ann.id, payload, attempts=2))
    assert len(at.telegram.replies(ann)) == 2


async def test_an_absent_database_delays_an_answer_and_does_not_lose_it(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    ann = emulator.person("Ann")
    waits: list[float] = []

    async def rename(old: str, new: str) -> None:
        async with sqlite.writing() as connection:
            await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            await rename("away", "ledger")

    async with desk(emulator, bot, sqlite, sleep=sleep) as at:
        await rename("ledger", "away")
        with caplog.at_level(logging.ERROR):
            shown = await emulator.reply(ann.says("/help"))
        await at.idle()
        assert shown.words == "Answer to /help"
        assert len(waits) == 3
        assert caplog.text.count("the database takes no notes") == 3
    assert len(emulator.replies(ann)) == 1
