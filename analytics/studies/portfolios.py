"""Several holdings and several legs: whole lots, ratios, and what they would have removed."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.windows import ShortHistoryError
from analytics.positions.drift import OffTarget, ResizeRule
from analytics.statistics.effectiveness import WorstDay, worst_days
from analytics.statistics.estimate import Estimate
from analytics.statistics.hedge_ratios import HedgeRatios, hedge_ratios, least_variance
from analytics.statistics.holding_times import holding_sums
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness
from analytics.statistics.prediction import PredictionRange
from analytics.studies.baskets import Basket
from analytics.studies.choices import LeftOut
from analytics.studies.hedge_trials import Doubt, daily_volatility, doubt_about, tail_removed
from analytics.studies.legs import Leg, refuse_nothing, sized_legs
from analytics.studies.predictions import likely_effectiveness
from analytics.studies.upkeep import Upkeep, day_growth, upkeep


@dataclass(frozen=True, slots=True, eq=False)
class PortfolioStudy:
    """Legs sized at the last close together, and tested together on unseen days.

    Attributes
    ----------
    held_returns, hedge_returns
        Shape (n,), returns of the window: of what is held (as of a long for what is owed), and of the
        whole lots of all legs.
    in_sample
        Variance that the whole lots removed over the window.
    tested
        None where the past is too short for a test; ``test_time`` is empty then.
    tail
        Share of the expected shortfall of the worst 5 % of tested bars that was removed.
    likely
        Effectiveness over the next window; None where it cannot be foretold, or for a part.
    """

    basket: Basket
    legs: tuple[Leg, ...]
    left_out: tuple[LeftOut, ...]
    ratios: HedgeRatios
    held_returns: FloatArray
    hedge_returns: FloatArray
    in_sample: float
    tested: OutOfSampleEffectiveness | None
    test_time: TimeArray
    worst: tuple[WorstDay, ...]
    tail: Estimate | None
    upkeep: Upkeep
    likely: PredictionRange | None

    @property
    def history(self) -> History:
        """The past of what is held and of the legs that are left."""
        return self.basket.history

    @property
    def value_usd(self) -> float:
        """What the holdings are worth, each counted as positive."""
        return self.basket.value_usd()

    @property
    def direction(self) -> int:
        """1, or −1 where everything is owed."""
        return self.basket.direction

    @property
    def hedged_returns(self) -> FloatArray:
        """Shape (n,), of the window with the hedge."""
        return self.held_returns - self.hedge_returns

    @property
    def doubt(self) -> Doubt | None:
        """Why the legs cannot be said to hedge the holdings; None where they can."""
        return doubt_about(self.in_sample, self.tested)

    @property
    def daily_volatility(self) -> tuple[float, float] | None:
        """Standard deviation of a day's return, unhedged and hedged, fractions."""
        return daily_volatility(self.tested)


def portfolio_study(
    basket: Basket,
    left_out: tuple[LeftOut, ...],
    rule: ResizeRule,
    *,
    horizon: timedelta,
    level: float,
) -> PortfolioStudy:
    """Size and test all legs of a basket.

    Raises
    ------
    RequestError
        Too few returns, holdings below the smallest order, collateral that is missing.

    """
    n, hold = basket.fit_bars, basket.hold
    s, f = basket.held_returns[-n:], basket.leg_returns[-n:]
    ratios = hedge_ratios(s, f, level=level, hold=hold)
    fit = least_variance(s, f, hold=hold)
    whole, exact = basket.lots(fit)
    refuse_nothing(basket, whole, exact)
    sold = whole * basket.steps(basket.share * fit.ratios)
    removed = _in_sample(s, f @ sold, hold)
    tested = _tested(basket, level)
    samples = _off_targets(ratios, s, f, sold / basket.share)
    kept = upkeep(
        samples,
        rule,
        tested,
        share=basket.share,
        growth=_growth(basket, tested),
        horizon=horizon,
        removed=removed if tested is None else tested.value,
    )
    held, legs = basket.held_returns, basket.leg_returns
    return PortfolioStudy(
        basket=basket,
        legs=sized_legs(basket, ratios, kept.bands, whole=whole, exact=exact),
        left_out=left_out,
        ratios=ratios,
        held_returns=s,
        hedge_returns=f @ sold,
        in_sample=removed,
        tested=tested,
        test_time=_test_time(basket, tested),
        worst=() if tested is None else worst_days(*basket.day_moves(tested)),
        tail=tail_removed(tested, level),
        upkeep=kept,
        likely=likely_effectiveness(basket.history, held, held - legs @ sold, level=level)
        if hold == 1 and basket.share == 1
        else None,
    )


def _in_sample(held: FloatArray, hedge: FloatArray, hold: int) -> float:
    unhedged, left = holding_sums(held, hold), holding_sums(held - hedge, hold)
    return 1 - float(np.var(left) / np.var(unhedged))


def _tested(basket: Basket, level: float) -> OutOfSampleEffectiveness | None:
    try:
        return basket.tested(level=level)
    except ShortHistoryError:
        return None


def _off_targets(
    ratios: HedgeRatios, held: FloatArray, legs: FloatArray, target: FloatArray
) -> tuple[OffTarget, ...]:
    """What being off with one leg costs while the others are at their best, exactly."""
    s, f = holding_sums(held, ratios.hold), holding_sums(legs, ratios.hold)
    variance = float(np.var(s))
    return tuple(
        OffTarget(
            best=float(best),
            interval=interval,
            target=float(aim),
            best_effectiveness=ratios.r_squared,
            variance_share=float(np.var(leg)) / variance,
            held_variance=variance,
        )
        for best, interval, aim, leg in zip(
            ratios.values, ratios.intervals, target, f.T, strict=True
        )
    )


def _growth(basket: Basket, tested: OutOfSampleEffectiveness | None) -> FloatArray | None:
    if tested is None:
        return None
    own = {market.base for market in basket.held_markets} if len(basket.coins) == 1 else set()
    moves = [not (leg.inverse and leg.base in own) for leg in basket.legs]
    return day_growth(basket.held_returns, basket.leg_returns, tested, moves=moves)


def _test_time(basket: Basket, tested: OutOfSampleEffectiveness | None) -> TimeArray:
    time = basket.history.return_time
    return time[tested.first_bar :] if tested is not None else time[:0]
