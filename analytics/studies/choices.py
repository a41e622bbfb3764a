"""Which of several legs are worth having."""

from dataclasses import dataclass
from enum import StrEnum

from analytics.language import later
from analytics.market.markets import Market
from analytics.market.windows import ShortHistoryError
from analytics.statistics.hedge_ratios import least_variance, twins
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness
from analytics.statistics.samples import checked_series
from analytics.studies.baskets import Basket

WORTH_HAVING = 0.02
"""Effectiveness on unseen days that a leg must add, unless less is beyond doubt."""


class Reason(StrEnum):
    """Why a leg is left out."""

    TWIN = later("moves as another leg does")
    ADDS_NOTHING = later("adds nothing on unseen days")
    BELOW_A_LOT = later("calls for less than the smallest order")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A leg that is not sold.

    ``like`` is the leg that it is a twin of, None where it takes several. ``number`` is their
    correlation (TWIN) or the effectiveness that it would have added (ADDS_NOTHING).
    """

    market: Market
    reason: Reason
    like: Market | None = None
    number: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The legs that are left, and the others; a leg is left in any case."""

    basket: Basket
    left_out: tuple[LeftOut, ...]


def chosen_legs(basket: Basket, *, level: float) -> Choice:
    """Drop twins, then legs that add too little on unseen days, then those below one lot.

    A leg is added only if it raises the effectiveness on unseen days by more than two points, or
    by more than half the width of its interval, which is less where a hedge is nearly perfect.
    The best single leg comes first, then the one that adds most. Where the past is too short for
    a test only twins and tiny legs go.
    """
    window = checked_series(basket.leg_returns[-basket.fit_bars :])
    legs = basket.legs
    same = twins(window) if len(legs) > 1 else ()
    gone = [
        LeftOut(
            legs[twin.leg],
            Reason.TWIN,
            like=None if twin.like is None else legs[twin.like],
            number=twin.correlation,
        )
        for twin in same
    ]
    kept = [leg for leg in range(len(legs)) if leg not in {twin.leg for twin in same}]
    kept, idle = _worth_having(basket, kept, level)
    kept, tiny = _large_enough(basket, kept)
    return Choice(basket.with_legs(kept), (*gone, *idle, *tiny))


def _worth_having(
    basket: Basket, legs: list[int], level: float
) -> tuple[list[int], tuple[LeftOut, ...]]:
    """Forward, from the best single leg on."""
    if len(legs) == 1:
        return legs, ()
    kept: list[int] = []
    best: OutOfSampleEffectiveness | None = None
    while rest := [leg for leg in legs if leg not in kept]:
        try:
            found = {leg: basket.with_legs([*kept, leg]).tested(level=level) for leg in rest}
        except ShortHistoryError:
            return legs, ()
        leg = max(found, key=lambda one: found[one].value)
        if best is not None and found[leg].value - best.value <= _enough(best):
            rises = {one: found[one].value - best.value for one in rest}
            return sorted(kept), tuple(
                LeftOut(basket.legs[one], Reason.ADDS_NOTHING, number=rise)
                for one, rise in rises.items()
            )
        kept, best = [*kept, leg], found[leg]
    return sorted(kept), ()


def _enough(best: OutOfSampleEffectiveness) -> float:
    return min(WORTH_HAVING, (best.interval.high - best.interval.low) / 2)


def _large_enough(basket: Basket, legs: list[int]) -> tuple[list[int], tuple[LeftOut, ...]]:
    """Without the legs that round to nothing; the largest is left even if it does."""
    gone: list[LeftOut] = []
    while len(legs) > 1:
        smaller = basket.with_legs(legs)
        window = slice(-smaller.fit_bars, None)
        fit = least_variance(
            smaller.held_returns[window], smaller.leg_returns[window], hold=smaller.hold
        )
        whole, exact = smaller.lots(fit)
        if whole.all():
            break
        least = min(
            (k for k in range(len(legs)) if not whole[k]), key=lambda k: abs(float(exact[k]))
        )
        gone.append(LeftOut(basket.legs[legs[least]], Reason.BELOW_A_LOT))
        legs = [leg for k, leg in enumerate(legs) if k != least]
    return legs, tuple(gone)
