"""The picture of who leads: what it refuses, says and keeps apart."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.charts import DARK, LIGHT, LeadPicture, ShareBar, Words
from analytics.charts.renderer import Renderer, scene_of
from analytics.charts.scene import Area, Label, Line
from analytics.charts.typesetting import Typesetter
from tests.analytics.charts.examples import BARE, FOREIGN, START, USUAL, WORDY
from tests.analytics.charts.test_layout import NAMES, WORDS, faults

MINUTE = 60_000
TYPESETTER, RENDERER = Typesetter(), Renderer()
LONG = tuple(f"Kraken Futures 1000000MOG/USDT:USDT-26122{k}" for k in range(5))


def lead(n_markets: int = 2, n: int = 1441, *, scale: float = 5.0, **changes: Any) -> LeadPicture:
    lines = 1 if n_markets == 2 else n_markets
    random = np.random.default_rng(3)
    names = ("Binance", "Bybit", "OKX", "Kraken", "Deribit")
    bounds = ((0.91, 0.97), (0.2, 0.9), None, (0.0, 1.0))
    shown = {
        "words": USUAL,
        "gap_words": "Distance from the median, basis points",
        "share_words": "Information share of Binance against …",
        "labels": names[:lines],
        "time": START + MINUTE * np.arange(n),
        "gaps": scale * random.standard_normal((n, lines)) + np.arange(lines),
        "gap_ends": ("+1.2 bp",) * lines,
        "shares": tuple(
            ShareBar(name, held, "leads" if k == 0 else "cannot tell", is_doubtful=k > 0)
            for k, (name, held) in enumerate(zip(names[1:n_markets], bounds, strict=False))
        ),
    }
    return LeadPicture(**(shown | changes))


def long_named(words: Words) -> LeadPicture:
    bars = tuple(ShareBar(n, (0.1, 0.9), "gap stays open", is_doubtful=True) for n in LONG[1:])
    return lead(5, labels=LONG, gap_ends=("−12,345.6 bp",) * 5, shares=bars, words=words)


PICTURES = {
    "two": lead(),
    "five": lead(5),
    "long": long_named(WORDY),
    "foreign": lead(3, words=BARE, labels=(*FOREIGN, "BTC")),
    "two bars": lead(4, 2),
    "one price": lead(3, gaps=np.zeros((1441, 3))),
    "far apart": lead(5, scale=1e5),
    "all at one": lead(2, shares=(ShareBar("Bybit", (1.0, 1.0), "leads", is_doubtful=False),)),
}


@pytest.mark.parametrize("name", PICTURES)
def test_words_are_large_and_apart_and_on_the_page(name: str) -> None:
    assert list(faults(PICTURES[name])) == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_is_a_small_png(name: str, theme: Any) -> None:
    assert len(RENDERER.draw(PICTURES[name], theme)) < 200_000


def test_doubt_is_hollow_and_certainty_is_filled() -> None:
    marks = scene_of(lead(3), LIGHT, TYPESETTER).marks
    filled = [m for m in marks if isinstance(m, Area) and m.colour == LIGHT.first]
    strokes = [m for m in marks if isinstance(m, Line) and m.clip and m.colour == LIGHT.event]
    assert (len(filled), len(strokes)) == (1, 1)


def test_an_undefined_share_has_no_bar() -> None:
    bar = ShareBar("Bybit", None, "gap stays open", is_doubtful=True)
    marks = scene_of(lead(shares=(bar,)), LIGHT, TYPESETTER).marks
    assert not [m for m in marks if isinstance(m, Area) and m.colour == LIGHT.first]
    assert "gap stays open" in [m.text for m in marks if isinstance(m, Label)]


def test_lines_differ_by_more_than_colour() -> None:
    marks = scene_of(lead(5), LIGHT, TYPESETTER).marks
    dashes = [m.dashes for m in marks if isinstance(m, Line) and len(m.points) > 500]
    assert len(dashes) == len(set(dashes)) == 5


@pytest.mark.parametrize(
    "changes",
    [{"gaps": np.zeros((3, 1))}, {"gap_ends": ()}, {"shares": ()}, {"time": np.arange(1)}],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"gaps|lines"):
        lead(**changes)


@settings(max_examples=25, deadline=None)
@given(WORDS, st.lists(NAMES, min_size=3, max_size=5), st.floats(1e-3, 1e6))
def test_no_words_can_break_the_picture(words: Words, names: list[str], scale: float) -> None:
    bars = tuple(ShareBar(n, (0.2, 0.8), n, is_doubtful=True) for n in names[1:])
    picture = lead(
        len(names), words=words, labels=tuple(names), gap_ends=("−1,234.5 bp",) * len(names), shares=bars,
        scale=scale, gap_words=names[0], share_words=names[1],
    )  # fmt: skip
    assert list(faults(picture)) == []
