"""What keeping a hedge takes: when to resize, how often that was, and what the trades cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from analytics.market.candles import FloatArray
from analytics.market.windows import DAY
from analytics.positions.drift import OffTarget, ResizeRule, rebalance_band
from analytics.statistics.estimate import Interval
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Bands and fees of a hedge that stands for ``horizon``.

    Attributes
    ----------
    bands
        One a leg: hedge ratios between which waiting is right.
    opening, resizing
        Fees, fractions of the value hedged: to open, and expected for resizes until the horizon;
        None where there were no unseen days to count them on.
    points
        Points of variance removed, at most 100.
    """

    bands: tuple[Interval, ...]
    opening: float
    resizing: float | None
    horizon: timedelta
    points: float

    @property
    def total(self) -> float:
        """Opening and resizes."""
        return self.opening + (self.resizing or 0.0)

    @property
    def per_point(self) -> float | None:
        """Fees for each point of variance removed; None where none was."""
        return self.total / self.points if self.points > 0 else None


def upkeep(
    samples: Sequence[OffTarget],
    rule: ResizeRule,
    tested: OutOfSampleEffectiveness | None,
    *,
    share: float,
    growth: FloatArray | None,
    horizon: timedelta,
    removed: float,
) -> Upkeep:
    """Bands of each leg, and the fees of holding to them.

    Parameters
    ----------
    samples
        One a leg, of the whole holding; a part of it is hedged to the same part of each band.
    growth
        Shape (n_days, k), by what each day multiplied the ratio of a hedge that nobody touched.
    """
    bands = tuple(rebalance_band(sample, rule) for sample in samples)
    opening = rule.cost * share * sum(abs(sample.target) for sample in samples)
    resizing = None
    if tested is not None and growth is not None:
        ratios = tested.ratios.reshape(tested.n_days, -1)
        turnover = sum(
            resized(ratios[:, k], growth[:, k], band=_around(sample, band, share))
            for k, (sample, band) in enumerate(zip(samples, bands, strict=True))
        )
        resizing = rule.cost * turnover * (horizon / (tested.n_days * DAY))
    scaled = tuple(Interval(share * b.low, share * b.high, b.level) for b in bands)
    return Upkeep(scaled, opening, resizing, horizon, points=100 * removed)


def resized(wanted: FloatArray, growth: FloatArray, *, band: Interval) -> float:
    """Ratio traded over days on which a hedge is resized only where it leaves a band.

    Parameters
    ----------
    wanted
        Shape (n,), ratio that each day called for.
    growth
        Shape (n,), as for ``upkeep``.
    band
        Distances from what is wanted, below (negative) and above.
    """
    now, traded = float(wanted[0]), 0.0
    for target, grown in zip(wanted[1:].tolist(), growth[:-1].tolist(), strict=True):
        now *= grown
        if not band.low <= now - target <= band.high:
            traded += abs(now - target)
            now = target
    return traded


def day_growth(
    held: FloatArray, legs: FloatArray, tested: OutOfSampleEffectiveness, *, moves: Sequence[bool]
) -> FloatArray:
    """By what each tested day multiplied the ratio of each leg, from returns per bar.

    Parameters
    ----------
    held, legs
        Shapes (T,) and (T, k).
    moves
        Whether the ratio of a leg changes with prices: not that of coins sold against themselves.
    """
    by_day = (tested.n_days, -1)
    s = held[tested.first_bar :].reshape(by_day).sum(axis=1)
    f = legs[tested.first_bar :].reshape(*by_day, legs.shape[1]).sum(axis=1)
    return np.where(np.array(moves), np.exp(f - s[:, None]), 1.0)


def _around(sample: OffTarget, band: Interval, share: float) -> Interval:
    low, high = (share * (end - sample.target) for end in (band.low, band.high))
    return Interval(low, high, band.level)
