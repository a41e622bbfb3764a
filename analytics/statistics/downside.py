"""What a hedge removes of the falls alone."""

import numpy as np

from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.exceedance import FEWEST
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.samples import FloatArray, checked_level, checked_series, checked_values

_NOTHING_LEFT = 1e-20


def downside_effectiveness(
    unhedged: FloatArray, hedged: FloatArray, *, level: float = 0.95
) -> Estimate | None:
    """Share of the squared falls that the hedge removes, bars with a loss unhedged only.

    Parameters
    ----------
    unhedged, hedged
        Shape (T,), returns of the same bars.

    Returns
    -------
    None if fewer than 25 bars lost.

    Notes
    -----
    1 - Σ e² / Σ u² over the bars with u < 0: a ratio of second lower partial moments. Squares
    about zero and not about the mean of the chosen bars: choosing bars by u cuts its variance but
    not that of e, so that a ratio of variances would fall short even where ups and downs are
    alike; this one is then the effectiveness over all bars. The interval is that of the log
    ratio, by equal-weighted cosines (Lazarus, Lewis, Stock and Watson 2018, Journal of Business &
    Economic Statistics 36, 541-559).

    """
    checked_level(level)
    u, e = checked_series(unhedged), checked_values(np.asarray(hedged, dtype=np.float64))
    if e.shape != u.shape or e.ndim != 1:
        raise ValueError(f"two series of one length wanted, got {u.shape} and {e.shape}")
    fell = u < 0
    if int(fell.sum()) < FEWEST:
        return None
    squares_u, squares_e = np.where(fell, u * u, 0.0), np.where(fell, e * e, 0.0)
    ratio = float(squares_e.mean() / squares_u.mean())
    if ratio < _NOTHING_LEFT:
        return Estimate(1.0, Interval(1.0, 1.0, level))
    lrv = ewc_variance(squares_e / squares_e.mean() - squares_u / squares_u.mean())
    reach = lrv.critical_value(level) * np.sqrt(lrv.variance / len(u))
    low, high = ratio * np.exp([reach, -reach])
    return Estimate(1 - ratio, Interval(float(1 - low), float(1 - high), level))
