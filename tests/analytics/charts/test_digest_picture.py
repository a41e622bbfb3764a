"""Digests as pictures: what they refuse, that rows keep apart, that shapes tell verdicts."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.charts import DARK, LIGHT, DigestPicture, DigestRow, Theme, Words
from analytics.charts.digest_scene import digest_scene
from analytics.charts.renderer import Renderer
from analytics.charts.scene import HEIGHT, SMALLEST_TEXT, WIDTH, Dots, Label, Line
from analytics.charts.typesetting import Typesetter, placed
from analytics.statistics.estimate import Interval

WORDS = Words(
    title="Digest · 10 pairs · 30d",
    subtitle="2 changed · 1 at the edge · 6 steady · 1 without a verdict",
    footnote="Binance and Bybit · 2026-03-10 14:00 UTC · not advice",
    warning="Archived prices",
)
BAR = 6
"""How wide intervals are drawn among many."""
LONG = "bybit:1000000BABYDOGE-PERP × 1000000MOG-PERP"


def row(verdict: str = "steady", *, name: str = "ETH × BTC-PERP", level: float = 0.8) -> DigestRow:
    random = np.random.default_rng(3)
    return DigestRow(
        name=name,
        verdict=verdict,
        verdict_words="may have broken ~27 Aug" if verdict == "edge" else verdict,
        value_words="0.80 (0.75–0.85)",
        before_words="1d ago 0.81 · normal 0.70–0.90",
        time=1_722_470_400_000 + 3_600_000 * np.arange(721),
        values=level + 0.02 * np.cumsum(random.standard_normal(721)) / 20,
        band=Interval(0.7, 0.9),
        likely=Interval(0.5, 0.95),
        interval=Interval(level - 0.05, level + 0.05),
        short_value="0.9981" if verdict == "steady" else "0.80",
    )


def nothing(name: str = "XYZ × ETH") -> DigestRow:
    empty = np.empty(0)
    return DigestRow(name, "none", "no data", "", "", empty.astype(np.int64), empty)


def picture(*rows: DigestRow) -> DigestPicture:
    return DigestPicture(
        WORDS,
        "ρ over 30d, rolling",
        "normal for the pair",
        "likely next",
        rows,
        key=(*((verdict, verdict) for verdict in VERDICTS), ("none", "without a verdict")),
        interval_words="ρ over 30d with its interval",
    )


VERDICTS = ("steady", "edge", "changed")
TEN = (*(row(verdict, name=LONG) for verdict in VERDICTS for _ in range(3)), nothing(LONG))


@pytest.mark.parametrize("n", [0, 31])
def test_none_and_too_many_are_no_picture(n: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        picture(*[row()] * n)


def test_a_course_without_its_times_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time for every value"):
        picture(replace(row(), time=np.arange(3)))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(
    "rows", [(row(),), (row(), nothing(), row("changed")), TEN, (*TEN, row()), TEN * 3]
)
def test_everything_is_on_the_page_and_legible(theme: Theme, rows: tuple[DigestRow, ...]) -> None:
    ruler = Typesetter()
    scene = digest_scene(picture(*rows), theme, ruler)
    boxes = []
    for mark in scene.marks:
        if not isinstance(mark, Label):
            continue
        assert mark.size >= SMALLEST_TEXT
        box = placed(mark, ruler.typeset(mark.text, size=mark.size, bold=mark.bold))
        assert box.left >= 0
        assert box.right <= WIDTH
        assert 0 <= box.top < box.bottom <= HEIGHT
        boxes.append((box, mark.text))
    for k, (one, text) in enumerate(boxes):
        for other, words in boxes[k + 1 :]:
            apart = (
                one.right <= other.left
                or other.right <= one.left
                or one.bottom <= other.top
                or other.bottom <= one.top
            )
            assert apart, (text, words)


def test_every_verdict_has_a_shape_of_its_own() -> None:
    ruler, shapes = Typesetter(), {}
    for verdict in ("steady", "edge", "changed", "none"):
        drawn = replace(nothing(), verdict=verdict)
        marks = digest_scene(picture(drawn), LIGHT, ruler).marks
        shapes[verdict] = tuple(mark.shape for mark in marks if isinstance(mark, Dots))
    assert shapes == {
        "steady": ("circle",),
        "edge": ("diamond",),
        "changed": ("square",),
        "none": ("circle", "circle"),
    }


def test_courses_stay_in_their_rows() -> None:
    wild = replace(row("changed", level=0.1), likely=Interval(-0.9, 0.9))
    scene = digest_scene(picture(*[wild] * 10), LIGHT, Typesetter())
    lines = [mark for mark in scene.marks if isinstance(mark, Line) and len(mark.points) > 100]
    assert len(lines) == 10
    tops = [np.nanmin(line.points[:, 1]) for line in lines]
    bottoms = [np.nanmax(line.points[:, 1]) for line in lines]
    assert all(low < high for low, high in zip(bottoms, tops[1:], strict=False))


def test_of_thirty_pairs_each_has_its_value_uncut_and_its_interval_inside_the_page() -> None:
    scene = digest_scene(picture(*TEN * 3), LIGHT, Typesetter())
    said = [mark.text for mark in scene.marks if isinstance(mark, Label)]
    assert said.count("0.9981") == 9
    assert said.count("0.80") == 18
    assert said.count("no data") == 3
    lines = [mark for mark in scene.marks if isinstance(mark, Line) and mark.width == BAR]
    assert len(lines) == 27 + 1, "one for each value, one in the key"
    for line in lines:
        assert 0 <= line.points[:, 0].min() < line.points[:, 0].max() <= WIDTH


def test_of_many_pairs_every_shape_is_explained() -> None:
    scene = digest_scene(picture(*TEN * 3), DARK, Typesetter())
    said = {mark.text for mark in scene.marks if isinstance(mark, Label)}
    assert {*VERDICTS, "without a verdict", "normal for the pair"} <= said
    assert "ρ over 30d with its interval" in said


def test_a_pair_without_a_band_or_a_forecast_is_drawn() -> None:
    bare = replace(row(), band=None, likely=None)
    gap = replace(row(), values=np.full(721, np.nan))
    assert Renderer().draw(picture(bare, gap), DARK)[:4] == b"\x89PNG"


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_same_picture_gives_the_same_bytes(theme: Theme) -> None:
    pen = Renderer()
    first = pen.draw(picture(*TEN), theme)
    assert pen.draw(picture(*TEN), theme) == first
