"""Pictures of answers; the only place that draws.

What a picture shows is imported from here and costs nothing; ``analytics.charts.renderer`` draws
it and takes matplotlib along.
"""

from analytics.charts.carry import CarryLine, CarryPicture
from analytics.charts.change import ChangePicture, Course, Stretch
from analytics.charts.digest import DigestPicture, DigestRow
from analytics.charts.drift import DriftPicture
from analytics.charts.hedge import HedgePicture
from analytics.charts.lead import LeadPicture, ShareBar
from analytics.charts.matrix import MatrixPicture
from analytics.charts.pair import MarkedBreak, PairPicture, price_change
from analytics.charts.ranking import IntervalRow, RankingPicture
from analytics.charts.stress import BadDay, StressPicture
from analytics.charts.theme import DARK, LIGHT, Theme
from analytics.charts.words import Words

Picture = (
    PairPicture
    | HedgePicture
    | MatrixPicture
    | ChangePicture
    | StressPicture
    | DriftPicture
    | CarryPicture
    | LeadPicture
    | RankingPicture
    | DigestPicture
)

__all__ = [
    "DARK",
    "LIGHT",
    "BadDay",
    "CarryLine",
    "CarryPicture",
    "ChangePicture",
    "Course",
    "DigestPicture",
    "DigestRow",
    "DriftPicture",
    "HedgePicture",
    "IntervalRow",
    "LeadPicture",
    "MarkedBreak",
    "MatrixPicture",
    "PairPicture",
    "Picture",
    "RankingPicture",
    "ShareBar",
    "StressPicture",
    "Stretch",
    "Theme",
    "Words",
    "price_change",
]
