"""Where an alert is over if nobody says: a little beyond the threshold, on the good side."""

from handlers._watch.condition import Condition
from handlers._watch.measure import Metric

_SHARE = 0.1
_SHARES = frozenset({Metric.CORRELATION, Metric.EFFECTIVENESS})
_NEAR_ZERO = {
    Metric.CORRELATION: 0.06,
    Metric.EFFECTIVENESS: 0.06,
    Metric.BETA: 0.06,
    Metric.DRIFT: 0.01,
    Metric.FUNDING: 0.01,
    Metric.BASIS: 0.0005,
    Metric.SPREAD: 0.0001,
}
_BOUNDS: dict[Metric, tuple[float | None, float | None]] = {
    Metric.CORRELATION: (-1.0, 1.0),
    Metric.EFFECTIVENESS: (None, 1.0),
    Metric.DRIFT: (0.0, None),
}


def bounds(metric: Metric) -> tuple[float | None, float | None]:
    """The least and the greatest value that a metric can have; None for no bound."""
    return _BOUNDS.get(metric, (None, None))


def usual_clear(metric: Metric, condition: Condition) -> float:
    """The value beyond which an alert is over.

    For a correlation below x: 1.1 x where x is positive, else x + 0.06; above x is its mirror image
    in zero, since a correlation above x is that of the opposite position below -x. Effectiveness
    likewise. Everything else: a tenth of the threshold, but no less than a step that people would
    call a change. Never more than half the way to what the metric can reach: it must be able to
    clear.
    """
    direction = 1.0 if condition.comparison.is_downward else -1.0
    low, high = bounds(metric)
    bound = high if direction > 0 else low
    margin = _margin(metric, condition.threshold, direction)
    if bound is not None:
        margin = min(margin, abs(bound - condition.threshold) / 2)
    return float(f"{condition.threshold + direction * margin:.12g}")


def _margin(metric: Metric, threshold: float, direction: float) -> float:
    if metric in _SHARES:
        # The half on which the condition itself points away from zero has no scale of its own.
        return _SHARE * abs(threshold) if direction * threshold > 0 else _NEAR_ZERO[metric]
    return max(_SHARE * abs(threshold), _NEAR_ZERO[metric])
