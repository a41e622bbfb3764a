"""Closed price bars and funding payments of one market."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from analytics.market.markets import Market

FloatArray = npt.NDArray[np.float64]
TimeArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Candles:
    """Closed bars of one market in ascending order, gaps left as gaps.

    Attributes
    ----------
    open_time
        Shape (n,), milliseconds since 1970 UTC of each bar's OPEN; strictly ascending, multiples
        of ``bar``.
    open, high, low, close, volume
        Shape (n,), finite; prices in ``market.quote``, positive; volume in the venue's own unit.
    """

    market: Market
    bar: timedelta
    open_time: TimeArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray

    def __len__(self) -> int:
        return len(self.open_time)

    def taken(self, which: npt.NDArray[np.bool_] | slice) -> "Candles":
        """Keep only the bars that ``which`` selects."""
        return Candles(
            market=self.market,
            bar=self.bar,
            open_time=self.open_time[which],
            open=self.open[which],
            high=self.high[which],
            low=self.low[which],
            close=self.close[which],
            volume=self.volume[which],
        )


@dataclass(frozen=True, slots=True, eq=False)
class FundingHistory:
    """Funding payments of a perpetual in ascending order.

    Attributes
    ----------
    time
        Shape (n,), milliseconds since 1970 UTC of each payment; strictly ascending.
    rate
        Shape (n,), fraction of the notional that longs pay to shorts at that time.
    """

    market: Market
    time: TimeArray
    rate: FloatArray

    def __len__(self) -> int:
        return len(self.time)
