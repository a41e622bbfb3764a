"""A webhook's delivery: lanes side by side, one update of a lane at a time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.emulators.telegram.updates import Update
from tests.emulators.telegram.world import World

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
LONGEST_RETRY_AFTER = 3600.0
ANSWER_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery to the webhook; `status` is 0 when no answer came."""

    update_id: int
    status: int
    began: float
    ended: float


class Webhook:
    """Delivers waiting updates until each is answered with 2xx."""

    def __init__(
        self, world: World, url: str, secret: str, max_connections: int, time_factor: float
    ) -> None:
        self.url = url
        self.max_connections = max_connections
        self.attempts: list[Attempt] = []
        self.last_error: dict[str, Any] = {}
        self._world = world
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        self._time_factor = time_factor
        self._slots = asyncio.Semaphore(max_connections)
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._pump: asyncio.Task[None] | None = None
        self._is_closing = False

    def open(self) -> None:
        self._pump = asyncio.create_task(self._run())

    async def close(self) -> None:
        # Else a lane that ends here would be opened again, and lose its session with the pump.
        self._is_closing = True
        for task in [*self._lanes.values(), *([self._pump] if self._pump else [])]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                for lane in await self._world.bell.until(self._idle_lanes, None):
                    self._lanes[lane] = asyncio.create_task(self._drain(session, lane))

    def _idle_lanes(self) -> set[int]:
        if self._is_closing:
            return set()
        return {update.lane for update in self._world.updates.waiting()} - set(self._lanes)

    async def _drain(self, session: aiohttp.ClientSession, lane: int) -> None:
        delay = FIRST_DELAY
        try:
            while update := self._first(lane):
                async with self._slots:
                    wait = await self._deliver(session, update, delay)
                if wait is None:
                    self._world.updates.forget([update.id])
                    delay = FIRST_DELAY
                else:
                    await asyncio.sleep(wait * self._time_factor)
                    delay = min(delay * 2, LONGEST_DELAY)
        finally:
            del self._lanes[lane]

    def _first(self, lane: int) -> Update | None:
        waiting = self._world.updates.waiting()
        return next((update for update in waiting if update.lane == lane), None)

    async def _deliver(
        self, session: aiohttp.ClientSession, update: Update, delay: float
    ) -> float | None:
        """Post one update; give the seconds to wait before the next try, None when taken."""
        began, status, asked = time.monotonic(), 0, None
        try:
            post = session.post(self.url, json=update.as_json(), headers=self._headers)
            async with post as answer:
                status, asked = answer.status, answer.headers.get("Retry-After")
                await answer.read()
            text = f"Wrong response from the webhook: {status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            text = f"{type(error).__name__}: connection to the webhook failed"
        self.attempts.append(Attempt(update.id, status, began, time.monotonic()))
        if 200 <= status < 300:
            return None
        date = int(self._world.clock())
        self.last_error = {"last_error_date": date, "last_error_message": text}
        self._world.bell.ring()
        return min(float(asked), LONGEST_RETRY_AFTER) if asked and asked.isdigit() else delay
