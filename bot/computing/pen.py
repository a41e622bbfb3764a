"""Draws; a process loads its drawing library once."""

from functools import cache
from typing import TYPE_CHECKING

from analytics.charts import Picture, Theme

if TYPE_CHECKING:
    from analytics.charts.renderer import Renderer


def drawn(picture: Picture, theme: Theme) -> bytes:
    """A picture as PNG."""
    return pen().draw(picture, theme)


@cache
def pen() -> "Renderer":
    """What draws."""
    from analytics.charts.renderer import Renderer  # noqa: PLC0415 - half a second

    return Renderer()
