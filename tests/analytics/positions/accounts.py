"""A second method: the account of a contract, straight from its definition."""

from typing import TypeVar

from analytics.positions.profit import FloatArray, Side

Price = TypeVar("Price", float, FloatArray)


def linear_pnl_usd(
    contracts: float, *, contract_size: float, entry: float, price: Price, side: Side = Side.SHORT
) -> Price:
    """Dollars that contracts of ``contract_size`` coins each have earned since ``entry``."""
    return side.sign * contracts * contract_size * (price - entry)


def inverse_pnl_coins(
    contracts: float, *, contract_size: float, entry: float, price: Price, side: Side = Side.SHORT
) -> Price:
    """Coins that contracts of ``contract_size`` dollars each have earned since ``entry``."""
    return side.sign * contracts * contract_size * (1 / entry - 1 / price)


def inverse_wealth_usd(
    contracts: float,
    *,
    contract_size: float,
    coins: float,
    entry: float,
    price: Price,
    spot: Price,
    side: Side = Side.SHORT,
) -> Price:
    """Dollars that ``coins``, collateral included, and the contracts' profit are worth."""
    pnl = inverse_pnl_coins(
        contracts, contract_size=contract_size, entry=entry, price=price, side=side
    )
    return (coins + pnl) * spot
