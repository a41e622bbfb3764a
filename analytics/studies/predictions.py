"""What the coming window is likely to deliver; silence where nothing was calibrated."""

from datetime import timedelta

from analytics.errors import RequestError
from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.windows import DAY, HOUR
from analytics.statistics.prediction import (
    PredictionRange,
    predicted_correlation,
    predicted_effectiveness,
)

SHORTEST, LONGEST = 7 * DAY, 90 * DAY
"""Windows of hourly bars that the ranges were calibrated on."""
BACKGROUND_WINDOWS = 2
"""Windows before the asked one that a prediction needs."""


def is_foreseen(history: History) -> bool:
    """Whether ranges were calibrated on windows and bars like these."""
    return history.bar == HOUR and SHORTEST <= history.window <= LONGEST


def background(window: timedelta) -> timedelta:
    """How far before such a window a prediction looks; zero where there is none."""
    return BACKGROUND_WINDOWS * window if SHORTEST <= window <= LONGEST else timedelta(0)


def likely_correlation(
    history: History, x: FloatArray, y: FloatArray, *, level: float
) -> PredictionRange | None:
    """Range of the next window's correlation; None where the past is too short or unlike."""
    if not is_foreseen(history):
        return None
    try:
        return predicted_correlation(x, y, horizon_bars=history.window // HOUR, level=level)
    except RequestError:
        return None


def likely_effectiveness(
    history: History, unhedged: FloatArray, hedged: FloatArray, *, level: float
) -> PredictionRange | None:
    """Range of the variance that the hedge removes in the next window; None as there."""
    if not is_foreseen(history):
        return None
    try:
        return predicted_effectiveness(
            unhedged, hedged, horizon_bars=history.window // HOUR, level=level
        )
    except RequestError:
        return None
