"""A thread of its own for arithmetic and pictures, so that the event loop stays free."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar

from analytics.charts import DARK, LIGHT, Picture, Theme

if TYPE_CHECKING:
    from analytics.charts.renderer import Renderer

Result = TypeVar("Result")

THEMES: Mapping[Literal["light", "dark"], Theme] = {"light": LIGHT, "dark": DARK}


@dataclass(slots=True, eq=False)
class ThreadWorkshop:
    """One worker thread: a second would only compete with the first for the interpreter."""

    theme: Theme
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="workshop")
    )
    _renderer: "Renderer | None" = None

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
        return await self.compute(partial(self._draw, picture, theme))

    def in_theme(self, theme: Literal["light", "dark"]) -> "ThemedWorkshop":
        """The same thread with other paper and ink."""
        return ThemedWorkshop(self, THEMES[theme])

    async def warm_up(self) -> None:
        """Load the drawing library before the first question needs it."""
        await self.compute(self._opened)

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _draw(self, picture: Picture, theme: Theme) -> bytes:
        return self._opened().draw(picture, theme)

    def _opened(self) -> "Renderer":
        if self._renderer is None:
            from analytics.charts.renderer import Renderer  # noqa: PLC0415 - half a second

            self._renderer = Renderer()
        return self._renderer


@dataclass(frozen=True, slots=True)
class ThemedWorkshop:
    """A workshop as one chat likes it."""

    workshop: ThreadWorkshop
    theme: Theme

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Run a pure function in the worker thread."""
        return await self.workshop.compute(work)

    async def draw(self, picture: Picture) -> bytes:
        """Draw a picture in the worker thread."""
        return await self.workshop.drawn(picture, self.theme)

    def in_theme(self, theme: Literal["light", "dark"]) -> "ThemedWorkshop":
        """The same thread with other paper and ink."""
        return self.workshop.in_theme(theme)
