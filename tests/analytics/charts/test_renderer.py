"""PNG bytes: their size, their sameness, and what importing costs."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from analytics.charts import DARK, LIGHT, Theme
from analytics.charts.renderer import Renderer
from analytics.charts.theme import rgb
from tests.analytics.charts.examples import ALL_PICTURES, HOUR, USUAL_PICTURES, pair

RENDERER = Renderer()
ROOT = Path(__file__).parents[3]


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        image.load()
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ALL_PICTURES)
def test_every_picture_is_a_small_png_of_one_size(name: str, theme: Theme) -> None:
    png = RENDERER.draw(ALL_PICTURES[name], theme)
    with Image.open(io.BytesIO(png)) as image:
        image.verify()
        assert (image.format, image.size) == ("PNG", (1280, 960))
    assert len(png) < 200_000
    assert tuple(pixels(png)[-1, -1]) == rgb(theme.page)


def test_a_picture_does_not_depend_on_what_was_drawn_before() -> None:
    fresh = {name: Renderer().draw(picture) for name, picture in USUAL_PICTURES.items()}
    for picture in ALL_PICTURES.values():
        RENDERER.draw(picture, DARK)
    for name, picture in reversed(USUAL_PICTURES.items()):
        assert RENDERER.draw(picture) == fresh[name]


def test_threads_that_share_a_renderer_get_their_own_pictures() -> None:
    alone = [RENDERER.draw(picture) for picture in USUAL_PICTURES.values()]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(RENDERER.draw, [*USUAL_PICTURES.values()] * 3))
    assert together == alone * 3


def test_other_data_give_another_picture() -> None:
    one = pair()
    other = pair(closes=one.closes[::-1])
    assert RENDERER.draw(one) != RENDERER.draw(other)


def test_the_lines_reach_their_extremes() -> None:
    closes = np.full((2000, 2), 100.0)
    closes[1234, 0] = 130.0
    drawn = pixels(RENDERER.draw(pair(2000, closes=closes, rolling=np.full(1999, 0.5))))
    blue = (drawn == rgb(LIGHT.first)).all(axis=2)
    flat = np.flatnonzero(blue[:, 250:400].any(axis=1))
    assert np.flatnonzero(blue.any(axis=1))[0] < flat[0] - 150


def test_drawing_leaves_the_data_alone() -> None:
    picture = pair()
    closes, rolling = picture.closes.copy(), picture.rolling.copy()
    RENDERER.draw(picture)
    np.testing.assert_array_equal(picture.closes, closes)
    np.testing.assert_array_equal(picture.rolling, rolling)


def test_data_may_be_read_only() -> None:
    picture = pair()
    for array in (picture.closes, picture.rolling, picture.close_time):
        array.setflags(write=False)
    assert RENDERER.draw(picture) == RENDERER.draw(pair())


def imported(module: str) -> set[str]:
    """The modules that a fresh interpreter holds after importing one."""
    code = f"import sys, {module}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return set(done.stdout.split())


def test_naming_a_picture_does_not_import_matplotlib() -> None:
    modules = imported("analytics.charts")
    assert "analytics.charts.pair" in modules
    assert "matplotlib" not in modules


def test_the_renderer_never_imports_pyplot() -> None:
    modules = imported("analytics.charts.renderer")
    assert "matplotlib" in modules
    assert "matplotlib.pyplot" not in modules


@pytest.mark.slow
def test_pictures_of_real_candles_are_small_too() -> None:
    import pandas as pd

    folder = ROOT.parent / "shared" / "market-data" / "e1_2024_spot_1h"
    if not folder.exists():
        pytest.skip(f"no real candles at {folder}")
    frames = [
        pd.read_parquet(folder / f"binance_spot_{coin}-USDT_1h.parquet") for coin in ("BTC", "ETH")
    ]
    closes = np.column_stack([frame["close"].to_numpy(np.float64) for frame in frames])
    time = HOUR * (np.arange(len(closes)) + 473_352)
    for n in (30, 720, 2200, len(closes)):
        picture = pair(n, close_time=time[-n:], closes=closes[-n:])
        assert len(RENDERER.draw(picture)) < 200_000
