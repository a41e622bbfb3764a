"""Pictures of drift and of carry: what they refuse, and that their words stay apart."""

from typing import Any

import numpy as np
import pytest

from analytics.charts import DARK, LIGHT, CarryLine, CarryPicture, DriftPicture, Picture, Words
from analytics.charts.renderer import Renderer, scene_of
from analytics.charts.scene import Dots, Label, Line
from analytics.charts.typesetting import Typesetter
from analytics.statistics.estimate import Interval
from tests.analytics.charts.examples import BARE, FOREIGN, HOUR, LONG, START, USUAL, WORDY
from tests.analytics.charts.test_layout import faults

TYPESETTER = Typesetter()


def drift(n: int = 720, *, scale: float = 1.0, **changes: Any) -> DriftPicture:
    rng = np.random.default_rng(4)
    shown = {
        "words": USUAL,
        "unit": "BTC",
        "side": "short",
        "best": 2.48 * scale,
        "best_effectiveness": 0.71,
        "curvature": 0.12 / scale**2,
        "now": 2.1 * scale,
        "now_words": "2.100 BTC",
        "target": 2.48 * scale,
        "target_words": "2.480 BTC",
        "band": Interval(2.19 * scale, 2.77 * scale),
        "interval": Interval(2.3 * scale, 2.66 * scale),
        "time": START + HOUR * np.arange(n),
        "path": -0.15 + 0.01 * np.cumsum(rng.standard_normal(n)) / 10,
        "path_end": "−15 %",
    }
    return DriftPicture(**(shown | changes))


def line(
    name: str, n: int = 90, *, seed: int = 1, end: str = "+2.4 %", size: float = 1.0
) -> CarryLine:
    values = size * np.random.default_rng(seed).standard_normal(n).cumsum()
    return CarryLine(name, START + 8 * HOUR * np.arange(n), values, end)


def carry(*names: str, words: Words = USUAL, n: int = 90, size: float = 1.0) -> CarryPicture:
    lines = tuple(line(name, n, seed=k, size=size) for k, name in enumerate(names))
    return CarryPicture(words, "Funding accrued to the short, %", lines, "Each payment, bp", lines)


PICTURES: dict[str, Picture] = {
    "usual drift": drift(),
    "far off": drift(now=9.9, now_words="9.900 BTC"),
    "wrong way": drift(now=-1.0, now_words="−1.000 BTC", path_end="−140 %"),
    "tiny coins": drift(scale=1e-5, now_words="0.00002100 BTC", target_words="0.00002480 BTC"),
    "many coins": drift(
        scale=1e9, unit=LONG[0], now_words="2,100,000,000 1000000MOG", target_words="9" * 40
    ),
    "narrow band": drift(band=Interval(2.479, 2.481), interval=Interval(-40, 45)),
    "wordy drift": drift(words=WORDY, path_end="+12,345,678 %"),
    "foreign drift": drift(words=BARE, unit=FOREIGN[0], side="long"),
    "two closes": drift(2, path=np.array([0.0, 0.0])),
    "one contract": carry("BTC-INV"),
    "two contracts": carry("BTC-INV", "BTC-PERP"),
    "long names": carry(*LONG, words=WORDY),
    "foreign names": carry(*FOREIGN, words=BARE),
    "two payments": carry("BTC-INV", "BTC-PERP", n=2),
    "no payment": carry("BTC-INV", size=0.0),
    "tiny payments": carry("BTC-INV", "BTC-PERP", size=1e-5),
    "large payments": carry("BTC-INV", "BTC-PERP", size=1e6),
}


@pytest.mark.parametrize("name", PICTURES)
def test_words_are_large_and_apart_and_on_the_page(name: str) -> None:
    assert list(faults(PICTURES[name])) == []


@pytest.mark.parametrize("name", ["usual drift", "two contracts"])
def test_a_picture_is_small_and_drawn_in_both_themes(name: str) -> None:
    renderer = Renderer()
    light, dark = (renderer.draw(PICTURES[name], theme) for theme in (LIGHT, DARK))
    assert light != dark
    assert max(len(light), len(dark)) < 150_000


def test_the_marks_of_now_and_target_stand_on_the_parabola_and_differ_in_shape() -> None:
    scene = scene_of(drift(), LIGHT, TYPESETTER)
    marks = [m for m in scene.marks if isinstance(m, Dots) and m.size == 24]
    curve = next(
        m for m in scene.marks if isinstance(m, Line) and len(m.points) == 240 and m.width == 4
    )
    assert {m.shape for m in marks} == {"circle", "square"}
    for mark in marks:
        x, y = mark.points[0]
        on_curve = np.interp(x, curve.points[:, 0], curve.points[:, 1])
        assert y == pytest.approx(on_curve, abs=1.0)


def test_a_drift_names_its_sizes() -> None:
    scene = scene_of(drift(), LIGHT, TYPESETTER)
    texts = [mark.text for mark in scene.marks if isinstance(mark, Label)]
    assert {"now 2.100 BTC", "target 2.480 BTC", "wait", "95 % range of the best"} <= set(texts)


def test_pictures_with_ragged_data_are_refused() -> None:
    with pytest.raises(ValueError, match="shares at"):
        drift(path=np.zeros(3))
    with pytest.raises(ValueError, match="falls off"):
        drift(curvature=0.0)
    with pytest.raises(ValueError, match="values at"):
        CarryLine("BTC", np.arange(3), np.zeros(2), "")
    with pytest.raises(ValueError, match="one line or two"):
        carry("A", "B", "C")
