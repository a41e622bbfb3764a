"""Which way a contract is held, and what it earns when its price moves."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


class Side(StrEnum):
    """Which way a contract is held."""

    SHORT = "SHORT"
    LONG = "LONG"

    @property
    def sign(self) -> int:
        """+1 for long, −1 for short."""
        return 1 if self is Side.LONG else -1


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
