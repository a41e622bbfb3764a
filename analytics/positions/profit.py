"""What a contract earns when its price moves, and what its holder is then worth."""

from enum import StrEnum
from typing import TypeVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Price = TypeVar("Price", float, FloatArray)


class Side(StrEnum):
    """Which way a contract is held."""

    SHORT = "SHORT"
    LONG = "LONG"

    @property
    def sign(self) -> int:
        """+1 for long, −1 for short."""
        return 1 if self is Side.LONG else -1


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


def inverse_hedge_returns(spot: FloatArray, futures: FloatArray) -> FloatArray:
    """Dollars that one dollar LONG of the inverse contract earns in each bar.

    This is −y, with y what one dollar short earns: the minimum-variance ratio is
    ``Cov(s, r) / Var(r)`` against the holding's *simple* returns s, as with linear contracts,
    and ``ratio * coins * spot`` the dollars to sell.

    Parameters
    ----------
    spot
        Dollar price of the margin coin, shape (T + 1,).
    futures
        Price of the contract at the same times, shape (T + 1,).

    Returns
    -------
    Shape (T,).

    Notes
    -----
    Deng, Pan, Zhang and Zou (2020), Applied Economics 52, 6320-6337. Log returns would bias the
    ratio of a perfect hedge away from 1.

    """
    return np.asarray(spot[1:] * (1 / futures[:-1] - 1 / futures[1:]))
