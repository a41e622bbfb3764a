"""Pictures of answers; the only place that draws.

What a picture shows is imported from here and costs nothing; ``analytics.charts.renderer`` draws
it and takes matplotlib along.
"""

from analytics.charts.hedge import HedgePicture
from analytics.charts.matrix import MatrixPicture
from analytics.charts.pair import MarkedBreak, PairPicture
from analytics.charts.theme import DARK, LIGHT, Theme
from analytics.charts.words import Words

Picture = PairPicture | HedgePicture | MatrixPicture

__all__ = [
    "DARK",
    "LIGHT",
    "HedgePicture",
    "MarkedBreak",
    "MatrixPicture",
    "PairPicture",
    "Picture",
    "Theme",
    "Words",
]
