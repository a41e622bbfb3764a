"""What being short a contract paid or cost: funding, basis, fees, and what it bought."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from analytics.language import tr
from analytics.market.candles import FloatArray, FundingHistory
from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.span import moment
from analytics.market.windows import YEAR
from analytics.positions.carry import (
    FundingCarry,
    NoFundingError,
    annualised_basis,
    funding_carry,
    net_carry,
)
from analytics.statistics.effectiveness import effectiveness
from analytics.statistics.estimate import Estimate, Interval
from analytics.studies.drifts import position_returns

STALE_AFTER_PAYMENTS = 4
SPOT, CONTRACT = 0, -1
"""Columns of a carry's history; without a spot market there is only the contract."""
SPREAD = (0.05, 0.95)
"""Quantiles between which a basis usually stood."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A contract's price over its coin's, less 1: now, its mean, and where it usually stood."""

    now: float
    mean: float
    usual: Interval


@dataclass(frozen=True, slots=True, eq=False)
class Carry:
    """What a short of one contract earned in a window; positive is income.

    Attributes
    ----------
    notional_usd
        That the amounts below are for.
    funding
        None for a dated future, and where funding is not known (``silence`` says why).
    records
        All that is known, from before the window on; ``payments`` are those inside it.
    received_usd, received_coins
        Funding that a short of ``notional_usd`` at the window's start received; None without any.
    expected
        Annual income before fees: of a perpetual the funding rate, of a dated future today's
        annualised basis, which is certain if held until expiry; None where it is not known.
    net
        The same after opening and closing at the taker fee; None without a fee or an income.
    basis
        Of a dated future annualised; None where the coin itself is not traded.
    basis_path
        Shape (T,), price over the coin's, less 1, at each close of the window.
    annual_path
        Shape (T,), for a dated future its annualised basis; else None.
    removed
        Variance that a short of the same value removed from the coin itself, in sample.
    """

    history: History
    notional_usd: float
    funding: FundingCarry | None
    records: FundingHistory | None
    silence: str | None
    received_usd: float | None
    received_coins: float | None
    expected: Estimate | None
    net: Estimate | None
    taker_fee: float | None
    held: timedelta
    basis: Basis | None
    basis_path: FloatArray | None
    annual_path: FloatArray | None
    removed: float | None

    @property
    def market(self) -> Market:
        """The contract."""
        return self.history.markets[CONTRACT]

    @property
    def start(self) -> datetime:
        """Where the window begins."""
        return moment(int(self.history.close_time[0]))

    @property
    def payments(self) -> FundingHistory | None:
        """The records inside the window."""
        return None if self.records is None else _inside(self.records, self.start)

    @property
    def next_payment(self) -> datetime | None:
        """When the next funding is due, by the usual time between payments."""
        if self.funding is None:
            return None
        behind = self.history.last_close - self.funding.last_time
        return self.funding.last_time + (behind // self.funding.payment_every + 1) * (
            self.funding.payment_every
        )

    @property
    def per_point(self) -> float | None:
        """Net annual income for each point of variance removed, a fraction of the notional."""
        if self.net is None or self.removed is None or self.removed <= 0:
            return None
        return self.net.value / (100 * self.removed)


def carry(
    history: History,
    paid: FundingHistory | None,
    *,
    notional_usd: float,
    held: timedelta,
    taker_fee: float | None,
    level: float,
) -> Carry:
    """Carry of the last market of a history, a contract on the coin of the first one.

    Parameters
    ----------
    paid
        Should reach a day before the window; None for a market without funding, and where no
        venue tells.
    held
        For how long the fees are spread.

    Raises
    ------
    RequestError
        Too few returns, or a coin that never moves.

    """
    history = history.in_window
    market, start = history.markets[CONTRACT], moment(int(history.close_time[0]))
    funding, silence = _funding(history, paid, start, level)
    known = paid if funding is not None else None
    basis_path = _basis_path(history)
    annual = None if basis_path is None else _annual_path(history, basis_path)
    expected = funding.apr if funding is not None else None
    if annual is not None:
        expected = Estimate(
            float(annual[-1]), Interval(float(annual[-1]), float(annual[-1]), level)
        )
    net = None
    if expected is not None and taker_fee is not None:
        net = net_carry(expected, taker_fee=taker_fee, held=held)
    usd, coins = _received(history, known, start, notional_usd)
    return Carry(
        history=history,
        notional_usd=notional_usd,
        funding=funding,
        records=known,
        silence=_unknown_basis(market, annual) if market.expiry else silence,
        received_usd=usd,
        received_coins=coins,
        expected=expected,
        net=net,
        taker_fee=taker_fee,
        held=held,
        basis=_basis(basis_path if annual is None else annual),
        basis_path=basis_path,
        annual_path=annual,
        removed=None if basis_path is None else effectiveness(*position_returns(history), 1.0),
    )


def _funding(
    history: History, paid: FundingHistory | None, start: datetime, level: float
) -> tuple[FundingCarry | None, str | None]:
    market, end = history.markets[CONTRACT], history.last_close
    if paid is None or len(paid) == 0:
        return None, tr("Funding of {short_name} is not known here.", short_name=market.short_name)
    try:
        found = funding_carry(paid, start=start, level=level)
    except NoFundingError:
        return None, tr(
            "No funding of {short_name} is recorded in that window.", short_name=market.short_name
        )
    if end - found.last_time > STALE_AFTER_PAYMENTS * found.payment_every:
        known_until = f"{found.last_time:%Y-%m-%d}"
        return None, (
            tr(
                "Funding of {short_name} is known only until {known_until}: end={known_until} asks "
                "for it.",
                short_name=market.short_name,
                known_until=known_until,
            )
        )
    return found, None


def _basis_path(history: History) -> FloatArray | None:
    if len(history.markets) == 1:
        return None
    return np.asarray(history.closes[:, CONTRACT] / history.closes[:, SPOT] - 1)


def _unknown_basis(market: Market, annual: FloatArray | None) -> str | None:
    if annual is not None:
        return None
    return tr(
        "{short_name} has expired, or its coin is not traded here: no basis is known.",
        short_name=market.short_name,
    )


def _annual_path(history: History, basis: FloatArray) -> FloatArray | None:
    expiry = history.markets[CONTRACT].expiry
    if expiry is None:
        return None
    left = expiry.timestamp() * 1000 - history.close_time
    alive = left > 0
    if not alive[-1]:
        return None
    path = np.full(len(basis), np.nan)
    path[alive] = basis[alive] * (YEAR / timedelta(milliseconds=1)) / left[alive]
    path[-1] = annualised_basis(
        spot=float(history.closes[-1, SPOT]),
        price=float(history.closes[-1, CONTRACT]),
        now=history.last_close,
        expiry=expiry,
    )
    return path


def _basis(path: FloatArray | None) -> Basis | None:
    if path is None:
        return None
    low, high = np.nanquantile(path, SPREAD).tolist()
    level = SPREAD[1] - SPREAD[0]
    return Basis(float(path[-1]), float(np.nanmean(path)), Interval(low, high, level))


def _received(
    history: History, paid: FundingHistory | None, start: datetime, notional_usd: float
) -> tuple[float | None, float | None]:
    """Σ f·q·P dollars for a linear short of fixed coins, Σ f·N/P coins for an inverse one."""
    if paid is None:
        return None, None
    inside, market = _inside(paid, start), history.markets[CONTRACT]
    before = np.searchsorted(history.close_time, inside.time, side="right") - 1
    price = history.closes[before, CONTRACT]
    last = float(history.closes[-1, CONTRACT])
    if market.inverse:
        coins = float((inside.rate / price).sum()) * notional_usd
        return coins * last, coins
    dollars = float(inside.rate @ price) * notional_usd / float(history.closes[0, CONTRACT])
    return dollars, dollars / last


def _inside(paid: FundingHistory, start: datetime) -> FundingHistory:
    kept = paid.time > start.timestamp() * 1000
    return replace(paid, time=paid.time[kept], rate=paid.rate[kept])
