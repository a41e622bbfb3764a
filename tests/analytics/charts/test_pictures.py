"""What a picture refuses to show, and what its words say."""

import numpy as np
import pytest

from analytics.charts import LIGHT, MatrixPicture, Picture
from analytics.charts.renderer import scene_of
from analytics.charts.scene import Dots, Label, Line, Tiles
from analytics.charts.typesetting import Typesetter
from tests.analytics.charts.examples import BREAK, LONG, USUAL, closes, hedge, holed, matrix, pair

TYPESETTER = Typesetter()


def texts(picture: Picture) -> list[str]:
    marks = scene_of(picture, LIGHT, TYPESETTER).marks
    return [mark.text for mark in marks if isinstance(mark, Label)]


def test_closes_without_their_times_are_refused() -> None:
    with pytest.raises(ValueError, match="closes of shape"):
        pair(closes=closes(719))
    with pytest.raises(ValueError, match="closes of shape"):
        pair(1)


def test_correlations_without_their_times_are_refused() -> None:
    with pytest.raises(ValueError, match="3 correlations"):
        pair(rolling=np.zeros(3))


def test_a_hedge_with_ragged_data_is_refused() -> None:
    for changes in ({"hedged": np.ones(3)}, {"target_returns": np.ones(3)}, {"days": 0}):
        with pytest.raises(ValueError, match=r"values|returns|results"):
            hedge(**changes)


@pytest.mark.parametrize("n", [1, 41])
def test_a_matrix_too_small_or_too_large_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match=f"for {n} markets"):
        MatrixPicture(USUAL, ("BTC",) * n, np.eye(n))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (112.34, "+12 %"),
        (100.26, "+0.3 %"),
        (100.0, "0.0 %"),
        (99.99, "0.0 %"),
        (96.3, "−3.7 %"),
        (0.003, "−99.997 %"),
        (5_000.0, "+4,900 %"),
    ],
)
def test_the_end_of_a_price_says_how_far_it_came(last: float, expected: str) -> None:
    prices = np.full((720, 2), 100.0)
    prices[-1, 0] = last
    assert expected in texts(pair(closes=prices))


def test_a_pair_names_everything_it_shows() -> None:
    shown = texts(pair(tested_break=BREAK))
    for words in ("BTC", "ETH-PERP", "0.81", "7d correlation", "90d: 0.80", "UTC", BREAK.words):
        assert words in shown
    assert USUAL.title in shown
    assert USUAL.footnote in shown


def test_a_value_with_no_neighbours_is_a_dot() -> None:
    marks = scene_of(holed(), LIGHT, TYPESETTER).marks
    sizes = [len(mark.points) for mark in marks if isinstance(mark, Dots) and mark.size < 10]
    assert sizes == [1]


def test_second_lines_differ_by_more_than_colour() -> None:
    for picture in (pair(), hedge()):
        marks = scene_of(picture, LIGHT, TYPESETTER).marks
        dashes = {m.colour: m.dashes for m in marks if isinstance(m, Line) and len(m.points) > 700}
        assert dashes[LIGHT.first] == ()
        assert dashes[LIGHT.second] != ()
        ends = {m.colour: m.shape for m in marks if isinstance(m, Dots) and len(m.points) == 1}
        assert ends[LIGHT.first] != ends[LIGHT.second]


def test_days_that_a_hedge_made_worse_are_counted_and_marked() -> None:
    picture = hedge(days=4, effectiveness=np.array([0.5, -0.2, np.nan, -3.0]))
    assert "▼ made it worse on 2 of 3 days" in texts(picture)
    assert "≤−100" in texts(picture)
    marks = scene_of(picture, LIGHT, TYPESETTER).marks
    down = [mark for mark in marks if isinstance(mark, Dots) and mark.shape == "down"]
    assert [len(mark.points) for mark in down] == [2]


def test_a_hedge_that_always_helped_says_so() -> None:
    assert "it helped on each of 30 days" in texts(hedge())
    assert "it helped" in texts(hedge(days=1))
    assert "no day to judge by" in texts(hedge(days=1, effectiveness=np.array([np.nan])))


def test_a_small_matrix_says_its_numbers_with_their_signs() -> None:
    values = np.array([[1, 0.84, -0.25], [0.84, 1, np.nan], [-0.25, np.nan, 1]])
    shown = texts(MatrixPicture(USUAL, ("BTC", "ETH", "SOL"), values))
    assert {"BTC", "ETH", "SOL", "0.84", "−0.25", "–"} <= set(shown)


def test_a_large_matrix_strokes_its_negatives() -> None:
    picture = matrix(30, hole=True)
    below = picture.correlation[np.tril_indices(30, -1)]
    marks = scene_of(picture, LIGHT, TYPESETTER).marks
    strokes = max(
        np.isnan(mark.points[:, 0]).sum()
        for mark in marks
        if isinstance(mark, Line) and mark.colour == LIGHT.page
    )
    assert strokes == 2 * (below < 0).sum()


@pytest.mark.parametrize("names", [None, LONG * 20], ids=["short", "long"])
@pytest.mark.parametrize("n", [2, 3, 4, 7, 12, 13, 25, 40])
def test_the_legend_of_a_matrix_stands_clear(n: int, names: tuple[str, ...] | None) -> None:
    picture = matrix(n, names=names and names[:n])
    tiles = [m for m in scene_of(picture, LIGHT, TYPESETTER).marks if isinstance(m, Tiles)]
    cells, legend = (mark.boxes for mark in tiles)
    left, bottom = legend[:, 0].min(), legend[:, 3].max() + 40
    assert not ((cells[:, 2] > left) & (cells[:, 1] < bottom)).any()
    assert (cells[:, 2] - cells[:, 0] >= 8).all()
    assert (cells[:, 3] - cells[:, 1] >= 8).all()
