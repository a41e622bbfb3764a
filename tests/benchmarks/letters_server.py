"""Telegram for measurements, in a process of its own."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection

from aiohttp import web

from tests.emulators.telegram.calls import SENDS, peak
from tests.emulators.telegram.emulator import TelegramEmulator

FIRST_CHAT = 1_000
ME = {"id": 123456, "is_bot": True, "first_name": "Hedgebot", "username": "hedge_desk_bot"}
PHOTO = [
    {"file_id": f"{n}" * 60, "file_unique_id": f"{n}" * 16, "width": n, "height": n}
    for n in (90, 800)
]


@dataclass(frozen=True, slots=True)
class Served:
    """Messages that arrived, over which time, and the fullest second."""

    sent: int
    seconds: float
    peak: int
    cpu_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """The server as those who measure see it."""

    url: str
    pipe: Connection

    def served(self) -> Served:
        """What arrived since the last time."""
        self.pipe.send("served")
        found: Served = self.pipe.recv()
        return found


@contextmanager
def serving(kind: str, chats: int) -> Iterator[Running]:
    """Run a server until the block ends."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(kind, chats, theirs))
    process.start()
    try:
        yield Running(ours.recv(), ours)
    finally:
        ours.send("end")
        process.join(10)


def _run(kind: str, chats: int, pipe: Connection) -> None:
    asyncio.run(_emulated(chats, pipe) if kind == "emulator" else _plain(pipe))


async def _emulated(chats: int, pipe: Connection) -> None:
    async with TelegramEmulator() as telegram:
        while True:
            person = telegram.person("Somebody")
            if person.id >= FIRST_CHAT + chats:
                break
        moments = lambda: [  # noqa: E731 - short
            call.monotonic for call in telegram.calls if call.method in SENDS and call.effect
        ]
        await _answer(telegram.url, pipe, moments)


async def _plain(pipe: Connection) -> None:
    moments: list[float] = []
    numbers = itertools.count(1)

    async def method(request: web.Request) -> web.Response:
        name = request.match_info["method"].lower()
        if name == "getme":
            return _json(ME)
        sent = await request.post()
        moments.append(time.monotonic())
        chat = {"id": int(str(sent["chat_id"])), "type": "private", "first_name": "Somebody"}
        keys = sent.get("reply_markup")
        message = {
            "message_id": next(numbers),
            "date": int(time.time()),
            "from": ME,
            "chat": chat,
            "photo": PHOTO,
            "caption": sent.get("caption", ""),
        }
        return _json(message | ({"reply_markup": json.loads(str(keys))} if keys else {}))

    app = web.Application()
    app.router.add_post("/bot{token}/{method}", method)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await _answer(f"http://127.0.0.1:{runner.addresses[0][1]}", pipe, lambda: moments)
    await runner.cleanup()


def _json(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


async def _answer(url: str, pipe: Connection, moments: Callable[[], list[float]]) -> None:
    pipe.send(url)
    began = time.process_time()
    while (await asyncio.to_thread(pipe.recv)) != "end":
        seen = sorted(moments())
        span = seen[-1] - seen[0] if len(seen) > 1 else 1.0
        pipe.send(Served(len(seen), span, peak(seen, 1.0), time.process_time() - began))
