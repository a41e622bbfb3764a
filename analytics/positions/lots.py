"""Whole contracts, counted without binary rounding."""

import math
from decimal import ROUND_CEILING, ROUND_HALF_DOWN, Context, Decimal

from analytics.market.markets import Market

_EXACT = Context(prec=60)
_NOISE = Decimal("1e-15")


def exact(value: float) -> Decimal:
    """The decimal number that a float was written as: 0.1 is one tenth."""
    return Decimal(repr(float(value)))


def whole_lots(contracts: Decimal, market: Market) -> Decimal:
    """The nearest amount that the market trades; of two equally near ones the smaller."""
    lot = exact(market.lot)
    return (contracts / lot).quantize(Decimal(1), ROUND_HALF_DOWN, _EXACT) * lot


def smallest_order(market: Market) -> Decimal:
    """The smallest amount that the market trades, in contracts."""
    lot = exact(market.lot)
    lots = (exact(market.minimum) / lot).quantize(Decimal(1), ROUND_CEILING, _EXACT)
    return max(lots, Decimal(1)) * lot


def rounded_up(value: float, *, digits: int = 2) -> float:
    """The smallest number of so many significant digits that is not below ``value``."""
    step = Decimal(1).scaleb(math.floor(math.log10(value)) - digits + 1)
    return float((exact(value) / step).quantize(Decimal(1), ROUND_CEILING, _EXACT) * step)


def settled(value: Decimal) -> Decimal:
    """The value without the last digits, which a division may have left."""
    return value.quantize(_NOISE, context=_EXACT)
