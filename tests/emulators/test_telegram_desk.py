import argparse
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from PIL import Image
from telegram import Bot, InputMediaPhoto

from tests.emulators.telegram.client import client
from tests.emulators.telegram.desk import Desk, add_arguments, serve
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.test_telegram_sending import keyboard, picture


async def test_a_conversation_is_printed(
    emulator: TelegramEmulator, bot: Bot, tmp_path: Path
) -> None:
    printed: list[str] = []
    ann = emulator.person("Ann")
    desk = Desk(emulator, ann, tmp_path / "photos", printed.append)
    printing = asyncio.create_task(desk.print_for_ever())
    desk.hear("/corr BTC ETH")
    desk.hear("!90d")
    sent = await bot.send_photo(ann.id, picture(), "0.8", reply_markup=keyboard())
    desk.hear("!90d")
    *_, pressed = await bot.get_updates()
    assert pressed.callback_query.data == "w:90d"
    media = InputMediaPhoto(picture(800, 500), caption="0.9")
    await bot.edit_message_media(media, ann.id, sent.message_id)
    await emulator.until(lambda: len(printed) == 3)
    printing.cancel()
    refused, first, second = printed
    assert refused == "(no message has a button '90d')"
    words, photo, buttons = first.splitlines()
    assert (words, buttons) == ("0.8", "[90d]")
    with Image.open(photo.removeprefix("<photo: ").removesuffix(">")) as saved:
        assert saved.size == (640, 400)
    assert second.startswith("(edited)\n0.9\n<photo: ")


async def test_serving_ends_with_the_lines(tmp_path: Path) -> None:
    printed: asyncio.Queue[str] = asyncio.Queue()
    leaving = asyncio.Event()

    async def lines() -> AsyncIterator[str]:
        yield "/start"
        await leaving.wait()

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    options = parser.parse_args(["--port", "0", "--photos", str(tmp_path)])
    serving = asyncio.create_task(
        serve(options.host, options.port, options.token, lines=lines(), say=printed.put_nowait)
    )
    assert options.token in await printed.get()
    leaving.set()
    await serving


async def test_another_process_can_drive_it(emulator: TelegramEmulator, bot: Bot) -> None:
    async with aiohttp.ClientSession(f"{emulator.url}/__ctl/") as session:

        async def post(act: str, **asked: object) -> dict[str, int]:
            async with session.post(act, json=asked) as answer:
                assert answer.status == 200
                return await answer.json()

        ann = (await post("person", name="Ann", language="de"))["id"]
        group = (await post("group", title="Desk", members=["Ann"]))["id"]
        said = await post("says", person=ann, text="/corr BTC ETH", chat=group)
        await post("edits", person=ann, chat=group, message=said["message"], text="/corr BTC")
        await bot.send_photo(group, picture(), "0.8", reply_markup=keyboard())
        async with session.get("messages", params={"chat": group}) as answer:
            _, photo = await answer.json()
        assert (photo["caption"], photo["from_bot"]) == ("0.8", True)
        assert photo["photo_base64"]
        await post("presses", person="Ann", chat=group, message=photo["message_id"], label="90d")
        async with session.get("queue") as answer:
            assert await answer.json() == {"size": 3}
        async with session.get("calls", params={"method": "sendPhoto", "wait": "1"}) as answer:
            [call] = await answer.json()
        assert (call["ok"], call["files"]["photo"] > 0) == (True, True)
        async with session.get("violations") as answer:
            assert await answer.json() == []
        async with session.post("says", json={"person": "Nobody", "text": "x"}) as answer:
            assert answer.status == 400


async def test_bots_of_two_emulators_do_not_meet() -> None:
    async with TelegramEmulator("1:A") as one, TelegramEmulator("2:B") as two:
        async with client(one) as first, client(two) as second:
            assert (first.id, second.id) == (1, 2)
        assert len(one.calls) == len(two.calls) == 1
