"""The record of what the bot asked for, and how fast."""

import asyncio
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.emulators.telegram.files import Upload

SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument"})
EDITS = frozenset(
    {"editMessageText", "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup"}
)

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Call:
    """One request of the bot; `ok` is None until it is answered.

    `effect` tells whether the server acted, which a dropped answer hides from the bot.
    """

    number: int
    method: str
    params: Mapping[str, Any]
    files: Mapping[str, Upload]
    monotonic: float
    wall: float
    ok: bool | None = None
    effect: bool = False
    code: int = 0
    description: str = ""
    result: Any = None
    fault: str = ""

    @property
    def chat_id(self) -> int | str | None:
        return self.params.get("chat_id")

    @property
    def words(self) -> str:
        """Source of the text or caption, before entities are parsed."""
        media = self.params.get("media")
        inner = media.get("caption") if isinstance(media, dict) else None
        return self.params.get("text") or self.params.get("caption") or inner or ""

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "method": self.method,
            "params": dict(self.params),
            "files": {name: len(upload.content) for name, upload in self.files.items()},
            "wall": self.wall,
            "ok": self.ok,
            "effect": self.effect,
            "code": self.code,
            "description": self.description,
            "fault": self.fault,
        }


@dataclass(slots=True, eq=False)
class Bell:
    """Wakes everybody who waits for something to change."""

    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, condition: Callable[[], T], seconds: float | None) -> T:
        """Give the condition's first true value; TimeoutError after so many seconds."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await self._event.wait()
            return found


@dataclass(slots=True, eq=False)
class CallLog:
    """Calls as they came, and as they were finished."""

    bell: Bell
    started: list[Call] = field(default_factory=list)
    finished: list[Call] = field(default_factory=list)

    def start(self, call: Call) -> None:
        self.started.append(call)
        self.bell.ring()

    def finish(self, call: Call) -> None:
        self.finished.append(call)
        self.bell.ring()

    async def wait(
        self, predicate: Callable[[Call], bool], *, count: int, since: int, seconds: float
    ) -> list[Call]:
        """Collect finished calls with a number of at least `since` until `count` match."""
        found: list[Call] = []
        seen = 0

        def enough() -> bool:
            nonlocal seen
            fresh, seen = self.finished[seen:], len(self.finished)
            found.extend(call for call in fresh if call.number >= since and predicate(call))
            return len(found) >= count

        try:
            await self.bell.until(enough, seconds)
        except TimeoutError:
            last = "; ".join(f"{call.method} {call.code}" for call in self.finished[-5:])
            text = f"{len(found)} of {count} calls in {seconds} s; the last ones: {last or 'none'}"
            raise TimeoutError(text) from None
        return found[:count]


@dataclass(frozen=True, slots=True)
class Rates:
    """The busiest windows of the messages that took effect."""

    per_second: int
    per_second_by_chat: Mapping[int, int]
    per_minute_by_chat: Mapping[int, int]

    @property
    def worst_chat_per_second(self) -> int:
        return max(self.per_second_by_chat.values(), default=0)

    @property
    def worst_group_per_minute(self) -> int:
        """The busiest minute of any chat that is not private."""
        groups = [peak for chat, peak in self.per_minute_by_chat.items() if chat < 0]
        return max(groups, default=0)


def rates(calls: Iterable[Call], methods: frozenset[str] = SENDS) -> Rates:
    """Count the messages of each window that begins with a message."""
    times: dict[int, list[float]] = defaultdict(list)
    for call in calls:
        if call.method in methods and call.effect and isinstance(call.chat_id, int):
            times[call.chat_id].append(call.monotonic)
    return Rates(
        peak([moment for chat in times.values() for moment in chat], 1.0),
        {chat: peak(moments, 1.0) for chat, moments in times.items()},
        {chat: peak(moments, 60.0) for chat, moments in times.items()},
    )


def peak(moments: Iterable[float], window: float) -> int:
    """Most moments within any half-open window of so many seconds."""
    ordered = sorted(moments)
    ends = (bisect_left(ordered, moment + window) for moment in ordered)
    return max((end - start for start, end in enumerate(ends)), default=0)
