"""Pictures to PNG; the only module that rasterises."""

from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from analytics.charts import (
    LIGHT,
    CarryPicture,
    ChangePicture,
    DigestPicture,
    DriftPicture,
    HedgePicture,
    LeadPicture,
    MatrixPicture,
    PairPicture,
    Picture,
    RankingPicture,
    StressPicture,
    Theme,
)
from analytics.charts.carry_scene import carry_scene
from analytics.charts.change_scene import change_scene
from analytics.charts.digest_scene import digest_scene
from analytics.charts.drift_scene import drift_scene
from analytics.charts.hedge_scene import hedge_scene
from analytics.charts.lead_scene import lead_scene
from analytics.charts.matrix_scene import matrix_scene
from analytics.charts.pair_scene import pair_scene
from analytics.charts.palette import Palette
from analytics.charts.png import png
from analytics.charts.ranking_scene import ranking_scene
from analytics.charts.scene import (
    HEIGHT,
    WIDTH,
    Area,
    Box,
    Dots,
    Label,
    Line,
    Mark,
    Ruler,
    Scene,
    Shape,
    Tiles,
)
from analytics.charts.stress_scene import stress_scene
from analytics.charts.theme import rgb
from analytics.charts.typesetting import Typesetter, placed

Colour = tuple[float, float, float, float]

_DOTS_PER_INCH = 72  # so that a point is a pixel
_TO_AGG = Affine2D().scale(1, -1).translate(0, HEIGHT)
_SHAPES: Mapping[Shape, Path] = MappingProxyType(
    {
        "circle": Path.unit_circle(),
        "square": Path([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)], closed=True),
        "diamond": Path([(-1, 0), (0, -1), (1, 0), (0, 1), (-1, 0)], closed=True),
        "down": Path([(-1, 0.8), (1, 0.8), (0, -1), (-1, 0.8)], closed=True),
    }
)


class Renderer:
    """Draws one picture at a time; the same picture gives the same bytes, whatever came before.

    Keeps its canvas, each theme's palette and the words it has set, so a first picture takes
    several times as long as the next; draw one at the start to warm up. Safe among threads, which
    take turns.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._typesetter = Typesetter()
        self._agg: Any = RendererAgg(WIDTH, HEIGHT, _DOTS_PER_INCH)  # type: ignore[no-untyped-call]
        self._pixels = _pixels(self._agg)
        self._palettes: dict[Theme, Palette] = {}

    def draw(self, picture: Picture, theme: Theme = LIGHT) -> bytes:
        """The picture as PNG, 1280 by 960 pixels."""
        with self._lock:
            scene = scene_of(picture, theme, self._typesetter)
            page = np.array((*rgb(scene.page), 255), dtype=np.uint8)
            self._pixels.view(np.uint32)[...] = page.view(np.uint32)
            for mark in scene.marks:
                self._draw(mark)
            palette = self._palette(theme)
            return png(palette.indices(self._pixels), palette.colours)

    def _palette(self, theme: Theme) -> Palette:
        palette = self._palettes.get(theme)
        if palette is None:
            palette = self._palettes[theme] = Palette(theme)
        return palette

    def _draw(self, mark: Mark) -> None:
        match mark:
            case Line():
                self._draw_line(mark)
            case Area():
                context = self._context(mark.colour, 0, mark.clip)
                self._agg.draw_path(context, Path(mark.points), _TO_AGG, _rgba(mark.colour))
            case Tiles():
                self._draw_tiles(mark)
            case Dots():
                self._draw_dots(mark)
            case Label():
                self._draw_label(mark)

    def _draw_line(self, line: Line) -> None:
        context = self._context(line.colour, line.width, line.clip)
        if line.dashes:
            context.set_dashes(0, line.dashes)
        else:
            context.set_capstyle("round")
        self._agg.draw_path(context, Path(line.points), _TO_AGG)

    def _draw_tiles(self, tiles: Tiles) -> None:
        for (left, top, right, bottom), colour in zip(
            tiles.boxes.tolist(), tiles.colours, strict=True
        ):
            self._pixels[top:bottom, left:right, :3] = colour

    def _draw_dots(self, dots: Dots) -> None:
        if dots.halo:
            ring = self._context(dots.halo, 0, dots.clip)
            self._stamp(ring, dots, dots.size + 6, _rgba(dots.halo))
        context = self._context(dots.colour, 0, dots.clip)
        context.set_alpha(dots.opacity)
        self._stamp(context, dots, dots.size, _rgba(dots.colour))

    def _stamp(self, context: GraphicsContextBase, dots: Dots, size: float, face: Colour) -> None:
        shape = Affine2D().scale(size / 2)
        self._agg.draw_markers(
            context, _SHAPES[dots.shape], shape, Path(dots.points), _TO_AGG, face
        )

    def _draw_label(self, label: Label) -> None:
        ink = self._typesetter.typeset(label.text, size=label.size, bold=label.bold)
        box = placed(label, ink)
        area = self._pixels[
            max(int(box.top), 0) : int(box.bottom), max(int(box.left), 0) : int(box.right), :3
        ]
        coverage = ink.coverage[: area.shape[0], : area.shape[1], None].astype(np.int32)
        colour = np.array(rgb(label.colour), dtype=np.int32)
        area += ((colour - area) * coverage // 255).astype(np.int16).astype(np.uint8)

    def _context(self, colour: str, width: float, clip: Box | None) -> GraphicsContextBase:
        context: GraphicsContextBase = self._agg.new_gc()
        context.set_foreground(_rgba(colour), isRGBA=True)
        context.set_linewidth(width)
        context.set_joinstyle("round")
        if clip:
            box = Bbox.from_extents(clip.left, HEIGHT - clip.bottom, clip.right, HEIGHT - clip.top)
            context.set_clip_rectangle(box)
        return context


def scene_of(picture: Picture, theme: Theme, ruler: Ruler) -> Scene:  # noqa: C901 - one case a kind
    """Where everything in a picture goes."""
    match picture:
        case PairPicture():
            return pair_scene(picture, theme, ruler)
        case DriftPicture():
            return drift_scene(picture, theme, ruler)
        case CarryPicture():
            return carry_scene(picture, theme, ruler)
        case LeadPicture():
            return lead_scene(picture, theme, ruler)
        case HedgePicture():
            return hedge_scene(picture, theme, ruler)
        case MatrixPicture():
            return matrix_scene(picture, theme, ruler)
        case ChangePicture():
            return change_scene(picture, theme, ruler)
        case StressPicture():
            return stress_scene(picture, theme, ruler)
        case RankingPicture():
            return ranking_scene(picture, theme, ruler)
        case DigestPicture():
            return digest_scene(picture, theme, ruler)


def _pixels(agg: Any) -> npt.NDArray[np.uint8]:
    return np.asarray(agg.buffer_rgba())


def _rgba(colour: str) -> Colour:
    red, green, blue = rgb(colour)
    return red / 255, green / 255, blue / 255, 1.0
