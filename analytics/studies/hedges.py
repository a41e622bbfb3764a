"""A holding and one contract against it: size, ratio, and what the hedge would have removed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from analytics.errors import RequestError
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.windows import DAY
from analytics.positions.contracts import (
    Sizing,
    cross_inverse_sizing,
    inverse_sizing,
    linear_sizing,
)
from analytics.positions.drift import ResizeRule, off_target
from analytics.positions.refusals import Holding
from analytics.statistics.effectiveness import WorstDay, effectiveness, worst_days
from analytics.statistics.estimate import Estimate
from analytics.statistics.hedge_ratio import HedgeRatio, hedge_ratio
from analytics.statistics.holding_times import holding_sums
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness
from analytics.statistics.prediction import PredictionRange
from analytics.studies.hedge_trials import (
    Doubt,
    bars_tested,
    daily_volatility,
    day_moves,
    doubt_about,
    pair_returns,
    tail_removed,
    tested_hedge,
)
from analytics.studies.predictions import likely_effectiveness
from analytics.studies.upkeep import Upkeep, day_growth, upkeep

TEST_DAYS = 60
HELD, CONTRACT, MARGIN = 0, 1, 2
"""Columns of a hedge's history: what is held, the contract, the coin that margins it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the asker decided about the hedge.

    Attributes
    ----------
    share
        Part of the holding to hedge, a fraction in (0, 1].
    ratio
        A hedge ratio to use instead of the estimated one.
    collateral
        Coins (inverse contract) or dollars (linear) posted as margin.
    leverage
        Notional over margin.
    hold
        Bars that the hedge is to stand: returns are summed over so many.
    """

    share: float = 1.0
    ratio: float | None = None
    collateral: float | None = None
    leverage: float | None = None
    hold: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class HedgeStudy:
    """A hedge sized at the last close, and tested on days that had not been seen.

    Attributes
    ----------
    neutralises
        Whether the size is that of full neutralisation (an inverse contract on the held coin)
        rather than of minimum variance.
    range_coins
        Coins of the contract at the ends of the ratio's interval; None where the ratio is given.
    tested
        None where the past is too short for a test.
    held_returns, hedge_returns
        Shape (n,), returns of the window that the ratio is fitted on.
    test_time
        Shape (m,), close times of the tested bars, milliseconds since 1970 UTC.
    likely
        Effectiveness of this size over the next window as long as this one; None where the past
        is too short to foretell it, or the size is only a part or was chosen.
    tail
        Share of the expected shortfall of the worst 5 % of tested bars that was removed.
    upkeep
        When to resize and what that costs; None where no rule was given, or where the size is
        not that of minimum variance.
    """

    history: History
    holding: Holding
    terms: Terms
    sizing: Sizing
    estimate: HedgeRatio
    neutralises: bool
    held_returns: FloatArray
    hedge_returns: FloatArray
    in_sample: float
    tested: OutOfSampleEffectiveness | None
    test_time: TimeArray
    range_coins: tuple[float, float] | None
    worst: tuple[WorstDay, ...]
    likely: PredictionRange | None = None
    tail: Estimate | None = None
    upkeep: Upkeep | None = None

    @property
    def market(self) -> Market:
        """The contract."""
        return self.history.markets[CONTRACT]

    @property
    def spot(self) -> float:
        """Last price of the held coin, dollars."""
        return float(self.history.closes[-1, HELD])

    @property
    def price(self) -> float:
        """Last price of the contract, dollars a coin."""
        return float(self.history.closes[-1, CONTRACT])

    @property
    def value_usd(self) -> float:
        """What the holding is worth, positive for a short too."""
        return abs(self.holding.coins) * self.spot

    @property
    def direction(self) -> int:
        """1 for what is held, −1 for what is owed."""
        return -1 if self.holding.coins < 0 else 1

    @property
    def hedged_returns(self) -> FloatArray:
        """Shape (n,), ``held_returns`` with the hedge in whole contracts."""
        return self.held_returns - self.sizing.effective_ratio * self.hedge_returns

    @property
    def doubt(self) -> Doubt | None:
        """Why this contract cannot be said to hedge that holding; None where it can."""
        if self.terms.ratio is None and not self.neutralises and 0.0 in self.estimate.interval:
            return Doubt.NO_RATIO
        return doubt_about(self.in_sample, self.tested)

    @property
    def daily_volatility(self) -> tuple[float, float] | None:
        """Standard deviation of a day's return, unhedged and hedged, fractions."""
        return daily_volatility(self.tested)


def needs_margin_price(held: Market, contract: Market) -> bool:
    """Whether the margin coin's own price is needed: an inverse contract on another coin."""
    return contract.inverse and contract.base != held.base


def hedge_study(
    history: History,
    coins: float,
    terms: Terms,
    *,
    level: float,
    rule: ResizeRule | None = None,
    horizon: timedelta = 30 * DAY,
) -> HedgeStudy:
    """Size and test the hedge of ``coins`` of the first market with the second.

    Parameters
    ----------
    rule
        When a resize pays, over ``horizon``; without one there is no upkeep.

    Raises
    ------
    RequestError
        Too few returns, a holding below one contract, collateral that is missing.

    """
    held, contract = history.markets[HELD], history.markets[CONTRACT]
    holding = Holding(coins, held.base)
    s, f = pair_returns(history)
    n = len(history.in_window.log_returns)
    estimate = hedge_ratio(s[-n:], f[-n:], level=level, hold=terms.hold)
    neutralises = contract.inverse and contract.base == held.base and terms.ratio is None
    ratio = terms.share * (1.0 if neutralises else terms.ratio or estimate.value)
    sizing = _sizing(history, holding, terms, ratio)
    fixed = ratio if neutralises or terms.ratio is not None else None
    tested = tested_hedge(
        history,
        sizing,
        s=s,
        f=f,
        share=terms.share,
        fixed=fixed,
        test_days=TEST_DAYS,
        level=level,
        hold=terms.hold,
    )
    study = HedgeStudy(
        history=history,
        holding=holding,
        terms=terms,
        sizing=sizing,
        estimate=estimate,
        neutralises=neutralises,
        held_returns=s[-n:],
        hedge_returns=f[-n:],
        in_sample=effectiveness(
            holding_sums(s[-n:], terms.hold),
            holding_sums(f[-n:], terms.hold),
            sizing.effective_ratio,
        ),
        tested=tested,
        test_time=history.return_time[bars_tested(tested)],
        range_coins=None if fixed is not None else _range(history, holding, terms, estimate),
        worst=() if tested is None else worst_days(*day_moves(history, coins, tested, s, f)),
        likely=likely_effectiveness(history, s, s - sizing.effective_ratio * f, level=level)
        if _is_usual(terms)
        else None,
        tail=tail_removed(tested, level),
    )
    return study if rule is None else replace(study, upkeep=_upkeep(study, rule, s, f, horizon))


def _is_usual(terms: Terms) -> bool:
    """Whether the size is of the kind whose next window is known to be foretold well."""
    return terms.hold == 1 and terms.share == 1.0 and terms.ratio is None


def _upkeep(
    study: HedgeStudy, rule: ResizeRule, s: FloatArray, f: FloatArray, horizon: timedelta
) -> Upkeep:
    """Bands and fees; only fees where the ratio was not for the markets to say."""
    ratio, share, tested = study.sizing.effective_ratio, study.terms.share, study.tested
    removed = study.in_sample if tested is None else tested.value
    if study.neutralises or study.terms.ratio is not None:
        resizing = 0.0 if study.neutralises else None
        return Upkeep((), rule.cost * abs(ratio), resizing, horizon, points=100 * removed)
    held, hedge = (
        holding_sums(x, study.terms.hold) for x in (study.held_returns, study.hedge_returns)
    )
    return upkeep(
        (off_target(held, hedge, study.estimate, target=ratio / share),),
        rule,
        tested,
        share=share,
        growth=None if tested is None else day_growth(s, f[:, None], tested, moves=(True,)),
        horizon=horizon,
        removed=removed,
    )


def _sizing(history: History, holding: Holding, terms: Terms, ratio: float) -> Sizing:
    market, last = history.markets[CONTRACT], history.closes[-1]
    price, spot = float(last[CONTRACT]), float(last[HELD])
    if not market.inverse:
        return linear_sizing(holding, market, spot=spot, price=price, ratio=ratio)
    if market.base == holding.base:
        return inverse_sizing(holding, market, price=price, share=ratio)
    return cross_inverse_sizing(
        holding,
        market,
        spot=spot,
        margin_spot=float(last[MARGIN]),
        price=price,
        ratio=ratio,
        collateral=terms.collateral,
        leverage=terms.leverage,
    )


def _range(
    history: History, holding: Holding, terms: Terms, estimate: HedgeRatio
) -> tuple[float, float] | None:
    """Coins at both ends of the interval, the smaller first.

    None where an end is too small to trade, or calls for the other side.
    """
    ends = (estimate.interval.low, estimate.interval.high)
    try:
        one, other = (_sizing(history, holding, terms, terms.share * end) for end in ends)
    except RequestError:
        return None
    if one.side is not other.side:
        return None
    return min(one.coins, other.coins), max(one.coins, other.coins)
