"""A hedge that is already held, against the one that its markets call for now."""

from dataclasses import dataclass

import numpy as np

from analytics.errors import RequestError
from analytics.language import tr
from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.positions.contracts import (
    Sizing,
    cross_inverse_sizing,
    inverse_sizing,
    linear_sizing,
)
from analytics.positions.drift import (
    Judgement,
    OffTarget,
    ResizeRule,
    off_target,
    rebalance_band,
)
from analytics.positions.profit import inverse_hedge_returns
from analytics.positions.refusals import CollateralNeededError, Holding
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.hedge_ratio import HedgeRatio, hedge_ratio
from analytics.studies.hedges import CONTRACT, HELD, MARGIN


class NoTargetError(RequestError):
    """The markets do not say which way to hedge, so nothing can be off target."""

    def __init__(self, held: Market, contract: Market) -> None:
        super().__init__(
            tr(
                "In that window the ratio of {short_name} to {short_name_2} is 0 within its range: "
                "there is no target to be off.",
                short_name=held.short_name,
                short_name_2=contract.short_name,
            )
        )


@dataclass(frozen=True, slots=True)
class Position:
    """What is held and what stands against it.

    Attributes
    ----------
    coins
        Held, negative where owed; of an inverse contract's own coin those at ``entry``, or
        today's equity where there is none.
    contracts
        Signed: negative for a short.
    entry
        Price at which the contracts were sold; None where it is not known.
    collateral
        Coins beside the holding that margin an inverse contract on another coin: at ``entry``,
        or today.
    leverage
        Notional over that margin, where the coins are not known.
    """

    coins: float
    contracts: float
    entry: float | None = None
    collateral: float | None = None
    leverage: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DriftStudy:
    """How far a hedge is off, what that costs, and whether to trade.

    Attributes
    ----------
    ratio
        Hedge ratio that is held now.
    share
        ``ratio`` over the target ratio, less 1, with the interval that the target's has.
    target
        Whole lots that the markets call for now.
    order_contracts
        Signed contracts to trade to get there; negative sells.
    band
        Ratios outside of which a resize pays; ``band_coins`` the same in coins of the contract to
        be short, the smaller first.
    coins_a_ratio
        Coins of the contract to sell, at today's prices, for one more of hedge ratio; negative
        for a short holding.
    value_usd
        Of the holding, positive.
    path
        Shape (T,), ``share`` at every close of the window had the contracts been the same.
    neutralises
        Whether the target is full neutralisation (an inverse contract on the held coin).
    """

    history: History
    position: Position
    estimate: HedgeRatio
    sample: OffTarget
    rule: ResizeRule
    ratio: float
    share: Estimate
    target: Sizing
    order_contracts: float
    judgement: Judgement
    band: Interval
    band_coins: tuple[float, float]
    coins_a_ratio: float
    value_usd: float
    path: FloatArray
    neutralises: bool

    @property
    def market(self) -> Market:
        """The contract."""
        return self.history.markets[CONTRACT]

    @property
    def price(self) -> float:
        """Last price of the contract."""
        return float(self.history.closes[-1, CONTRACT])

    @property
    def held_coins(self) -> float:
        """Coins that the held contracts stand for at today's price, negative for a short."""
        return _coins(self.market, self.position.contracts, self.price)

    @property
    def order_usd(self) -> float:
        """Notional of the order, positive."""
        return abs(_coins(self.market, self.order_contracts, self.price)) * self.price

    @property
    def benefit_usd(self) -> float:
        """What the lower variance is worth until the next resize."""
        return self.judgement.benefit * self.value_usd

    @property
    def cost_usd(self) -> float:
        """What the order costs."""
        return self.judgement.cost * self.value_usd


def drift_study(
    history: History, position: Position, rule: ResizeRule, *, level: float
) -> DriftStudy:
    """Judge a position at the last close, on the returns of the window.

    Raises
    ------
    RequestError
        Too few returns, no target, a target below one contract, collateral that is missing.

    """
    history = history.in_window
    held, contract = history.markets[HELD], history.markets[CONTRACT]
    s, f = position_returns(history)
    estimate = hedge_ratio(s, f, level=level)
    own = contract.inverse and contract.base == held.base
    wanted = 1.0 if own else estimate.value
    if not own and 0.0 in estimate.interval:
        raise NoTargetError(held, contract)
    ratios, slope = _ratios(history, position), _coins_a_ratio(history, position)
    ratio, price = float(ratios[-1]), float(history.closes[-1, CONTRACT])
    target = target_sizing(history, position, wanted)
    order = target.side.sign * target.contracts - position.contracts
    sample = off_target(s, f, estimate, target=ratio - _coins(contract, order, price) / slope)
    band = rebalance_band(sample, rule)
    short = -_coins(contract, position.contracts, price)
    ends = sorted(short + (end - ratio) * slope for end in (band.low, band.high))
    return DriftStudy(
        history=history,
        position=position,
        estimate=estimate,
        sample=sample,
        rule=rule,
        ratio=ratio,
        share=_share(ratio, wanted, estimate, is_fixed=own),
        target=target,
        order_contracts=order,
        judgement=sample.judged(ratio, rule),
        band=band,
        band_coins=(ends[0], ends[1]),
        coins_a_ratio=slope,
        value_usd=abs(position.coins) * float(history.closes[-1, HELD]),
        path=ratios / wanted - 1,
        neutralises=own,
    )


def position_returns(history: History) -> tuple[FloatArray, FloatArray]:
    """Returns per bar of what is held and of a dollar long of the contract.

    Simple ones where coins are paid: a dollar short of an inverse contract earns
    S·(1/F − 1/F₀), and log returns would bias its ratio.
    """
    if not history.markets[CONTRACT].inverse:
        returns = history.log_returns
        return returns[:, HELD], returns[:, CONTRACT]
    keep, closes = history.consecutive, history.closes
    margin = closes[:, MARGIN] if closes.shape[1] > MARGIN else closes[:, HELD]
    simple = closes[1:, HELD] / closes[:-1, HELD] - 1
    return simple[keep], inverse_hedge_returns(margin, closes[:, CONTRACT])[keep]


def target_sizing(history: History, position: Position, ratio: float) -> Sizing:
    """The contracts that a position calls for at the last close, in whole lots.

    ``ratio`` is the hedge ratio that is wanted; 1 neutralises an inverse contract's own coin.

    Raises
    ------
    RequestError
        Less than one contract, or collateral that is missing.

    """
    market, last = history.markets[CONTRACT], history.closes[-1]
    spot, price = float(last[HELD]), float(last[CONTRACT])
    held = Holding(position.coins, history.markets[HELD].base)
    if not market.inverse:
        return linear_sizing(held, market, spot=spot, price=price, ratio=ratio)
    equity = position.coins + _earned(market, position, price)
    if market.base == held.base:
        return inverse_sizing(Holding(equity, held.base), market, price=price, share=ratio)
    return cross_inverse_sizing(
        held,
        market,
        spot=spot,
        margin_spot=float(last[MARGIN]),
        price=price,
        ratio=ratio,
        collateral=_margin(market, position, price),
    )


def target_span(history: History, position: Position, ratio: Interval) -> Interval:
    """Where the target is, in coins of the contract: negative for a short, as its ratio's interval has it.

    At the last close, and not in whole lots.
    """
    now = float(_ratios(history, position)[-1])
    price = float(history.closes[-1, CONTRACT])
    held, slope = (
        _coins(history.markets[CONTRACT], position.contracts, price),
        _coins_a_ratio(history, position),
    )
    low, high = sorted(held - (end - now) * slope for end in (ratio.low, ratio.high))
    return Interval(low, high, ratio.level)


def _ratios(history: History, position: Position) -> FloatArray:
    """Hedge ratio at every close with the contracts and coins of today; the last is today's."""
    market, closes = history.markets[CONTRACT], history.closes
    spot, price = closes[:, HELD], closes[:, CONTRACT]
    short = -position.contracts * market.contract_size
    if not market.inverse:
        return np.asarray(short * price / (position.coins * spot))
    if market.base != history.markets[HELD].base:
        margin = _margin(market, position, float(price[-1]))
        earned_since = short * (1 / price - 1 / price[-1])
        exposed = (short / price - margin - earned_since) * closes[:, MARGIN]
        return np.asarray(exposed / (position.coins * spot))
    if position.entry is not None:
        return np.full(len(price), short / (position.coins * position.entry))
    equity = position.coins + short * (1 / price - 1 / price[-1])
    return np.asarray(short / (equity * price))


def _coins_a_ratio(history: History, position: Position) -> float:
    market, last = history.markets[CONTRACT], history.closes[-1]
    spot, price = float(last[HELD]), float(last[CONTRACT])
    if not market.inverse:
        return position.coins * spot / price
    if market.base == history.markets[HELD].base:
        return position.coins
    return position.coins * spot / float(last[MARGIN])


def _earned(market: Market, position: Position, price: float) -> float:
    """Coins that the contracts have earned since their entry; 0 where today's equity was given."""
    if position.entry is None:
        return 0.0
    short = -position.contracts * market.contract_size
    return short * (1 / price - 1 / position.entry)


def _margin(market: Market, position: Position, price: float) -> float:
    if position.collateral is not None:
        return position.collateral + _earned(market, position, price)
    if position.leverage is None:
        raise CollateralNeededError(market.base)
    return abs(position.contracts) * market.contract_size / (price * position.leverage)


def _coins(market: Market, contracts: float, price: float) -> float:
    units = contracts * market.contract_size
    return units / price if market.inverse else units


def _share(ratio: float, target: float, estimate: HedgeRatio, *, is_fixed: bool) -> Estimate:
    value = ratio / target - 1
    if is_fixed:
        return Estimate(value, Interval(value, value, estimate.interval.level))
    ends = sorted(ratio / end - 1 for end in (estimate.interval.low, estimate.interval.high))
    return Estimate(value, Interval(ends[0], ends[1], estimate.interval.level))
