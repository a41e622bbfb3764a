"""`hedgebot` as an operator runs it: a process of its own, which may die and come back."""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.venues.emulator import VenueEmulator

T = TypeVar("T")

PROJECT = Path(__file__).parents[2]
WAIT = 60.0


@dataclass(slots=True, eq=False)
class Hedgebot:
    """One installation: settings, a folder, and at most one process that serves.

    An async context manager: leaving it ends the process, whatever became of it.
    """

    telegram: TelegramEmulator
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    _process: Process | None = None
    starts: int = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    @property
    def log(self) -> str:
        """What all its processes have written to standard error."""
        return self._log.read_text() if self._log.exists() else ""

    @property
    def number(self) -> int:
        """The number of the serving process."""
        assert self._process
        return self._process.pid

    @property
    def rss_mb(self) -> float:
        """Memory that the serving process has in RAM."""
        assert self._process
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> Self:
        """Start it, and return at once."""
        assert not self.is_running
        with self._log.open("ab") as log:
            self._process = await self._spawned("run", stdout=log, stderr=log)
        self.starts += 1
        return self

    async def serve(self, *, timeout: float = WAIT) -> Self:  # noqa: ASYNC109 - as until
        """Start it, and return when it receives."""
        since = len(self.telegram.calls) + 1
        await self.start()
        listens = "setWebhook" if "HEDGEBOT_WEBHOOK_URL" in self.settings else "getUpdates"
        await self.until(lambda: self.telegram.calls_of(listens, since=since), timeout=timeout)
        return self

    async def until(self, condition: Callable[[], T], *, timeout: float = WAIT) -> T:  # noqa: ASYNC109
        """Wait for a change at the emulator; a process that ends meanwhile is an error."""
        assert self._process
        waiting = asyncio.ensure_future(self.telegram.until(condition, timeout=timeout))
        ending = asyncio.ensure_future(self._process.wait())
        await asyncio.wait([waiting, ending], return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise AssertionError(f"hedgebot ended by itself:\n{self.log}")
        ending.cancel()
        return waiting.result()

    async def reply(self, to: Message) -> Message:
        """Wait for the first message that follows a question in its chat."""
        found = await self.until(
            lambda: [said for said in self.telegram.replies(to.chat) if said.id > to.id]
        )
        return found[0]

    async def kill(self) -> None:
        """End it as a power cut does."""
        if self.is_running:
            assert self._process
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> float:
        """Ask it to end; return the seconds that this took."""
        assert self._process
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WAIT):
            status = await self._process.wait()
        assert status == 0, self.log
        return time.monotonic() - began

    async def ended(self) -> int:
        """Wait until it ends by itself; return its exit status."""
        assert self._process
        async with asyncio.timeout(WAIT):
            return await self._process.wait()

    async def check(self) -> str:
        """What `hedgebot check` prints."""
        return (await self._output("check"))[1]

    async def command(self, *words: str) -> str:
        """What another command prints: `hedgebot backup FILE`, `hedgebot requeue`."""
        return (await self._output(*words))[1]

    async def numbers(self, question: str) -> dict[str, Any]:
        """What `hedgebot ask --json` prints."""
        status, printed = await self._output("ask", question, "--json")
        assert status == 0, printed
        return dict(json.loads(printed))

    @property
    def _log(self) -> Path:
        return self.folder / "hedgebot.log"

    async def _output(self, *arguments: str) -> tuple[int, str]:
        process = await self._spawned(*arguments, stdout=PIPE, stderr=PIPE)
        try:
            async with asyncio.timeout(WAIT):
                out, err = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, (out or err).decode()

    async def _spawned(self, *arguments: str, stdout: Any, stderr: Any) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=self.folder,
            env=self._environment(),
            stdin=DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("HEDGEBOT_")}
        ours = {
            "HEDGEBOT_TOKEN": self.telegram.token,
            "HEDGEBOT_TELEGRAM_URL": self.telegram.url,
            "HEDGEBOT_PRICES": "simulated",
            "PYTHONPATH": str(PROJECT),
        }
        return inherited | ours | self.settings


def free_port() -> int:
    """A port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def webhook_settings(secret: str = "a-secret-of-the-test") -> dict[str, str]:
    """Settings that make Telegram push updates to us."""
    address = f"127.0.0.1:{free_port()}"
    return {
        "HEDGEBOT_LISTEN": address,
        "HEDGEBOT_WEBHOOK_URL": f"http://{address}/telegram",
        "HEDGEBOT_WEBHOOK_SECRET": secret,
    }


def live_settings(venues: VenueEmulator, *names: str) -> dict[str, str]:
    """Settings that take prices from these emulated venues, in this order."""
    return {
        "HEDGEBOT_PRICES": "live",
        "HEDGEBOT_VENUES": ",".join(names),
        "HEDGEBOT_CCXT_OPTIONS": json.dumps(venues.ccxt_options),
    }
