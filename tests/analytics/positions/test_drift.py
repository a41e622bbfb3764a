"""When a resize pays: the identity, the rule, the band; each a second way."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.positions.contracts import (
    Sizing,
    cross_inverse_sizing,
    inverse_sizing,
    linear_sizing,
)
from analytics.positions.drift import (
    OffTarget,
    ResizeRule,
    Wait,
    off_target,
    rebalance_band,
    rebalance_coins,
)
from analytics.positions.refusals import Holding
from analytics.statistics.effectiveness import effectiveness
from analytics.statistics.estimate import Interval
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.samples import FloatArray
from tests.analytics.positions.markets import BTC_INVERSE, BTC_PERP

RULE = ResizeRule(bars=720, cost=0.0006)


def pair(
    n: int = 720, *, ratio: float = 1.2, noise: float = 0.006, seed: int = 3
) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    hedge = 0.008 * rng.standard_t(5, n)
    return ratio * hedge + noise * rng.standard_normal(n), hedge


def sampled(**changes: float) -> OffTarget:
    held, hedge = pair(**changes)
    return off_target(held, hedge, hedge_ratio(held, hedge))


@pytest.mark.parametrize("ratio", [-0.5, 0.0, 0.9, 1.2, 1.21, 3.0])
def test_the_loss_is_the_exact_difference_of_effectiveness(ratio: float) -> None:
    held, hedge = pair()
    sample = off_target(held, hedge, hedge_ratio(held, hedge))
    directly = effectiveness(held, hedge, sample.best) - effectiveness(held, hedge, ratio)
    assert sample.loss(ratio) == pytest.approx(directly, abs=1e-12)
    assert sample.effectiveness(ratio) == pytest.approx(
        effectiveness(held, hedge, ratio), abs=1e-12
    )


def test_the_parabola_agrees_with_statsmodels() -> None:
    held, hedge = pair()
    fitted = sm.OLS(held, sm.add_constant(hedge)).fit()
    sample = off_target(held, hedge, hedge_ratio(held, hedge))
    assert sample.best == pytest.approx(fitted.params[1], rel=1e-12)
    assert sample.best_effectiveness == pytest.approx(fitted.rsquared, rel=1e-12)
    assert sample.variance_share == pytest.approx(hedge.var() / held.var(), rel=1e-9)


def test_each_condition_alone_keeps_from_trading() -> None:
    sample = sampled()
    away = sample.best + 5 * (sample.interval.high - sample.best)
    assert sample.judged(away, RULE).resize
    assert sample.judged(sample.interval.high, RULE).wait is Wait.INSIDE_INTERVAL
    deaf = ResizeRule(bars=720, cost=0.0006, tolerance=0.9)
    assert sample.judged(away, deaf).wait is Wait.SMALL_LOSS
    dear = ResizeRule(bars=720, cost=0.08)
    assert sample.judged(away, dear).wait is Wait.TOO_DEAR
    assert sample.judged(sample.target, RULE).wait is Wait.ON_TARGET


def test_benefit_and_cost_in_dollars_are_those_of_the_formula() -> None:
    """The formula: (γ/V)·loss·Var(s)·V²·τ against c·|Δθ|."""
    sample, value = sampled(), 120_000.0
    ratio = sample.best + 0.3
    judged = sample.judged(ratio, RULE)
    benefit = 4 / value * sample.loss(ratio) * sample.held_variance * value**2 * 720
    assert judged.benefit * value == pytest.approx(benefit, rel=1e-12)
    assert judged.cost * value == pytest.approx(0.0006 * 0.3 * value, rel=1e-12)


RULES = st.builds(
    ResizeRule,
    bars=st.floats(1, 5000),
    cost=st.floats(0, 0.05),
    tolerance=st.floats(0, 0.3),
    risk_aversion=st.floats(0.1, 20),
)


@settings(max_examples=80, deadline=None)
@given(RULES, st.floats(-0.2, 0.2))
def test_the_band_is_the_closed_form_of_the_three_conditions(
    rule: ResizeRule, rounding: float
) -> None:
    held, hedge = pair(120)
    estimate = hedge_ratio(held, hedge)
    best = off_target(held, hedge, estimate)
    sample = off_target(held, hedge, estimate, target=best.best + rounding)
    band = rebalance_band(sample, rule)
    far = math.sqrt(rule.tolerance / sample.variance_share)
    hedge_variance = sample.variance_share * sample.held_variance
    dear = rule.cost / (rule.risk_aversion * hedge_variance * rule.bars)
    mirrored = 2 * sample.best - sample.target
    high = max(sample.interval.high, sample.best + far, mirrored + dear, sample.target)
    low = min(sample.interval.low, sample.best - far, mirrored - dear, sample.target)
    # Right of a target that lies beyond the interval already, any step away may count.
    outside = sample.target not in Interval(
        max(sample.interval.low, sample.best - far), min(sample.interval.high, sample.best + far)
    )
    if not outside:
        assert band.high == pytest.approx(high, rel=1e-6, abs=1e-6)
        assert band.low == pytest.approx(low, rel=1e-6, abs=1e-6)
    for edge, step in ((band.high, 1e-4), (band.low, -1e-4)):
        assert sample.judged(edge + step, rule).resize
        assert sample.judged(edge + 1000 * step, rule).resize
    assert not sample.judged((band.low + band.high) / 2, rule).resize or outside


def test_the_band_is_never_narrower_than_the_interval() -> None:
    sample = sampled()
    band = rebalance_band(sample, ResizeRule(bars=1e6, cost=0, tolerance=0))
    assert band.low == pytest.approx(sample.interval.low)
    assert band.high == pytest.approx(sample.interval.high)


@pytest.mark.parametrize("held", [2.0, -2.0])
def test_a_band_of_ratios_in_coins_is_what_sizing_makes_of_its_ends(held: float) -> None:
    band = Interval(0.9, 1.3)
    target = linear_sizing(Holding(held, "ETH"), BTC_PERP, spot=3_000, price=60_000, ratio=1.1)
    ends = [
        linear_sizing(Holding(held, "ETH"), BTC_PERP, spot=3_000, price=60_000, ratio=ratio).coins
        for ratio in (band.low, band.high)
    ]
    assert rebalance_coins(band, target) == pytest.approx(ends, abs=0.0006)


def test_the_band_of_an_inverse_contract_counts_the_margin_once() -> None:
    own = inverse_sizing(Holding(2, "BTC"), BTC_INVERSE, price=60_000)
    low, high = rebalance_coins(Interval(0.9, 1.1), own)
    assert (low, high) == pytest.approx((1.8, 2.2), rel=1e-3)

    def crossed(ratio: float) -> Sizing:
        return cross_inverse_sizing(
            Holding(40, "ETH"),
            BTC_INVERSE,
            spot=3_000,
            margin_spot=60_000,
            price=60_000,
            ratio=ratio,
            collateral=0.5,
        )

    ends = rebalance_coins(Interval(0.8, 1.4), crossed(1.1))
    assert ends == pytest.approx((crossed(0.8).coins, crossed(1.4).coins), abs=0.002)


@pytest.mark.parametrize("wrong", [{"bars": 0}, {"cost": -0.1}, {"tolerance": math.nan}])
def test_a_senseless_rule_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="rule"):
        ResizeRule(**({"bars": 1.0, "cost": 0.0} | wrong))
