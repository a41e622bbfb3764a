"""Themes that everybody can read, and a palette that keeps them."""

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from analytics.charts import DARK, LIGHT, Theme
from analytics.charts.matrix_scene import luminance, tint
from analytics.charts.palette import Palette, flat_inks
from analytics.charts.png import png
from analytics.charts.theme import rgb

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])

# What dichromats see, on linear RGB: Viénot, Brettel and Mollon (1999) for red and green.
PROTANOPIA = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
DEUTERANOPIA = np.array(
    [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]
)


def lightness(colour: str) -> float:
    return luminance(np.array(rgb(colour), dtype=np.uint8))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, eye: np.ndarray) -> np.ndarray:
    linear = (np.array(rgb(colour)) / 255) ** 2.2
    return np.clip(eye @ linear, 0, 1) ** (1 / 2.2) * 255


@THEMES
def test_words_stand_out_from_the_page(theme: Theme) -> None:
    for ink in (theme.ink, theme.muted, theme.first, theme.second, theme.event):
        assert contrast(ink, theme.page) >= 4.5
    assert contrast(theme.on_warning, theme.warning) >= 4.5


@THEMES
def test_lines_stand_out_from_the_band(theme: Theme) -> None:
    assert contrast(theme.ink, theme.band) >= 4.5
    assert contrast(theme.event, theme.band) >= 3


@THEMES
@pytest.mark.parametrize("eye", [PROTANOPIA, DEUTERANOPIA], ids=["protanopia", "deuteranopia"])
def test_opposites_differ_for_colour_blind_eyes(theme: Theme, eye: np.ndarray) -> None:
    for one, other in ((theme.first, theme.second), (theme.positive, theme.negative)):
        assert np.linalg.norm(seen(one, eye) - seen(other, eye)) > 80


@THEMES
def test_a_stronger_correlation_is_farther_from_the_page(theme: Theme) -> None:
    for sign in (-1, 1):
        tints = tint(sign * np.linspace(0, 1, 21), theme)
        distance = [abs(luminance(colour) - lightness(theme.page)) for colour in tints]
        assert (np.diff(distance) > 0).all()


@THEMES
def test_an_undefined_correlation_is_neutral(theme: Theme) -> None:
    assert tuple(tint(np.array([np.nan]), theme)[0]) == rgb(theme.neutral)


@THEMES
def test_flat_inks_survive_the_palette(theme: Theme) -> None:
    palette, inks = Palette(theme), flat_inks(theme)
    assert len(palette.colours) <= 256
    rgba = np.full((len(inks), 1, 4), 255, dtype=np.uint8)
    rgba[:, 0, :3] = inks
    np.testing.assert_array_equal(palette.colours[palette.indices(rgba)[:, 0]], inks)


@THEMES
def test_mixtures_come_out_nearly_as_they_went_in(theme: Theme) -> None:
    palette = Palette(theme)
    share = np.linspace(0, 1, 50)[:, None]
    for one, other in combinations((theme.page, theme.ink, theme.first), 2):
        mixed = np.array(rgb(one)) * share + np.array(rgb(other)) * (1 - share)
        rgba = np.full((50, 1, 4), 255, dtype=np.uint8)
        rgba[:, 0, :3] = mixed
        out = palette.colours[palette.indices(rgba)[:, 0]].astype(float)
        assert np.abs(out - mixed).max() < 32
        assert np.abs(out - mixed).mean() < 8


def test_a_png_holds_what_was_put_in() -> None:
    rng = np.random.default_rng(5)
    indices = rng.integers(0, 7, size=(23, 41), dtype=np.uint8)
    colours = rng.integers(0, 256, size=(7, 3), dtype=np.uint8)
    with Image.open(io.BytesIO(png(indices, colours))) as image:
        image.load()
        np.testing.assert_array_equal(np.asarray(image.convert("RGB")), colours[indices])
