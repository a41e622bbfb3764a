"""What pictures of changes and falls say and refuse."""

import numpy as np
import pytest

from analytics.charts import LIGHT, Picture
from analytics.charts.renderer import scene_of
from analytics.charts.scene import Area, Dots, Label, Line, Mark, Tiles
from analytics.charts.typesetting import Typesetter
from tests.analytics.charts.change_examples import change, course, falls, path

TYPESETTER = Typesetter()


def marks(picture: Picture) -> list[Mark]:
    return list(scene_of(picture, LIGHT, TYPESETTER).marks)


def texts(picture: Picture) -> list[str]:
    return [mark.text for mark in marks(picture) if isinstance(mark, Label)]


def test_a_change_names_its_line_its_ranges_and_its_day() -> None:
    shown = texts(change())
    for words in (
        "Break test statistic",
        "30d correlation",
        "chance crosses it in 5 of 100 windows",
        "before and after, 95 % range",
        "decoupled ~12 Mar, p 0.004",
    ):
        assert words in shown


def test_the_limit_is_always_in_view() -> None:
    dotted = [
        mark
        for mark in marks(change(above=path(highest=0.3)))
        if isinstance(mark, Line) and mark.colour == LIGHT.event and mark.dashes == (3.0, 7.0)
    ]
    assert len(dotted) == 2  # in the panel and in its key
    paths = [m for m in marks(change()) if isinstance(m, Line) and m.colour == LIGHT.ink]
    assert paths
    assert all(0 < point < 960 for mark in dotted for point in mark.points[:, 1])


def test_each_side_of_a_break_has_its_range() -> None:
    def areas(picture: Picture) -> int:
        return sum(isinstance(mark, Area) and mark.colour == LIGHT.band for mark in marks(picture))

    assert areas(change()) - areas(change(below=course(stretches=()))) == 3  # both, and the key


def test_the_bad_corner_is_told_by_shape_and_colour() -> None:
    dots = [mark for mark in marks(falls()) if isinstance(mark, Dots)]
    assert {(mark.colour, mark.shape) for mark in dots} == {
        (LIGHT.first, "circle"),
        (LIGHT.second, "square"),
    }
    picture = falls()
    bad = (picture.target_returns <= picture.corner[0]) & (
        picture.hedge_returns <= picture.corner[1]
    )
    assert [len(mark.points) for mark in dots] == [(~bad).sum(), bad.sum()]


def test_bars_start_at_a_common_zero_and_are_as_long_as_their_numbers() -> None:
    picture = falls(days=2, worse=0.0)
    boxes = np.concatenate([m.boxes for m in marks(picture) if isinstance(m, Tiles)])
    left, right = boxes[:, 0], boxes[:, 2]
    assert right[0] == right[2] == left[1] == left[3]  # losses end at zero, gains begin there
    assert (right - left)[2] == pytest.approx((right - left)[0] / 2, abs=2)
    assert {"−10.0 %", "−5.0 %", "+3.0 %"} <= set(texts(picture))


def test_ragged_data_are_refused() -> None:
    with pytest.raises(ValueError, match="3 values"):
        course(values=np.zeros(3))
    with pytest.raises(ValueError, match="returns against"):
        falls(hedge_returns=np.zeros(3))
