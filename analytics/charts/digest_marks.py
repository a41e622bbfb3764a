"""The shape of a verdict; its colour only repeats it."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.digest import Verdict
from analytics.charts.scene import Dots, Mark, Shape
from analytics.charts.theme import Theme

SIZE = 24.0
_SHAPES: dict[Verdict, Shape] = {"steady": "circle", "edge": "diamond", "changed": "square"}


def verdict_mark(verdict: Verdict, x: float, y: float, theme: Theme) -> Iterator[Mark]:
    """Circle, diamond, square; a ring where there is none."""
    at, colour = np.array(((x, y),)), colour_of(verdict, theme)
    if verdict == "none":
        yield Dots(at, colour, SIZE - 2)
        yield Dots(at, theme.page, SIZE - 10)
        return
    size = SIZE if verdict == "edge" else SIZE - 4
    yield Dots(at, colour, size, shape=_SHAPES[verdict])


def colour_of(verdict: Verdict, theme: Theme) -> str:
    """Legible as text, too."""
    return {
        "steady": theme.first,
        "edge": theme.second,
        "changed": theme.event,
        "none": theme.muted,
    }[verdict]
