"""Several hedgebots on one database, as one bot: behind a balancer, or one of them polling."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot, free_port

SECRET = "a-secret-of-the-test"
HOP = {"host", "content-length", "transfer-encoding", "connection"}


@dataclass(slots=True, eq=False)
class Balancer:
    """Hands each push to the next process that takes it, as a load balancer does."""

    backs: list[str] = field(default_factory=list)
    url: str = ""
    _turn: int = 0

    async def passed_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name: v for name, v in request.headers.items() if name.lower() not in HOP}
        async with aiohttp.ClientSession() as session:
            for _ in range(len(self.backs)):
                self._turn += 1
                back = self.backs[self._turn % len(self.backs)]
                try:
                    async with session.post(f"{back}/telegram", data=body, headers=headers) as got:
                        return web.Response(status=got.status)
                except aiohttp.ClientError:
                    continue
        return web.Response(status=502)


@asynccontextmanager
async def balancing() -> AsyncIterator[Balancer]:
    balancer, port = Balancer(), free_port()
    app = web.Application()
    app.router.add_post("/telegram", balancer.passed_on)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    balancer.url = f"http://127.0.0.1:{port}/telegram"
    try:
        yield balancer
    finally:
        await runner.cleanup()


@dataclass(slots=True, eq=False)
class Fleet:
    """Processes that come and go; each has a folder and a name of its own."""

    telegram: TelegramEmulator
    folder: Path
    settings: dict[str, str]
    balancer: Balancer | None = None
    members: list[Hedgebot] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(member.kill() for member in self.members))

    async def start(self) -> Hedgebot:
        """Start one more, and return at once."""
        name = f"process-{len(self.members)}"
        folder = self.folder / name
        folder.mkdir()
        member = Hedgebot(self.telegram, folder, self.settings | {"HEDGEBOT_INSTANCE": name})
        if self.balancer is not None:
            address = f"127.0.0.1:{free_port()}"
            self.balancer.backs.append(f"http://{address}")
            member.settings |= {
                "HEDGEBOT_LISTEN": address,
                "HEDGEBOT_WEBHOOK_URL": self.balancer.url,
                "HEDGEBOT_WEBHOOK_SECRET": SECRET,
            }
        self.members.append(member)
        return await member.start()

    async def serve(self, n: int, *, timeout: float = 60.0) -> None:  # noqa: ASYNC109
        """Start so many, and return when all of them serve."""
        new = await asyncio.gather(*(self.start() for _ in range(n)))
        await self.until(lambda: all("serving as" in one.log for one in new), timeout=timeout)

    async def until(self, condition: Callable[[], Any], *, timeout: float = 60.0) -> Any:  # noqa: ASYNC109
        """Wait for a change at Telegram or in a log."""
        async with asyncio.timeout(timeout):
            while not (found := condition()):  # noqa: ASYNC110 - a log rings no bell
                await asyncio.sleep(0.05)
        return found

    async def stop(self) -> list[float]:
        running = [member for member in self.members if member.is_running]
        return list(await asyncio.gather(*(member.stop() for member in running)))


def restart_at_once(server: Any) -> None:
    """End every connection to a PostgreSQL without a word, as a crash does, and start it again."""
    restart = ("-w", "-D", str(server.pgdata), "-m", "immediate", "-l", str(server.log), "restart")
    command = (str(server.bin_path / "pg_ctl"), *restart)
    # What it starts would keep a pipe of ours open for ever.
    subprocess.run(command, check=True, user=server.system_user, stdout=subprocess.DEVNULL)
    server.ensure_postgres_running()
