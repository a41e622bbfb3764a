"""Rankings: what they refuse, and that every row keeps to its place."""

import numpy as np
import pytest

from analytics.charts import DARK, LIGHT, IntervalRow, RankingPicture, Theme, Words
from analytics.charts.ranking_scene import ranking_scene
from analytics.charts.renderer import Renderer
from analytics.charts.scene import HEIGHT, SMALLEST_TEXT, WIDTH, Dots, Label, Line
from analytics.charts.typesetting import Typesetter, placed

WORDS = Words(
    title="Best hedges of 123456.789 1000PEPE · 60d: 1000PEPE-PERP removes 99.97 % (99.96–99.98 %)",
    subtitle="198 of 200 contracts hedge beyond chance · 60 unseen days · 95 % ranges",
    footnote="Binance · 2026-03-10 14:00 UTC · not advice",
    warning="Archived prices",
)


def picture(n: int, *, label: str = "1000PEPE-PERP", parted_after: int = 0) -> RankingPicture:
    rows = tuple(
        IntervalRow(
            f"{label}{k}",
            value=90 - 8 * k,
            low=80 - 9 * k,
            high=95 - 7 * k,
            words=f"{90 - 8 * k} % (80–95 %)",
            is_hollow=k >= n // 2,
        )
        for k in range(n)
    )
    return RankingPicture(
        WORDS,
        "Variance removed on unseen days, %",
        rows,
        parted_after,
        "not told apart from the most effective",
        "less effective beyond chance",
    )


@pytest.mark.parametrize("n", [0, 21])
def test_none_and_too_many_are_no_picture(n: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        picture(n)


def test_a_value_outside_of_its_interval_is_a_mistake() -> None:
    row = IntervalRow("A", 2, 0, 1, "2")
    with pytest.raises(ValueError, match="within"):
        RankingPicture(WORDS, "x", (row,))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(("n", "label"), [(1, "A"), (5, "BTC-"), (20, "1000000LONGNAMED-PERP × ")])
def test_everything_is_on_the_page_and_legible(theme: Theme, n: int, label: str) -> None:
    ruler = Typesetter()
    scene = ranking_scene(picture(n, label=label, parted_after=n // 2), theme, ruler)
    for mark in scene.marks:
        if isinstance(mark, Label):
            assert mark.size >= SMALLEST_TEXT
            ink = ruler.typeset(mark.text, size=mark.size, bold=mark.bold)
            box = placed(mark, ink)
            assert box.left >= 0
            assert box.right <= WIDTH
            assert box.bottom <= HEIGHT
        if isinstance(mark, Line | Dots):
            points = mark.points[np.isfinite(mark.points).all(axis=1)]
            assert ((points >= 0) & (points <= (WIDTH, HEIGHT))).all()
    assert Renderer().draw(picture(n, label=label), theme).startswith(b"\x89PNG")


def test_rows_do_not_touch_each_other() -> None:
    ruler = Typesetter()
    scene = ranking_scene(picture(20), LIGHT, ruler)
    names = [m for m in scene.marks if isinstance(m, Label) and m.text.startswith("1000PEPE-PERP")]
    assert len(names) == 20
    heights = np.diff([mark.y for mark in names])
    assert heights.min() >= SMALLEST_TEXT


def test_hollow_dots_differ_by_more_than_colour() -> None:
    scene = ranking_scene(picture(4), LIGHT, Typesetter())
    inner = [m for m in scene.marks if isinstance(m, Dots) and m.colour == LIGHT.page]
    assert len(inner) == 3, "two rows and the key"
