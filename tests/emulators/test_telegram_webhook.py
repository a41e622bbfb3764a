import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.test_telegram_sending import keyboard


@dataclass(eq=False)
class Receiver:
    """What a bot listens with; `answer` may be exchanged."""

    url: str = ""
    posts: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    answer: Callable[[], Any] = web.Response

    async def receive(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.posts.append(await request.json())
        async with self.arrived:
            self.arrived.notify_all()
        answered = self.answer()
        return answered if isinstance(answered, web.Response) else await answered

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5), self.arrived:
            await self.arrived.wait_for(lambda: len(self.posts) >= count)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_posted_with_the_secret(
    emulator: TelegramEmulator, bot: Bot, receiver: Receiver
) -> None:
    ann = emulator.person("Ann")
    before = ann.says("before the webhook")
    await bot.set_webhook(receiver.url, secret_token="s3cret_-", max_connections=4)
    after = ann.says("after it")
    await emulator.until(lambda: emulator.queue_size == 0)
    assert [post["update_id"] for post in receiver.posts] == [before.update_id, after.update_id]
    assert receiver.secrets == ["s3cret_-"] * 2
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.pending_update_count) == (receiver.url, 4, 0)


async def test_polling_and_a_webhook_exclude_each_other(
    emulator: TelegramEmulator, bot: Bot, receiver: Receiver
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await emulator.until(lambda: emulator.calls_of("getUpdates"))
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await poll
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_a_refused_update_comes_again(
    emulator: TelegramEmulator, bot: Bot, receiver: Receiver
) -> None:
    statuses = iter([500, 503, 200])
    receiver.answer = lambda: web.Response(status=next(statuses))
    await bot.set_webhook(receiver.url)
    said = emulator.person("Ann").says("hello")
    await emulator.until(lambda: emulator.queue_size == 0)
    assert [post["update_id"] for post in receiver.posts] == [said.update_id] * 3
    first, second, third = emulator.deliveries
    assert (first.status, second.status, third.status) == (500, 503, 200)
    assert second.began - first.ended >= 0.01
    assert third.began - second.ended >= 0.02
    info = await bot.get_webhook_info()
    assert "503" in info.last_error_message


async def test_a_chat_keeps_its_order_and_another_does_not_wait(
    emulator: TelegramEmulator, bot: Bot, receiver: Receiver
) -> None:
    release = asyncio.Event()
    ann, bob = emulator.person("Ann"), emulator.person("Bob")

    async def held() -> web.Response:
        await release.wait()
        return web.Response()

    receiver.answer = held
    await bot.set_webhook(receiver.url)
    ann.says("one")
    ann.says("two")
    bob.says("other")
    await receiver.until(2)
    assert [post["message"]["text"] for post in receiver.posts] == ["one", "other"]
    release.set()
    await receiver.until(3)
    assert receiver.posts[2]["message"]["text"] == "two"


async def test_a_button_does_not_wait_for_a_message(
    emulator: TelegramEmulator, bot: Bot, receiver: Receiver
) -> None:
    release = asyncio.Event()

    async def held() -> web.Response:
        await release.wait()
        return web.Response()

    receiver.answer = held
    ann = emulator.person("Ann")
    await bot.send_message(ann.id, "0.8", reply_markup=keyboard())
    await bot.set_webhook(receiver.url)
    ann.says("one")
    ann.presses(emulator.replies(ann)[0], "90d")
    await receiver.until(2)
    release.set()
    assert {"message", "callback_query"} == {key for post in receiver.posts for key in post} - {
        "update_id"
    }


async def test_a_dead_receiver_is_tried_again(
    emulator: TelegramEmulator, bot: Bot, receiver: Receiver
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    emulator.person("Ann").says("hello")
    await emulator.until(lambda: len(emulator.deliveries) >= 2)
    assert {attempt.status for attempt in emulator.deliveries} == {0}
    await bot.set_webhook(receiver.url)
    await emulator.until(lambda: emulator.queue_size == 0)
    assert len(receiver.posts) == 1


@pytest.mark.parametrize(
    ("url", "secret", "text"),
    [
        ("http://example.com/hook", None, "HTTPS URL must be provided"),
        ("https://example.com/hook", "a b", "unallowed characters"),
        ("https://example.com/hook", "x" * 257, "unallowed characters"),
    ],
)
async def test_a_webhook_is_checked(
    emulator: TelegramEmulator,  # noqa: ARG001 - the bot's other end
    bot: Bot,
    url: str,
    secret: str | None,
    text: str,
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){text}"):
        await bot.set_webhook(url, secret_token=secret)
