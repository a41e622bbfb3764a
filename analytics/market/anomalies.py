"""Bars that cannot be what they say: nobody traded, other units, a wick that only one venue saw."""

import numpy as np
import numpy.typing as npt

from analytics.market.candles import Candles, FloatArray

Mask = npt.NDArray[np.bool_]

TYPICAL = 1.4826
"""The median absolute deviation of normal numbers, as a standard deviation."""
POWER_OF_TEN = 0.01
"""How near to 10, 100, 1000 … a price ratio must be, unless the market itself moves more."""
SHORT_RUN = 3
"""Bars in other units, between bars in the usual ones, that are a fault and not a new unit."""
HAMPEL_LIMIT = 10.0
SHARED = 0.5
"""A move that another market makes to this part of the limit is the world's, not the feed's."""


def idle(candles: Candles) -> Mask:
    """Bars without a trade, which some venues fill with the last price and others leave out."""
    return np.asarray((candles.volume == 0) & (candles.high == candles.low))


def in_other_units(close: FloatArray) -> Mask:
    """Bars whose prices are ten, a thousand … times those of the newest ones.

    A step within one bar to within 1 % of a power of ten (or within four typical moves of this
    market) changes the unit; the newest unit that lasts longer than three bars counts.

    Parameters
    ----------
    close
        Shape (n,), positive.
    """
    if len(close) <= SHORT_RUN:
        return np.zeros(len(close), bool)
    steps = np.diff(np.log(close))
    powers = np.round(steps / np.log(10))
    slack = np.clip(4 * TYPICAL * np.median(np.abs(steps)), POWER_OF_TEN, 0.2)
    powers[np.abs(steps - powers * np.log(10)) > slack] = 0
    if not powers.any():
        return np.zeros(len(close), bool)
    units = np.concatenate(([0.0], np.cumsum(powers)))
    return np.asarray(units != _lasting(units))


def spikes(closes: FloatArray) -> Mask:
    """Closes that jump away and back, in one market alone.

    Hampel's identifier (Davies and Gather 1993) on three bars: the distance of the log price from
    their median, in units of the market's typical return; above ten it is flagged. News that stays
    is none, since the median follows it; neither is a crash that another market shares.

    Parameters
    ----------
    closes
        Shape (T, N), positive.

    Returns
    -------
    Shape (T, N); the first and the last bar are never flagged.
    """
    flags = np.zeros(closes.shape, bool)
    if len(closes) < 3:  # noqa: PLR2004 - a bar and its neighbours
        return flags
    log_price = np.log(closes)
    around = np.stack([log_price[:-2], log_price[1:-1], log_price[2:]])
    off = np.abs(log_price[1:-1] - np.median(around, axis=0))
    typical = TYPICAL * np.median(np.abs(np.diff(log_price, axis=0)), axis=0)
    far = off / np.where(typical > 0, typical, np.inf)
    shared = (far > SHARED * HAMPEL_LIMIT).sum(axis=1, keepdims=True) > 1
    flags[1:-1] = (far > HAMPEL_LIMIT) & ~shared
    return flags


def _lasting(units: FloatArray) -> float:
    """The unit of the newest run of bars that is not a short one."""
    starts = np.flatnonzero(np.append(True, np.diff(units) != 0))
    lengths = np.diff(np.append(starts, len(units)))
    long = np.flatnonzero(lengths > SHORT_RUN)
    return float(units[starts[long[-1] if len(long) else -1]])
