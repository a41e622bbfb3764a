"""Every answer of Telegram that is no message, through python-telegram-bot, over HTTP."""

from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.telegram import refusals
from bot.telegram.refusals import (
    AlreadyDone,
    BadMarkup,
    ChatClosed,
    FileGone,
    Moved,
    NotSent,
    OriginalGone,
    PictureRefused,
    Refused,
    TokenRefused,
    TopicClosed,
    Unknown,
    verdict_on,
)
from tests.bot.telegram.sending.way_out import BAD
from tests.emulators.telegram.client import client
from tests.emulators.telegram.emulator import TelegramEmulator

ANSWERS: list[tuple[int, str, dict[str, Any], type]] = [
    (403, "Forbidden: bot was blocked by the user", {}, ChatClosed),
    (403, "Forbidden: user is deactivated", {}, ChatClosed),
    (403, "Forbidden: bot was kicked from the group chat", {}, ChatClosed),
    (403, "Forbidden: bot was kicked from the supergroup chat", {}, ChatClosed),
    (403, "Forbidden: bot was kicked from the channel chat", {}, ChatClosed),
    (403, "Forbidden: bot is not a member of the supergroup chat", {}, ChatClosed),
    (403, "Forbidden: bot can't initiate conversation with a user", {}, ChatClosed),
    (403, "Forbidden: the group chat was deleted", {}, ChatClosed),
    (400, BAD + "chat not found", {}, ChatClosed),
    (400, BAD + "private chat not found", {}, ChatClosed),
    (400, BAD + "not enough rights to send text messages to the chat", {}, ChatClosed),
    (400, BAD + "need administrator rights in the channel chat", {}, ChatClosed),
    (400, BAD + "CHAT_WRITE_FORBIDDEN", {}, ChatClosed),
    (400, BAD + "have no rights to send a message", {}, ChatClosed),
    (
        400,
        BAD + "group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": -1007},
        Moved,
    ),
    (400, BAD + "message thread not found", {}, TopicClosed),
    (400, BAD + "TOPIC_CLOSED", {}, TopicClosed),
    (400, BAD + "TOPIC_DELETED", {}, TopicClosed),
    (400, BAD + "message to be replied not found", {}, OriginalGone),
    (400, BAD + "message to reply not found", {}, OriginalGone),
    (400, BAD + "message to edit not found", {}, OriginalGone),
    (400, BAD + "message can't be edited", {}, OriginalGone),
    (400, BAD + "MESSAGE_ID_INVALID", {}, OriginalGone),
    (400, BAD + "can't parse entities: Unclosed start tag at byte offset 3", {}, BadMarkup),
    (400, BAD + "message is not modified: specified new message content …", {}, AlreadyDone),
    (400, BAD + "wrong file identifier/HTTP URL specified", {}, FileGone),
    (400, BAD + "FILE_REFERENCE_EXPIRED", {}, FileGone),
    (400, BAD + "not enough rights to send photos to the chat", {}, PictureRefused),
    (400, BAD + "CHAT_SEND_PHOTOS_FORBIDDEN", {}, PictureRefused),
    (400, BAD + "IMAGE_PROCESS_FAILED", {}, PictureRefused),
    (400, BAD + "PHOTO_INVALID_DIMENSIONS", {}, PictureRefused),
    (400, BAD + "not enough rights to send documents to the chat", {}, Refused),
    (400, BAD + "message is too long", {}, Refused),
    (400, BAD + "BUTTON_DATA_INVALID", {}, Refused),
    (429, "Too Many Requests: retry after 7", {"retry_after": 7}, NotSent),
    (401, "Unauthorized", {}, TokenRefused),
    (404, "Not Found", {}, TokenRefused),
    (409, "Conflict: terminated by other getUpdates request", {}, NotSent),
    (500, "Internal Server Error", {}, NotSent),
    (502, "Bad Gateway", {}, NotSent),
    (504, "Gateway Timeout", {}, NotSent),
]


@pytest.mark.parametrize("answer", ANSWERS)
async def test_every_answer_has_its_meaning(
    emulator: TelegramEmulator, bot: Bot, answer: tuple[int, str, dict[str, Any], type]
) -> None:
    code, text, parameters, verdict = answer
    ann = emulator.person("Ann")
    emulator.fault("sendMessage", code=code, description=text, parameters=parameters)
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(ann.id, "x")
    found = verdict_on(caught.value)
    assert type(found) is verdict
    match found:
        case Moved(chat_id):
            assert chat_id == -1007
        case NotSent(pause):
            assert pause == (7.0 if code == 429 else None)
        case ChatClosed(note) | Refused(note):
            assert note.casefold() in text.casefold(), "the note says what Telegram said"


BROKEN: list[tuple[dict[str, Any], type]] = [
    ({"code": 502, "body": b"<html>Bad Gateway</html>"}, NotSent),
    ({"code": 503, "body": b""}, NotSent),
    ({"body": b'{"ok":'}, Unknown),
    ({"drop": "before"}, Unknown),
    ({"drop": "after"}, Unknown),
]


@pytest.mark.parametrize(("fault", "verdict"), BROKEN)
async def test_only_an_answer_proves_that_nothing_arrived(
    emulator: TelegramEmulator, bot: Bot, fault: dict[str, Any], verdict: type
) -> None:
    ann = emulator.person("Ann")
    emulator.fault("sendMessage", **fault)
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(ann.id, "x")
    assert type(verdict_on(caught.value)) is verdict


async def test_a_late_answer_is_unknown(emulator: TelegramEmulator) -> None:
    ann = emulator.person("Ann")
    async with client(emulator, read_timeout=0.1) as hasty:
        emulator.fault("sendMessage", answer_delay=30)
        with pytest.raises(TimedOut) as caught:
            await hasty.send_message(ann.id, "x")
    assert verdict_on(caught.value) == Unknown()


async def test_a_server_that_is_not_there_got_nothing(unused_tcp_port: int) -> None:
    bot = Bot("123456:TEST", base_url=f"http://127.0.0.1:{unused_tcp_port}/bot")
    with pytest.raises(NetworkError) as caught:
        await bot.get_me()
    await bot.shutdown()
    assert verdict_on(caught.value) == NotSent()


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        (httpx.ConnectTimeout("x"), NotSent()),
        (httpx.ConnectError("x"), NotSent()),
        (httpx.PoolTimeout("x"), NotSent()),
        (httpx.ReadTimeout("x"), Unknown()),
        (httpx.WriteTimeout("x"), Unknown()),
        (httpx.ReadError("x"), Unknown()),
        (httpx.RemoteProtocolError("x"), Unknown()),
    ],
)
def test_the_cause_of_a_timeout_tells_whether_it_is_safe(
    cause: Exception, verdict: refusals.Verdict
) -> None:
    error = TimedOut()
    error.__cause__ = cause
    assert verdict_on(error) == verdict
