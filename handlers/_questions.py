"""The next questions, as rows of buttons."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from analytics.market.windows import DAY, MIN_BARS, YEAR, Window
from handlers._reply import Button

WINDOWS = (("7d", 7 * DAY), ("30d", 30 * DAY), ("90d", 90 * DAY), ("1y", YEAR))


def window_buttons(window: Window, asked: Callable[[Window], str]) -> tuple[Button, ...]:
    """The same question over the usual windows; the bar is kept where it fits."""
    return tuple(
        Button(label, asked(_resized(window, length)), current=length == window.length)
        for label, length in WINDOWS
    )


def again(question: str) -> Button:
    """The same question once more, on newer prices."""
    return Button("↻", question)


def _resized(window: Window, length: timedelta) -> Window:
    resized = replace(window, length=length)
    return resized if resized.n_bars >= MIN_BARS else replace(resized, bar=None)
