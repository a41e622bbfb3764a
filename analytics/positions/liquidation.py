"""At which price a venue closes a position by force."""

import math
from dataclasses import dataclass

from analytics.errors import RequestError
from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.markets import Market
from analytics.positions.profit import Side

USUAL_MAINTENANCE_RATE = 0.005
"""To assume, and to say so, where the venue does not publish its rate."""
LARGE = 1000.0
OUT_OF_REACH = 100.0
"""A price this many times the entry is called never: rounding to whole contracts leaves such."""


@dataclass(frozen=True, slots=True)
class Liquidation:
    """The price at which margin no longer covers maintenance.

    ``move`` is the fraction by which the price must change from the entry.
    """

    price: float
    move: float


class ThinMarginError(RequestError):
    """The margin is below maintenance from the start; ``leverage`` is infinite without any."""

    def __init__(self, leverage: float, *, highest: float) -> None:
        shown = localised(f"{leverage:,.0f}" if leverage >= LARGE else f"{leverage:.4g}")
        start = tr("Without any margin") if math.isinf(leverage) else tr("At {shown}×", shown=shown)
        super().__init__(
            tr(
                "{start} the position falls short of what the venue requires from the first minute. "
                "Use a leverage below {highest}.",
                start=start,
                highest=localised(f"{highest:.4g}"),
            )
        )
        self.leverage = leverage
        self.highest = highest


def liquidation(
    market: Market,
    *,
    contracts: float,
    entry: float,
    collateral: float,
    maintenance_rate: float,
    side: Side = Side.SHORT,
) -> Liquidation | None:
    """Liquidation of ``contracts`` against posted collateral; None if it can never happen.

    Parameters
    ----------
    contracts
        Positive.
    collateral
        Coins for an inverse market, dollars for a linear one; at least 0.
    maintenance_rate
        Fraction of the notional at the current price, as in ``Market.maintenance_rate``.

    Raises
    ------
    ThinMarginError
        If the collateral is below maintenance at entry.

    """
    notional = contracts * market.contract_size
    margin = collateral * entry / notional if market.inverse else collateral / (notional * entry)
    return _liquidation(market, entry, margin, maintenance_rate, side)


def leveraged_liquidation(
    market: Market,
    *,
    entry: float,
    leverage: float,
    maintenance_rate: float,
    side: Side = Side.SHORT,
) -> Liquidation | None:
    """Liquidation of a position opened at ``leverage`` (notional over margin at entry).

    Raises
    ------
    ThinMarginError
        If the leverage leaves less than maintenance.

    """
    if leverage <= 0:
        raise ValueError("a leverage is positive")
    return _liquidation(market, entry, 1 / leverage, maintenance_rate, side)


def maintenance_rate(market: Market) -> float:
    """What the venue requires of the smallest positions, a usual rate where it does not say."""
    rate = market.maintenance_rate
    return USUAL_MAINTENANCE_RATE if rate is None else rate


def _liquidation(
    market: Market, entry: float, margin: float, rate: float, side: Side
) -> Liquidation | None:
    """Solve margin + profit = maintenance, all as fractions of the notional at entry."""
    if not (math.isfinite(entry) and entry > 0 and 0 <= rate < 1 and margin >= 0):
        raise ValueError("entry must be positive, the rate in [0, 1), the margin at least 0")
    if margin <= rate:
        raise ThinMarginError(
            1 / margin if margin else math.inf, highest=1 / rate if rate else math.inf
        )
    multiple = _inverse_multiple(margin, rate, side) if market.inverse else None
    if not market.inverse:
        multiple = _linear_multiple(margin, rate, side)
    if multiple is None or multiple <= 0 or multiple > OUT_OF_REACH:
        return None
    return Liquidation(price=entry * multiple, move=multiple - 1)


def _linear_multiple(margin: float, rate: float, side: Side) -> float:
    if side is Side.SHORT:
        return (1 + margin) / (1 + rate)
    return (1 - margin) / (1 - rate)


def _inverse_multiple(margin: float, rate: float, side: Side) -> float | None:
    if side is Side.LONG:
        return (1 + rate) / (1 + margin)
    return (1 - rate) / (1 - margin) if margin < 1 else None
