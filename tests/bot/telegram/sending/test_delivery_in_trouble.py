"""What becomes of a message on a bad way: floods, servers, a database or a process that goes."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from telegram import Bot

from bot.store.database import Database, DatabaseError
from bot.store.ledger import Ledger, State
from bot.telegram.sending.delivery import Delivery
from tests.bot.telegram.paces import paced_by
from tests.bot.telegram.sending.way_out import Post
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator


async def test_a_flood_answer_silences_all_chats_and_is_sent_once(post: Post) -> None:
    ann, bob = post.telegram.person("Ann"), post.telegram.person("Bob")
    start = post.clock.now
    post.telegram.fault(
        "sendMessage", code=429, description="Too Many", parameters={"retry_after": 30}, times=3
    )
    assert await post.delivery.send(post.parcel(ann)) is State.SENT
    assert post.clock.now - start >= 90
    assert post.texts(ann) == ["x"]
    await post.delivery.pacing.pause(20)
    before = post.clock.now
    await post.delivery.send(post.parcel(bob, key="k2"))
    assert post.clock.now - before >= 20


@pytest.mark.parametrize("code", [500, 502, 503, 504, 409])
async def test_a_server_in_trouble_is_tried_again(post: Post, code: int) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", code=code, description="trouble", times=8)
    assert await post.delivery.send(post.parcel(ann)) is State.SENT
    assert post.texts(ann) == ["x"]
    waits = [seconds for seconds in post.clock.slept if seconds > 0.4]
    assert max(waits) <= 60, "ever more slowly, but not for ever"
    assert waits[-1] > 8 * waits[0]


async def test_a_server_that_is_away_is_waited_for(
    post: Post, sqlite: Database, unused_tcp_port: int
) -> None:
    back = TelegramEmulator(port=unused_tcp_port)
    ann = back.person("Ann")

    async def sleep(_: float) -> None:
        if len(slept) == 2:
            await back.__aenter__()
        slept.append(_)

    slept: list[float] = []
    bot = Bot("123456:TEST", base_url=f"http://127.0.0.1:{unused_tcp_port}/bot")
    delivery = Delivery(bot, Ledger(sqlite), post.delivery.pacing, retry_sleep=sleep)
    async with bot.request:
        assert await delivery.send(post.parcel(ann)) is State.SENT
    assert [message.words for message in back.replies(ann)] == ["x"]
    assert len(slept) == 3
    await back.__aexit__()


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"drop": "before"}, {"body": b"{"}])
async def test_an_unknown_outcome_is_in_doubt_and_never_repeated(
    post: Post, fault: dict[str, Any]
) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", **fault)
    assert await post.delivery.send(post.parcel(ann)) is State.IN_DOUBT
    assert await post.delivery.send(post.parcel(ann)) is State.IN_DOUBT
    assert len(post.telegram.calls_of("sendMessage")) == 1
    [doubt] = await post.ledger.in_doubt()
    assert (doubt.key, doubt.chat_id) == ("reply:1:0", ann.id)
    assert doubt.note


async def test_an_answer_that_comes_too_late_is_in_doubt(
    emulator: TelegramEmulator, post: Post
) -> None:
    ann = emulator.person("Ann")
    emulator.fault("sendMessage", answer_delay=30)
    async with client(emulator, read_timeout=0.1) as hasty:
        delivery = replace(post.delivery, bot=hasty)
        assert await delivery.send(post.parcel(ann)) is State.IN_DOUBT
        assert await delivery.send(post.parcel(ann)) is State.IN_DOUBT
    assert post.texts(ann) == ["x"]


async def test_a_refused_token_loses_nothing(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", code=401, description="Unauthorized", times=2)
    assert await post.delivery.send(post.parcel(ann)) is State.SENT
    assert post.texts(ann) == ["x"]
    assert caplog.text.count("refuses the bot's token") == 2


async def test_whoever_is_stopped_while_waiting_has_sent_nothing(post: Post) -> None:
    ann = post.telegram.person("Ann")
    never = asyncio.Event()

    async def sleep(_: float) -> None:
        await never.wait()

    pacing = paced_by(post.ledger.database, post.clock.time, sleep)
    await pacing.pause(60)
    sending = asyncio.create_task(replace(post.delivery, pacing=pacing).send(post.parcel(ann)))
    await asyncio.sleep(0.05)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert await post.state() is None
    assert await post.delivery.send(post.parcel(ann)) is State.SENT


async def test_whoever_is_stopped_while_sending_leaves_a_doubt(post: Post) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendMessage", answer_delay=30)
    sending = asyncio.create_task(post.delivery.send(post.parcel(ann)))
    await post.telegram.wait(lambda call: call.method == "sendMessage")
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert await post.state() is State.IN_DOUBT


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        (None, State.SENT),
        ({"code": 502, "description": "x"}, State.SENT),
        ({"code": 403, "description": "Forbidden: bot was blocked by the user"}, State.FAILED),
        ({"drop": "after"}, State.IN_DOUBT),
    ],
)
async def test_what_telegram_answered_is_noted_though_the_database_was_away(
    post: Post, sqlite: Database, fault: dict[str, Any] | None, ends: State
) -> None:
    ann = post.telegram.person("Ann")
    if fault:
        post.telegram.fault("sendMessage", **fault)
    async with sqlite.engine.connect() as other:

        async def sleep(seconds: float) -> None:
            await other.execute(text("DROP TRIGGER IF EXISTS away"))
            await other.commit()
            await post.clock.sleep(seconds)

        # After the claim, the table takes no change until somebody has waited.
        for event in ("UPDATE", "DELETE"):
            await other.execute(text(f"DROP TRIGGER IF EXISTS away_{event}"))
        await other.execute(
            text(
                "CREATE TRIGGER away BEFORE UPDATE ON ledger "
                "BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END"
            )
        )
        await other.commit()
        delivery = replace(post.delivery, retry_sleep=sleep)
        assert await delivery.send(post.parcel(ann)) is ends
    assert await post.state() is ends
    assert len(post.texts(ann)) == (0 if ends is State.FAILED else 1)


async def test_a_claim_that_cannot_be_written_is_the_callers_to_repeat(
    post: Post, sqlite: Database
) -> None:
    ann = post.telegram.person("Ann")
    async with sqlite.writing() as connection:
        await connection.execute(text("ALTER TABLE ledger RENAME TO away"))
    with pytest.raises(DatabaseError):
        await post.delivery.send(post.parcel(ann))
    assert post.telegram.calls_of("sendMessage") == []
