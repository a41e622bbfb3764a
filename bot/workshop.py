"""A thread of its own for arithmetic and pictures, so that the event loop stays free."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from analytics.charts import Picture, Theme

if TYPE_CHECKING:
    from analytics.charts.renderer import Renderer

Result = TypeVar("Result")


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
        return await self.compute(partial(self._draw, picture))

    async def warm_up(self) -> None:
        """Load the drawing library before the first question needs it."""
        await self.compute(self._opened)

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _draw(self, picture: Picture) -> bytes:
        return self._opened().draw(picture, self.theme)

    def _opened(self) -> "Renderer":
        if self._renderer is None:
            from analytics.charts.renderer import Renderer  # noqa: PLC0415 - half a second

            self._renderer = Renderer()
        return self._renderer
