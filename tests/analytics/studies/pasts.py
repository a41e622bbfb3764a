"""Pasts that are written down here: returns of known coupling as a history."""

from datetime import UTC, datetime, timedelta

import numpy as np

from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR

END = datetime(2026, 3, 1, tzinfo=UTC)
WRITTEN = Origin("written")


def written_past(
    returns: FloatArray,
    *,
    window: timedelta = 30 * DAY,
    bar: timedelta = HOUR,
    end: datetime = END,
    origin: Origin = WRITTEN,
) -> History:
    """A history whose log returns are these."""
    n, markets = returns.shape
    steps = np.vstack([np.zeros(markets), np.cumsum(returns, axis=0)])
    step = bar // timedelta(milliseconds=1)
    last = int(end.timestamp() * 1000)
    return History(
        markets=tuple(
            Market("test", f"A{k}/USDT", f"A{k}", "USDT", Kind.SPOT) for k in range(markets)
        ),
        bar=bar,
        window=window,
        close_time=last - step * np.arange(n, -1, -1, dtype=np.int64),
        closes=100 * np.exp(steps),
        missing=0.0,
        as_of=end,
        origin=origin,
    )


def coupled(
    rho: float | FloatArray, bars: int, *, seed: int = 1, heavy: bool = False
) -> FloatArray:
    """Shape (bars, 2): returns of correlation ``rho``, normal or Student t with 4 degrees."""
    random = np.random.default_rng(seed)
    first, second = random.standard_normal((2, bars))
    spread = np.sqrt(2 / random.chisquare(4, bars)) if heavy else np.ones(bars)
    other = rho * first + np.sqrt(1 - np.square(rho)) * second
    return 0.01 * np.column_stack((first, other)) * spread[:, None]
