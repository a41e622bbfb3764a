"""A way to Telegram on which connections fail: for a share of the time nobody listens."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from tests.process.running import free_port
from tests.process.several import HOP

DOWN_S = 0.2


@dataclass(frozen=True, slots=True)
class Wire:
    """Where the bot is to look for Telegram."""

    url: str


@asynccontextmanager
async def failing_wire(to: str, *, share: float, seed: int) -> AsyncIterator[Wire]:
    """Pass every request on; each takes a connection of its own, so each can fail to connect."""
    async with aiohttp.ClientSession() as session:

        async def passed_on(request: web.Request) -> web.Response:
            headers = {name: v for name, v in request.headers.items() if name.lower() not in HOP}
            async with session.request(
                request.method, f"{to}{request.path_qs}", data=await request.read(), headers=headers
            ) as answer:
                back = web.Response(
                    status=answer.status,
                    body=await answer.read(),
                    content_type=answer.content_type,
                )
            back.force_close()
            return back

        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", passed_on)
        runner, port = web.AppRunner(app, access_log=None), free_port()
        await runner.setup()
        failing = asyncio.create_task(_come_and_go(runner, port, share, random.Random(seed)))
        try:
            yield Wire(f"http://127.0.0.1:{port}")
        finally:
            failing.cancel()
            await asyncio.gather(failing, return_exceptions=True)
            await runner.cleanup()


async def _come_and_go(
    runner: web.AppRunner, port: int, share: float, chance: random.Random
) -> None:
    up = DOWN_S * (1 - share) / share
    while True:
        site = web.TCPSite(runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        await asyncio.sleep(chance.uniform(0.5, 1.5) * up)
        await site.stop()
        await asyncio.sleep(DOWN_S)
