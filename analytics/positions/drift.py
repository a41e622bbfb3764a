"""When a hedge that is off its target is worth resizing, and when to leave it alone."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.language import later
from analytics.positions.contracts import Sizing
from analytics.statistics.effectiveness import off_target_loss
from analytics.statistics.estimate import Interval
from analytics.statistics.hedge_ratio import HedgeRatio
from analytics.statistics.samples import FloatArray, checked_pair

USUAL_TOLERANCE = 0.01
"""Effectiveness that may be given away before anybody acts: one point."""
USUAL_RISK_AVERSION = 4.0
_SAME = 1e-9
_HALVINGS = 60
_DOUBLINGS = 60


@dataclass(frozen=True, slots=True)
class ResizeRule:
    """What has to be at stake before a hedge is resized.

    Attributes
    ----------
    bars
        Until the next expected resize: for so long the better hedge would stand.
    cost
        Of a trade, a fraction of its notional: taker fee and half the spread.
    tolerance
        Effectiveness that may be lost, a fraction.
    risk_aversion
        Relative: what one takes off a return, per unit of its variance.
    """

    bars: float
    cost: float
    tolerance: float = USUAL_TOLERANCE
    risk_aversion: float = USUAL_RISK_AVERSION

    def __post_init__(self) -> None:
        values = (self.bars, self.cost, self.tolerance, self.risk_aversion)
        if not all(map(math.isfinite, values)) or min(values) < 0 or self.bars == 0:
            raise ValueError("a rule has a positive time and nothing negative")


class Wait(StrEnum):
    """Why a hedge is left alone: the first of the conditions that fails."""

    INSIDE_INTERVAL = later("inside the ratio's range")
    SMALL_LOSS = later("the loss is below tolerance")
    TOO_DEAR = later("trading costs more than it gains")
    ON_TARGET = later("on target in whole lots")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A held ratio judged; ``wait`` is None where it should be resized.

    ``benefit`` and ``cost`` are fractions of the position's value: certain return that the lower
    variance is worth until the next resize, and what the trade takes.
    """

    loss: float
    benefit: float
    cost: float
    wait: Wait | None

    @property
    def resize(self) -> bool:
        """Whether all three conditions hold."""
        return self.wait is None


@dataclass(frozen=True, slots=True)
class OffTarget:
    """What a sample of returns says about any hedge ratio.

    Attributes
    ----------
    best, interval
        Minimum-variance ratio with its interval.
    target
        Ratio that a resize would trade to, after rounding to lots.
    best_effectiveness
        At ``best``, in sample.
    variance_share
        Var(f) / Var(s), which turns squared ratios into effectiveness.
    held_variance
        Var(s) of a bar.
    """

    best: float
    interval: Interval
    target: float
    best_effectiveness: float
    variance_share: float
    held_variance: float

    def loss(self, ratio: float) -> float:
        """Effectiveness given away: (h - h*)² Var(f) / Var(s), exact in the sample."""
        return (ratio - self.best) ** 2 * self.variance_share

    def effectiveness(self, ratio: float) -> float:
        """Share of the variance removed at a ratio."""
        return self.best_effectiveness - self.loss(ratio)

    def judged(self, ratio: float, rule: ResizeRule) -> Judgement:
        """Whether to trade from ``ratio`` to the target.

        Resize only if the ratio is outside its interval, the loss is above tolerance, and what
        trading to the target gains, ``aversion * (loss(ratio) - loss(target)) * Var(s) * bars``,
        is above ``cost * |ratio - target|``, both as fractions of the position's value V (the
        aversion to dollars of variance is γ / V).

        Notes
        -----
        Kroner and Sultan (1993), Journal of Financial and Quantitative Analysis 28, 535-551.
        """
        loss = self.loss(ratio)
        gained = loss - self.loss(self.target)
        benefit = rule.risk_aversion * gained * self.held_variance * rule.bars
        cost = rule.cost * abs(ratio - self.target)
        if math.isclose(ratio, self.target, rel_tol=_SAME):
            wait: Wait | None = Wait.ON_TARGET
        elif ratio in self.interval:
            wait = Wait.INSIDE_INTERVAL
        elif loss <= rule.tolerance:
            wait = Wait.SMALL_LOSS
        else:
            wait = None if benefit > cost else Wait.TOO_DEAR
        return Judgement(loss, benefit, cost, wait)


def off_target(
    held: FloatArray, hedge: FloatArray, estimate: HedgeRatio, *, target: float | None = None
) -> OffTarget:
    """What a sample says about ratios near its best one.

    Parameters
    ----------
    held, hedge
        Shape (T,), the returns that ``estimate`` was fitted on.
    target
        Where a resize leads; the best ratio if None.

    Raises
    ------
    ShortHistoryError, UndefinedError
        As ``hedge_ratio``.
    """
    s, f = checked_pair(held, hedge)
    centred = f - f.mean()
    best = float(centred @ s) / float(centred @ centred)
    return OffTarget(
        best=best,
        interval=estimate.interval,
        target=best if target is None else target,
        best_effectiveness=float(np.corrcoef(s, f)[0, 1]) ** 2,
        variance_share=off_target_loss(s, f, best + 1),
        held_variance=float(np.var(s)),
    )


def rebalance_band(sample: OffTarget, rule: ResizeRule) -> Interval:
    """The hedge ratios between which waiting is right; outside all three conditions hold.

    Found by bisection on the very judgement that is printed, from the target outwards: below
    and above it every condition, once it holds, holds for all ratios further away.
    """
    low, high = (_edge(sample, rule, direction) for direction in (-1, 1))
    return Interval(low, high, sample.interval.level)


def rebalance_coins(band: Interval, sizing: Sizing) -> tuple[float, float]:
    """A band of ratios as coins of the contract at the sizing's price, the smaller first.

    Negative where the other side would be held. Coins that margin an inverse contract on another
    coin are hedged at any ratio.
    """
    own = sizing.collateral_coins or 0.0
    sign = -sizing.side.sign
    signed = sign * sizing.coins
    ends = [own + (signed - own) * end / sizing.effective_ratio for end in (band.low, band.high)]
    low, high = sorted(sign * end for end in ends)
    return low, high


def _edge(sample: OffTarget, rule: ResizeRule, direction: int) -> float:
    def resize(distance: float) -> bool:
        return sample.judged(sample.target + direction * distance, rule).resize

    near, far = 0.0, max(abs(sample.target), 1e-3)
    for _ in range(_DOUBLINGS):
        if resize(far):
            break
        near, far = far, 2 * far
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        near, far = (near, middle) if resize(middle) else (middle, far)
    return sample.target + direction * far
