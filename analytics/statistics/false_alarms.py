"""How often a band is left though nothing has changed."""

import math
from itertools import pairwise

from analytics.statistics.bands import BAND_WIDTH

_CLUSTERING = ((30, 1.45), (168, 0.6), (720, 1.2))
"""By how much clustered volatility and fat tails change the rate, by bars of the window, beside a
baseline of 180 days (4,320 bars for the longer two): measured at a half-width of 2.6, two checks."""
_PASSES_THE_TEST = 0.25
"""Share of false alarms that the break test does not stop, measured likewise."""


def false_alarms_a_year(
    *,
    window: int,
    baseline: int,
    bars_a_year: float,
    k: float = BAND_WIDTH,
    one_sided: bool = False,
    tested: bool = False,
) -> float:
    """Expected alarms a year of a correlation that never changes, watched at every bar.

    Parameters
    ----------
    window, baseline
        Their lengths in bars.
    k
        Half-width of the band in standard errors.
    one_sided
        Only above the band, or only below it.
    tested
        Only where the break test of the newest three windows finds a change at 5 % too.

    Notes
    -----
    The distance of window and baseline is a moving average: near a bar its correlation falls as
    1 - C d, with C from the bars that enter and leave either part. Such a process crosses a high
    level k at the rate C k φ(k) on each side (Pickands 1969, Transactions of the American
    Mathematical Society 145, 51-73). What clustering adds to normal returns is measured in
    docs/alerts.md; it holds near k = 2.6 and is too little beyond 3.

    """
    if min(window, baseline) < 1 or not k > 0:
        raise ValueError("a window, a baseline and a band are positive")
    now, past = 1 / window, 1 / baseline
    moves = now**2 + (now + past) ** 2 + past**2
    falls = moves / (2 * (now + past))
    crossing = falls * k * math.exp(-(k**2) / 2) / math.sqrt(2 * math.pi)
    passing = _PASSES_THE_TEST if tested else 1.0
    return crossing * bars_a_year * (1 if one_sided else 2) * _clustering(window) * passing


def _clustering(window: int) -> float:
    """The measured factor, linear in the logarithm of the bars between the measured lengths."""
    if window <= _CLUSTERING[0][0]:
        return _CLUSTERING[0][1]
    for (short, high), (long, low) in pairwise(_CLUSTERING):
        if window <= long:
            share = math.log(window / short) / math.log(long / short)
            return high + share * (low - high)
    return _CLUSTERING[-1][1]
