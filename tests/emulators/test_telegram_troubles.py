import asyncio
import json
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.emulators.telegram.calls import Call, peak
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.throttle import Throttle

BUTTON = "reply_markup.inline_keyboard.0.0"


def buttons(button: dict[str, Any]) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[button]]}}


@pytest.fixture(autouse=True)
def _pauses_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    # Else the library warns at every 429, and a warning fails a test.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


async def refused(emulator: TelegramEmulator, method: str, **params: Any) -> tuple[int, str]:
    """Ask over bare HTTP what the library would not let through."""
    async with aiohttp.ClientSession() as session:
        url = f"{emulator.url}/bot{emulator.token}/{method}"
        async with session.post(url, json=params) as answer:
            said = await answer.json()
            assert (answer.status, said["ok"]) == (said["error_code"], False)
            return answer.status, said["description"]


async def test_an_ordered_error_hits_the_calls_it_is_for(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann, bob = emulator.person("Ann"), emulator.person("Bob")
    fault = emulator.fault(
        "sendMessage",
        when=lambda call: call.chat_id == ann.id,
        skip=1,
        times=2,
        code=429,
        description="Too Many Requests: retry after 7",
        parameters={"retry_after": 7},
    )
    await bot.send_message(ann.id, "first")
    await bot.send_message(bob.id, "untouched")
    for _ in range(2):
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(ann.id, "hit")
        assert caught.value.retry_after.total_seconds() == 7
    await bot.send_message(ann.id, "second")
    assert [message.text for message in emulator.messages(ann)] == ["first", "second"]
    assert fault.hits == 2
    assert [call.fault for call in emulator.calls_of("sendMessage", ok=False)] == ["answer 429"] * 2


async def test_a_dropped_connection_is_unknown_to_the_bot(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann")
    emulator.fault("sendMessage", drop="before")
    emulator.fault("sendMessage", drop="after")
    for text in ("lost", "arrived"):
        with pytest.raises(NetworkError):
            await bot.send_message(ann.id, text)
    assert [message.text for message in emulator.messages(ann)] == ["arrived"]
    assert [call.effect for call in emulator.calls_of("sendMessage")] == [False, True]


async def test_a_slow_answer_times_out_after_the_effect(emulator: TelegramEmulator) -> None:
    ann = emulator.person("Ann")
    async with client(emulator, read_timeout=0.1) as bot:
        emulator.fault("sendMessage", answer_delay=30)
        with pytest.raises(TimedOut):
            await bot.send_message(ann.id, "arrived")
    assert [message.text for message in emulator.messages(ann)] == ["arrived"]


async def test_a_delay_comes_before_the_effect(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    emulator.fault("sendMessage", delay=0.05)
    await bot.send_message(ann.id, "late")
    [call] = emulator.calls_of("sendMessage")
    assert (call.ok, call.fault) == (True, "delay")


@pytest.mark.parametrize("body", [b"<html>502</html>", b'{"ok":'])
async def test_a_broken_body_is_an_error(emulator: TelegramEmulator, bot: Bot, body: bytes) -> None:
    ann = emulator.person("Ann")
    emulator.fault(body=body, code=502, times=None)
    with pytest.raises(NetworkError):
        await bot.send_message(ann.id, "x")


async def test_a_cancelled_fault_is_over(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    fault = emulator.fault("sendMessage", times=None, code=500, description="Internal")
    with pytest.raises(NetworkError, match="Internal"):
        await bot.send_message(ann.id, "x")
    fault.cancel()
    await bot.send_message(ann.id, "x")


async def test_wrong_tokens_and_methods_are_refused(emulator: TelegramEmulator, bot: Bot) -> None:
    with pytest.raises(InvalidToken, match="rejected by the server"):
        async with Bot("123456:WRONG", base_url=f"{emulator.url}/bot"):
            pass
    assert await refused(emulator, "nonsense") == (404, "Not Found: method not found")
    for method in ("logOut", "close", "sendPoll"):
        assert (await refused(emulator, method))[0] == 501
    with pytest.raises(TelegramError, match="does not model"):
        await bot.get_star_transactions()
    emulator.violations.clear()


async def test_what_is_known_but_not_modelled_never_passes(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann")
    with pytest.raises(TelegramError, match="does not model parse_mode MarkdownV2"):
        await bot.send_message(ann.id, "*x*", parse_mode="MarkdownV2")
    with pytest.raises(TelegramError, match="does not model message_effect_id of sendMessage"):
        await bot.send_message(ann.id, "x", message_effect_id="1")
    assert emulator.messages(ann) == []


@pytest.mark.parametrize(
    ("params", "status", "path", "problem"),
    [
        ({"txt": "x"}, 200, "txt", "unknown"),
        ({"disable_web_page_preview": True}, 501, "disable_web_page_preview", "deprecated"),
        ({"message_thread_id": "one"}, 400, "message_thread_id", "valid integer"),
        ({"text": None}, 400, "text", "valid string"),
        ({"reply_parameters": {"message": 1}}, 501, "reply_parameters.message", "unknown"),
        (buttons({"text": "x", "data": "y"}), 501, f"{BUTTON}.data", "unknown"),
        (buttons({"text": 1}), 400, "reply_markup.inline_keyboard", "unknown"),
        (buttons({"callback_data": "y"}), 400, "reply_markup.inline_keyboard", "unknown"),
    ],
)
async def test_what_the_schema_does_not_know_is_recorded(
    emulator: TelegramEmulator, params: dict[str, Any], status: int, path: str, problem: str
) -> None:
    ann = emulator.person("Ann")
    async with aiohttp.ClientSession() as session:
        url = f"{emulator.url}/bot{emulator.token}/sendMessage"
        async with session.post(url, json={"chat_id": ann.id, "text": "x"} | params) as answer:
            assert answer.status == status
    found = [item for item in emulator.violations if item.path == path]
    assert [problem in str(item) for item in found] == [True]
    emulator.violations.clear()


async def test_every_way_to_pass_parameters_is_read(emulator: TelegramEmulator) -> None:
    ann = emulator.person("Ann")
    url = f"{emulator.url}/bot{emulator.token}/SENDMESSAGE"
    markup = {"inline_keyboard": [[{"text": "90d", "callback_data": "w"}]]}
    asked = {"chat_id": ann.id, "text": "x", "reply_markup": markup}
    flat = asked | {"reply_markup": json.dumps(markup), "chat_id": str(ann.id)}
    multipart = aiohttp.FormData(flat, default_to_multipart=True)
    async with aiohttp.ClientSession() as session:
        for way in ({"params": flat}, {"data": flat}, {"data": multipart}, {"json": asked}):
            await session.post(url, **way)
        await session.get(url, params=flat)
        file = await session.get(f"{emulator.url}/file/bot{emulator.token}/none")
    assert file.status == 404
    assert [message.labels for message in emulator.messages(ann)] == [[["90d"]]] * 5
    assert len({json.dumps(call.params, sort_keys=True) for call in emulator.calls}) == 1


async def test_the_throttle_is_obeyed_by_nobody_who_hurries(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann")
    group = emulator.group("Desk", [ann])
    emulator.throttle = Throttle(chat_burst=2, group_per_minute=5)
    for _ in range(2):
        await bot.send_message(ann.id, "x")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(ann.id, "x")
    assert 1 <= caught.value.retry_after.total_seconds() <= 2
    for _ in range(5):
        await bot.send_message(group.id, "x")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(group.id, "x")
    assert 58 <= caught.value.retry_after.total_seconds() <= 60


async def test_the_whole_bot_is_throttled(emulator: TelegramEmulator, bot: Bot) -> None:
    emulator.throttle = Throttle(overall_per_second=4)
    people = [emulator.person(f"P{number}") for number in range(6)]
    sends = (bot.send_message(person.id, "x") for person in people)
    results = await asyncio.gather(*sends, return_exceptions=True)
    assert [isinstance(result, RetryAfter) for result in results].count(True) == 2


async def test_rates_are_counted_over_every_window(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    group = emulator.group("Desk", [ann])
    for chat in (ann.id, ann.id, group.id):
        await bot.send_message(chat, "x")
    measured = emulator.rates()
    assert measured.per_second == 3
    assert measured.per_second_by_chat == {ann.id: 2, group.id: 1}
    assert (measured.worst_chat_per_second, measured.worst_group_per_minute) == (2, 1)


def test_a_window_is_half_open() -> None:
    assert peak([0.0, 0.5, 1.0, 1.4, 1.49], 1.0) == 4
    assert peak([0.0, 1.0, 2.0], 1.0) == 1
    assert peak([], 1.0) == 0


async def test_waiting_sees_past_and_coming_calls(emulator: TelegramEmulator, bot: Bot) -> None:
    ann = emulator.person("Ann")
    coming = asyncio.create_task(emulator.wait("sendMessage", count=2))
    await bot.send_message(ann.id, "one")
    await bot.send_message(ann.id, "two")
    assert (await coming).words == "two"

    def says_one(call: Call) -> bool:
        return call.words == "one"

    assert (await emulator.wait(says_one)).result["text"] == "one"
    with pytest.raises(TimeoutError, match="1 of 2 calls"):
        await emulator.wait(says_one, count=2, timeout=0.01)
    with pytest.raises(BadRequest):
        await bot.send_message(5, "nobody")
    assert (await emulator.wait(lambda call: call.code == 400)).chat_id == 5
