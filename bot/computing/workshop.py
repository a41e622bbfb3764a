"""Where arithmetic and pictures are made, so that the event loop stays free.

A terminal has one asker, who can press Ctrl-C: a thread is enough, and starts at once. What serves
many has a ``bot.computing.workroom``.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, Protocol, TypeVar

from analytics.charts import DARK, LIGHT, Picture, Theme
from bot.computing.pen import drawn, pen

Result = TypeVar("Result")
ThemeName = Literal["light", "dark"]

THEMES: Mapping[ThemeName, Theme] = {"light": LIGHT, "dark": DARK}


class OpenWorkshop(Protocol):
    """A workshop that somebody has to close."""

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Run a pure function elsewhere."""

    async def draw(self, picture: Picture) -> bytes:
        """Draw a picture; the result is a PNG."""

    async def drawn(self, picture: Picture, theme: Theme) -> bytes:
        """Draw a picture in any theme."""

    def in_theme(self, theme: ThemeName) -> "ThemedWorkshop":
        """The same workshop with other paper and ink."""

    async def warm_up(self) -> None:
        """Load what the first question needs."""

    async def close(self) -> None:
        """End what is under way."""


@dataclass(slots=True, eq=False)
class ThreadWorkshop:
    """One worker thread: a second would only compete with the first for the interpreter."""

    theme: Theme
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="workshop")
    )

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Run a pure function in the worker thread, in the language of whoever asks."""
        speaking = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, speaking.run, work)

    async def draw(self, picture: Picture) -> bytes:
        """Draw a picture in the worker thread."""
        return await self.drawn(picture, self.theme)

    async def drawn(self, picture: Picture, theme: Theme) -> bytes:
        """Draw a picture in any theme."""
        return await self.compute(partial(drawn, picture, theme))

    def in_theme(self, theme: ThemeName) -> "ThemedWorkshop":
        """The same thread with other paper and ink."""
        return ThemedWorkshop(self, THEMES[theme])

    async def warm_up(self) -> None:
        """Load the drawing library before the first question needs it."""
        await self.compute(pen)

    async def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class ThemedWorkshop:
    """A workshop as one chat likes it."""

    workshop: OpenWorkshop
    theme: Theme

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Run a pure function elsewhere."""
        return await self.workshop.compute(work)

    async def draw(self, picture: Picture) -> bytes:
        """Draw a picture."""
        return await self.workshop.drawn(picture, self.theme)

    def in_theme(self, theme: ThemeName) -> "ThemedWorkshop":
        """The same workshop with other paper and ink."""
        return self.workshop.in_theme(theme)
