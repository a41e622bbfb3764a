"""Several holdings against several legs: their returns, what one lot weighs, how they are tested."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.windows import DAY
from analytics.positions.lot_search import least_variance_lots
from analytics.positions.profit import inverse_hedge_returns
from analytics.positions.refusals import CollateralNeededError, LeverageError
from analytics.statistics.hedge_ratios import LeastVariance, least_variance
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness, legs_out_of_sample

TEST_DAYS = 60


@dataclass(frozen=True, eq=False)
class Basket:
    """What is held, the legs that may be sold against it, and how both moved.

    Attributes
    ----------
    history
        Columns: the holdings, the legs, then coins that margin a leg and are not held.
    coins
        One amount a holding, negative where owed.
    n_legs
        How many of the columns are legs.
    share
        Part of the holdings to hedge, a fraction in (0, 1].
    leverage
        Notional over margin, needed where a leg is margined in a coin that is not held.
    hold
        Bars that the hedge is to stand.
    """

    history: History
    coins: tuple[float, ...]
    n_legs: int
    share: float = 1.0
    leverage: float | None = None
    hold: int = 1

    @property
    def held_markets(self) -> tuple[Market, ...]:
        """What is held."""
        return self.history.markets[: len(self.coins)]

    @property
    def legs(self) -> tuple[Market, ...]:
        """The contracts."""
        return self.history.markets[len(self.coins) :][: self.n_legs]

    @property
    def direction(self) -> int:
        """−1 where everything is owed, so that a ratio above 0 always opposes the holdings."""
        return -1 if max(self.coins) < 0 else 1

    @property
    def fit_bars(self) -> int:
        """Returns in the asked window."""
        return len(self.history.in_window.log_returns)

    @property
    def bars_per_day(self) -> int:
        """Returns in a day; 1 where bars are longer."""
        return max(1, DAY // self.history.bar)

    def value_usd(self, row: int = -1) -> float:
        """What the holdings are worth at a close, each counted as positive."""
        return float(self.history.closes[row, : len(self.coins)] @ np.abs(self.coins))

    @property
    def weights(self) -> FloatArray:
        """Share of each holding in today's value, negative where it opposes the basket."""
        dollars = self.history.closes[-1, : len(self.coins)] * np.array(self.coins)
        return np.asarray(self.direction * dollars / self.value_usd())

    @cached_property
    def held_returns(self) -> FloatArray:
        """Shape (T,), of today's holdings at today's weights; as of a long for what is owed."""
        return np.asarray(self._returns[:, : len(self.coins)] @ self.weights)

    @cached_property
    def leg_returns(self) -> FloatArray:
        """Shape (T, k), of a dollar long of each leg."""
        first = len(self.coins)
        return self._returns[:, first : first + self.n_legs]

    @cached_property
    def before(self) -> npt.NDArray[np.int64]:
        """Shape (T,), row of the close before each return."""
        return np.flatnonzero(self.history.consecutive).astype(np.int64)

    def with_legs(self, kept: Sequence[int]) -> "Basket":
        """The same holdings with some of the legs."""
        n, markets = len(self.coins), self.history.markets
        margins = {self.legs[leg].base for leg in kept if self.legs[leg].inverse}
        outside = range(n + self.n_legs, len(markets))
        coins_left = (column for column in outside if markets[column].base in margins)
        columns = [*range(n), *(n + leg for leg in kept), *coins_left]
        history = replace(
            self.history,
            markets=tuple(markets[column] for column in columns),
            closes=self.history.closes[:, columns],
        )
        return replace(self, history=history, n_legs=len(kept))

    def steps(self, ratios: FloatArray, row: int = -1) -> FloatArray:
        """Shape (k,), hedge ratio of one lot of each leg at a close, positive.

        A leg that is margined in a coin which is not held hedges its own margin too: of θ dollars
        short at leverage L only θ (1 − 1/L) are left for the holdings.

        Raises
        ------
        CollateralNeededError, LeverageError
            There is such a leg, and no leverage or one that leaves nothing.

        """
        value = self.value_usd(row)
        units = [
            self._lot_usd(leg, row) * self._left_by_margin(leg, float(ratio))
            for leg, ratio in zip(range(self.n_legs), ratios, strict=True)
        ]
        return np.array(units) / value

    def lots(self, fit: LeastVariance, row: int = -1) -> tuple[FloatArray, FloatArray]:
        """Whole lots of each leg that leave least variance, and those before rounding; signed."""
        wanted = self.share * fit.ratios
        step = self.steps(wanted, row)
        smallest = np.array([max(1.0, math.ceil(leg.minimum / leg.lot)) for leg in self.legs])
        exact = wanted / step
        whole = least_variance_lots(
            exact, step=step, smallest=smallest, gram=fit.gram, cross=self.share * fit.cross
        )
        return whole, exact

    def tested(self, *, level: float) -> OutOfSampleEffectiveness:
        """What the legs together would have removed on unseen days, in whole lots.

        Raises
        ------
        ShortHistoryError
            The past is too short for a test.

        """

        def held_through(s: FloatArray, f: FloatArray, first_bar: int) -> FloatArray:
            row, fit = int(self.before[first_bar]), least_variance(s, f, hold=self.hold)
            return self.lots(fit, row)[0] * self.steps(fit.ratios, row)

        return legs_out_of_sample(
            self.direction * self.held_returns,
            self.direction * self.leg_returns,
            sizer=held_through,
            fit_bars=self.fit_bars,
            bars_per_day=self.bars_per_day,
            test_days=TEST_DAYS,
            level=level,
            hold=self.hold,
        )

    def day_moves(self, tested: OutOfSampleEffectiveness) -> tuple[FloatArray, FloatArray]:
        """What each tested day did to a dollar held, without and with the hedge; shape (n_days,).

        In money: a sum of log returns would make a fall of 10 % a loss of 10.5 %.
        """
        if any(leg.inverse for leg in self.legs):
            return tested.unhedged_days, tested.hedged_days
        bars = self._returns[tested.first_bar :].reshape(tested.n_days, -1, self._returns.shape[1])
        moves = self.direction * np.expm1(bars.sum(axis=1))
        held = moves[:, : len(self.coins)] @ self.weights
        return held, held - (moves[:, len(self.coins) :] * tested.ratios).sum(axis=1)

    def margined_elsewhere(self, leg: int) -> bool:
        """Whether a leg's margin is a coin that is not held."""
        market = self.legs[leg]
        return market.inverse and market.base not in {held.base for held in self.held_markets}

    @cached_property
    def _returns(self) -> FloatArray:
        """Shape (T, N); simple ones where a leg pays coins, whose ratio log returns would bias."""
        if not any(leg.inverse for leg in self.legs):
            return self.history.log_returns
        closes = self.history.closes
        steps = closes[1:] / closes[:-1] - 1
        for leg, market in enumerate(self.legs):
            if market.inverse:
                column = len(self.coins) + leg
                coin = closes[:, self._coin_column(market.base)]
                steps[:, column] = inverse_hedge_returns(coin, closes[:, column])
        return np.asarray(steps[self.history.consecutive])

    def _coin_column(self, base: str) -> int:
        outside = len(self.coins) + self.n_legs
        columns: list[int] = [*range(len(self.coins)), *range(outside, len(self.history.markets))]
        return next(column for column in columns if self.history.markets[column].base == base)

    def _lot_usd(self, leg: int, row: int) -> float:
        """Dollars of holdings that a lot of a leg moves like, at a ratio of 1."""
        market, closes = self.legs[leg], self.history.closes[row]
        size, price = market.lot * market.contract_size, float(closes[len(self.coins) + leg])
        if not market.inverse:
            return size * price
        return size * float(closes[self._coin_column(market.base)]) / price

    def _left_by_margin(self, leg: int, ratio: float) -> float:
        if not self.margined_elsewhere(leg):
            return 1.0
        if self.leverage is None:
            raise CollateralNeededError(self.legs[leg].base)
        short = self.direction * ratio > 0
        if short and self.leverage <= 1:
            raise LeverageError(self.leverage)
        return 1 - 1 / self.leverage if short else 1 + 1 / self.leverage
