"""What the coming window will probably deliver, which is not how well the past is known."""

from analytics.statistics.prediction.ranges import (
    LEVELS,
    WINDOWS,
    PredictionRange,
    predicted_correlation,
    predicted_effectiveness,
)

__all__ = [
    "LEVELS",
    "WINDOWS",
    "PredictionRange",
    "predicted_correlation",
    "predicted_effectiveness",
]
