"""Keeps to Telegram's limits: a message a second a chat, 20 a minute a group, 30 a second in all.

Telegram publishes no window, so the figures hold in every window: a steady rate plus a small
burst that together stay below the limit (generic cell rate algorithm, ITU-T I.371).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` messages at once, then one every ``interval`` seconds."""

    interval: float
    burst: int


BOT = Rate(interval=1 / 22, burst=1)
CHAT = Rate(interval=1.0, burst=1)
GROUP = Rate(interval=60 / 17, burst=3)
FORGET_AFTER = 120.0


@dataclass(slots=True)
class Gate:
    """One limit; ``due`` is when the steady rate would admit the next message."""

    rate: Rate
    due: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until a message may pass."""
        return self.due - (self.rate.burst - 1) * self.rate.interval - now

    def passed(self, now: float) -> None:
        """Count a message."""
        self.due = max(self.due, now) + self.rate.interval


@dataclass(slots=True)
class Pacing:
    """Admits outgoing messages; ``clock`` counts seconds and never goes back."""

    clock: Callable[[], float] = field(default_factory=lambda: asyncio.get_running_loop().time)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _bot: Gate = field(default_factory=lambda: Gate(BOT))
    _chats: dict[int, tuple[Gate, ...]] = field(default_factory=dict)
    _silent_until: float = 0.0

    async def turn(self, chat_id: int) -> None:
        """Return when a message to this chat may be sent."""
        while (wait := self._wait(chat_id)) > 0:
            await self.sleep(wait)
        now = self.clock()
        for gate in (self._bot, *self._gates(chat_id)):
            gate.passed(now)

    def pause(self, seconds: float) -> None:
        """Be silent in all chats: Telegram has said that this bot is too fast."""
        self._silent_until = max(self._silent_until, self.clock() + seconds)

    @property
    def is_paused(self) -> bool:
        """Whether Telegram wants silence now."""
        return self.clock() < self._silent_until

    def _wait(self, chat_id: int) -> float:
        now = self.clock()
        gates = (self._bot, *self._gates(chat_id))
        return max(self._silent_until - now, *(gate.wait(now) for gate in gates), 0.0)

    def _gates(self, chat_id: int) -> tuple[Gate, ...]:
        if len(self._chats) > 1000:  # noqa: PLR2004 - any size that keeps the sweep rare
            self._forget_idle()
        rates = (CHAT,) if chat_id > 0 else (CHAT, GROUP)
        return self._chats.setdefault(chat_id, tuple(Gate(rate) for rate in rates))

    def _forget_idle(self) -> None:
        oldest = self.clock() - FORGET_AFTER
        self._chats = {
            chat: gates
            for chat, gates in self._chats.items()
            if any(gate.due > oldest for gate in gates)
        }
