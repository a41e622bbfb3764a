"""How many whole contracts neutralise a holding."""

import math
from dataclasses import dataclass
from decimal import Decimal

from analytics.market.markets import Market
from analytics.positions.lots import exact, rounded_up, settled, smallest_order, whole_lots
from analytics.positions.profit import Side
from analytics.positions.refusals import (
    CollateralNeededError,
    Holding,
    LeverageError,
    NothingToHedgeError,
    TooSmallError,
)


@dataclass(frozen=True, slots=True)
class Sizing:
    """An order that hedges a holding, and what its rounding leaves.

    Attributes
    ----------
    contracts
        Whole lots, positive.
    exact_contracts
        Before rounding, positive.
    price
        Of one coin of the market's base in the contract, dollars.
    coins
        Coins of the market's base that the contracts stand for at ``price``, positive.
    notional_usd
        Positive.
    residual_usd, residual_coins
        Exact less whole contracts, in dollars and in coins of the HOLDING at its spot price;
        negative where rounding made the hedge larger than asked, whichever the side.
    effective_ratio
        Hedge ratio of the whole contracts; for an inverse contract on the held coin the share of
        its dollar value that no longer moves.
    collateral_coins
        Coins of margin that the size rests on (an inverse contract on another coin), else None.
    """

    holding: Holding
    market: Market
    side: Side
    contracts: float
    exact_contracts: float
    price: float
    coins: float
    notional_usd: float
    residual_coins: float
    residual_usd: float
    effective_ratio: float
    collateral_coins: float | None = None


def linear_sizing(
    holding: Holding, market: Market, *, spot: float, price: float, ratio: float = 1.0
) -> Sizing:
    """Size in a contract (or spot market) whose profit is paid in dollars.

    Parameters
    ----------
    spot
        Dollar price of the held coin.
    price
        Of one coin of the market's base in the contract.
    ratio
        Hedge ratio between returns; negative turns the side round.

    Raises
    ------
    TooSmallError
        If it calls for less than the smallest order.
    NothingToHedgeError
        If nothing is held, or the ratio is 0.

    """
    _check(holding.coins, spot, price, ratio)
    unit_usd = exact(price) * exact(market.contract_size)
    signed = exact(ratio) * exact(holding.coins) * exact(spot) / unit_usd
    return _sized(_Need(holding, market, spot, price, ratio, unit_usd, signed))


def inverse_sizing(holding: Holding, market: Market, *, price: float, share: float = 1.0) -> Sizing:
    """Size in a coin-margined contract on the held coin: ``share * coins * price / face``.

    The coins count margin and all. At ``share`` 1 their dollar value no longer depends on the
    price; a minimum-variance ratio may stand in its place.

    Raises
    ------
    TooSmallError
        If it calls for less than the smallest order.
    NothingToHedgeError
        If nothing is held, or the share is 0.

    """
    _check(holding.coins, price, price, share)
    face = exact(market.contract_size)
    signed = exact(share) * exact(holding.coins) * exact(price) / face
    return _sized(_Need(holding, market, price, price, share, face, signed))


def cross_inverse_sizing(
    holding: Holding,
    market: Market,
    *,
    spot: float,
    margin_spot: float,
    price: float,
    ratio: float,
    collateral: float | None = None,
    leverage: float | None = None,
) -> Sizing:
    """Size in a coin-margined contract on ANOTHER coin, whose margin must be hedged too.

    ``price * (collateral + ratio * coins * spot / margin_spot) / face`` contracts. With only a
    leverage the collateral follows from the size; ``collateral`` goes before ``leverage``.

    Parameters
    ----------
    spot, margin_spot
        Dollar prices of the held coin and of the margin coin.
    collateral
        Coins posted as margin, at least 0, beside the holding.
    leverage
        Notional over margin; above 1 for a short.

    Raises
    ------
    CollateralNeededError
        If neither is given.
    LeverageError
        If the leverage is at most 1 (a long: at most 0).
    TooSmallError, NothingToHedgeError
        As in ``linear_sizing``.

    """
    _check(holding.coins, spot, price, ratio)
    if margin_spot <= 0 or (collateral is not None and not 0 <= collateral < math.inf):
        raise ValueError("prices must be positive, collateral at least 0")
    face, coin_price = exact(market.contract_size), exact(price)
    bare = exact(ratio) * exact(holding.coins) * exact(spot) / exact(margin_spot)
    bare *= coin_price / face
    if collateral is not None:
        margin = exact(collateral) * coin_price / face
        return _sized(_Need(holding, market, spot, price, ratio, face, bare + margin, margin))
    if leverage is None:
        raise CollateralNeededError(market.base)
    need = _Need(holding, market, spot, price, ratio, face, bare * _geared(bare, leverage))
    return _sized(need, leverage=leverage)


@dataclass(frozen=True, slots=True)
class _Need:
    """A size before rounding: contracts to sell, of which ``margin`` hedge the collateral."""

    holding: Holding
    market: Market
    spot: float
    price: float
    ratio: float
    unit_usd: Decimal
    signed: Decimal
    margin: Decimal | None = None


def _sized(need: _Need, *, leverage: float | None = None) -> Sizing:
    _refuse_too_small(need)
    wanted, unit_usd = settled(abs(need.signed)), float(need.unit_usd)
    whole = whole_lots(wanted, need.market)
    residual_usd = float(wanted - whole) * unit_usd
    notional_usd = float(whole) * unit_usd
    coins = notional_usd / need.price
    return Sizing(
        holding=need.holding,
        market=need.market,
        side=Side.SHORT if need.signed > 0 else Side.LONG,
        contracts=float(whole),
        exact_contracts=float(wanted),
        price=need.price,
        coins=coins,
        notional_usd=notional_usd,
        residual_coins=residual_usd / need.spot,
        residual_usd=residual_usd,
        effective_ratio=_effective_ratio(need, whole),
        collateral_coins=_collateral(need, coins, leverage),
    )


def _effective_ratio(need: _Need, whole: Decimal) -> float:
    margin = need.margin or Decimal(0)
    signed = whole.copy_sign(need.signed)
    return need.ratio * float((signed - margin) / (need.signed - margin))


def _collateral(need: _Need, coins: float, leverage: float | None) -> float | None:
    if need.margin is not None:
        return float(need.margin * need.unit_usd) / need.price
    return None if leverage is None else coins / leverage


def _geared(bare: Decimal, leverage: float) -> Decimal:
    """How much a size grows because its own margin, long the coin, is hedged along."""
    if leverage <= (1 if bare > 0 else 0):
        raise LeverageError(leverage)
    gear = exact(leverage)
    return gear / (gear - 1) if bare > 0 else gear / (gear + 1)


def _refuse_too_small(need: _Need) -> None:
    smallest = smallest_order(need.market)
    if settled(abs(need.signed)) >= smallest:
        return
    margin = need.margin or Decimal(0)
    growth = (smallest.copy_sign(need.signed) - margin) / (need.signed - margin)
    enough = abs(need.holding.coins) * float(growth)
    raise TooSmallError(
        need.holding,
        need.market,
        value_usd=abs(need.holding.coins) * need.spot,
        smallest_usd=float(smallest * need.unit_usd),
        smallest_coins=rounded_up(enough) if growth > 1 and math.isfinite(enough) else None,
    )


def _check(coins: float, spot: float, price: float, ratio: float) -> None:
    if not all(map(math.isfinite, (coins, spot, price, ratio))) or min(spot, price) <= 0:
        raise ValueError("coins and ratio must be finite, prices positive")
    if coins * ratio == 0:
        raise NothingToHedgeError(coins)
