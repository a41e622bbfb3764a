"""What a holding was worth from bar to bar, alone and with its hedge."""

from typing import Protocol

import numpy as np

from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.windows import DAY
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness


class Drawn(Protocol):
    """What the value and the days of any hedge are drawn from."""

    @property
    def history(self) -> History: ...
    @property
    def value_usd(self) -> float: ...
    @property
    def direction(self) -> int: ...
    @property
    def held_returns(self) -> FloatArray: ...
    @property
    def hedged_returns(self) -> FloatArray: ...
    @property
    def tested(self) -> OutOfSampleEffectiveness | None: ...
    @property
    def test_time(self) -> TimeArray: ...


def paths(study: Drawn) -> tuple[TimeArray, FloatArray, FloatArray]:
    """Value of the holding over the test, in dollars: alone, and with the hedge's profit."""
    time, unhedged, hedged = _returns(study)
    value = study.value_usd
    return time, value * (1 + np.cumsum(unhedged)), value * (1 + np.cumsum(hedged))


def gains(study: Drawn) -> tuple[float, float]:
    """What the whole course brought, in dollars: alone, and with the hedge's profit."""
    _, unhedged, hedged = paths(study)
    return float(unhedged[-1] - unhedged[0]), float(hedged[-1] - unhedged[0])


def by_day(study: Drawn) -> tuple[TimeArray, FloatArray]:
    """Share of each day's squared moves that the hedge removed."""
    time, unhedged, hedged = _returns(study)
    if study.tested is None:
        per_day = max(1, DAY // study.history.bar)
        n_days = len(unhedged) // per_day
        kept = slice(len(unhedged) - n_days * per_day, None)
        time, unhedged, hedged = time[kept], unhedged[kept], hedged[kept]
    else:
        n_days = study.tested.n_days
    u, e = (bars.reshape(n_days, -1) for bars in (unhedged, hedged))
    moved, left = (u**2).sum(axis=1), (e**2).sum(axis=1)
    removed = np.full(n_days, np.nan)
    np.divide(left, moved, out=removed, where=moved > 0)
    return time[:: u.shape[1]], 1 - removed


def _returns(study: Drawn) -> tuple[TimeArray, FloatArray, FloatArray]:
    """Of the tested days; without any, of the window that the ratio was fitted on."""
    if study.tested is None:
        time = study.history.return_time[-len(study.held_returns) :]
        return time, study.direction * study.held_returns, study.direction * study.hedged_returns
    return study.test_time, study.tested.unhedged, study.tested.hedged
