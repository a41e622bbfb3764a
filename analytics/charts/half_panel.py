"""The head of a panel that takes half of the width: a bold row and a quiet one."""

from collections.abc import Iterator

from analytics.charts.panels import TICK, caption
from analytics.charts.scene import Box, Label, Mark, Ruler
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted

HEAD = 92


def headings(heading: str, detail: str, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """Both rows, at the top of ``box``."""
    yield caption(heading, Box(box.left, box.top + HEAD - 34, box.right, 0), theme, ruler)
    text, size = fitted(detail, ruler, box.width, size=TICK)
    yield Label(text, box.left, box.top + HEAD - 26, size, theme.muted)
