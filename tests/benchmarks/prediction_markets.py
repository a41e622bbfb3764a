"""Walk-forward cases for prediction ranges: three windows of the past and what came next."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.simulated import SIMULATED, SimulatedPrices
from analytics.positions.profit import inverse_hedge_returns
from analytics.statistics.prediction.traits import WINDOWS, correlation_traits, removal_traits

FloatArray = npt.NDArray[np.float64]
Pair = tuple[int, int]

REAL = Path(__file__).parents[3] / "shared" / "market-data"
HOUR = timedelta(hours=1)
START, END = datetime(2021, 1, 1, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
DAY = 24
_BITCOIN = (("spot", 3), ("inverse", 0))
"""Folder of its spot and of its coin-margined prices, and which file there."""

YEARS = 5
BEFORE = 500
WALKS = 40
DAILY_STEPS = (0.0, 0.015, 0.03, 0.05)
"""Standard deviations of a day's step of atanh ρ in the random-walk markets."""
PULL = 0.005
"""Part of the way back to its level that atanh ρ goes in a day, so that it stays below 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """Hourly returns of several markets, shape (T, N), and which of them to pair.

    ``pairs`` are for correlation; ``hedges`` pair what is held with a contract.
    """

    names: tuple[str, ...]
    bars: FloatArray
    pairs: tuple[Pair, ...]
    hedges: tuple[Pair, ...]

    def label(self, pair: Pair) -> str:
        return " | ".join(self.names[k] for k in pair)


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Shape (n, ...) each; ``at`` is the bar at which the next window begins.

    ``past`` is the newest window's own value, on the scale of ``outcome``: Fisher z, or the log
    variance ratio.
    """

    centre: FloatArray
    width: FloatArray
    outcome: FloatArray
    past: FloatArray
    at: npt.NDArray[np.int64]
    pair: npt.NDArray[np.int64]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.outcome)

    def only(self, kept: npt.NDArray[np.bool_]) -> "Cases":
        arrays = (self.centre, self.width, self.outcome, self.past, self.at, self.pair)
        return Cases(*(array[kept] for array in arrays), self.labels)


def simulated(seed: int) -> Returns:
    """The simulated venue from 2021 to autumn 2026: seasons, stress phases, clustered volatility."""
    prices = SimulatedPrices(seed=seed, clock=lambda: END)

    async def closes() -> tuple[list[Market], list[FloatArray]]:
        listed = [m for m in await prices.markets(SIMULATED) if _is_used(m)]
        return listed, [
            (await prices.candles(m, bar=HOUR, start=START, end=END)).close for m in listed
        ]

    markets, columns = asyncio.run(closes())
    contracts = [k for k, market in enumerate(markets) if market.is_contract]
    kept = [k for k, m in enumerate(markets) if not m.is_contract or m.base in ("BTC", "ETH")]
    return Returns(
        tuple(market.symbol for market in markets),
        np.diff(np.log(np.column_stack(columns)), axis=0),
        pairs=tuple(combinations(kept, 2)),
        hedges=_crossed(set(range(len(markets))) - set(contracts), contracts),
    )


def walking(seed: int) -> Returns:
    """Pairs with one GARCH-t variance whose Fisher z takes a random step every midnight."""
    rng = np.random.default_rng(seed)
    t = BEFORE + 365 * YEARS * DAY
    z = rng.standard_normal((2, t, WALKS))
    spread = np.sqrt(3 / rng.chisquare(5, (t, WALKS)))
    level = rng.uniform(0.2, 1.8, WALKS)
    steps = rng.standard_normal((t // DAY + 1, WALKS)) * rng.choice(DAILY_STEPS, WALKS)
    drift = np.empty_like(steps)
    place = np.zeros(WALKS)
    for day, step in enumerate(steps):
        place = drift[day] = (1 - PULL) * place + step
    rho = np.tanh(level + np.repeat(drift, DAY, axis=0)[:t])
    x, y = z[0] * spread, (rho * z[0] + np.sqrt(1 - rho**2) * z[1]) * spread
    variance, volatility = np.ones(WALKS), np.empty_like(x)
    for bar in range(t):
        volatility[bar] = np.sqrt(variance)
        variance = 0.05 + 0.10 * variance * x[bar] ** 2 + 0.85 * variance
    values = np.stack([x * volatility, y * volatility], axis=-1)[BEFORE:].reshape(-1, 2 * WALKS)
    pairs = tuple((2 * k, 2 * k + 1) for k in range(WALKS))
    return Returns(tuple(f"walk {k}" for k in range(2 * WALKS)), values, pairs, pairs)


def real() -> Returns:
    """Binance, 2024-01-01 to 2024-09-05: 14 spot markets, 12 perpetuals, one inverse perpetual."""
    files = [f for kind in ("spot", "linear", "inverse") for f in _files(f"e1_2024_{kind}_1h")]
    table = pd.DataFrame({_short(f): _closes(f) for f in files})
    contracts = [k for k, name in enumerate(table) if not name.startswith("spot")]
    return Returns(
        tuple(table),
        np.diff(np.log(table.to_numpy()), axis=0),
        pairs=tuple(combinations(range(len(files)), 2)),
        hedges=_crossed(set(range(len(files))) - set(contracts), contracts),
    )


def correlation_cases(
    returns: Returns, *, window: int, every: int, pairs: Iterable[Pair] | None = None
) -> Cases:
    """Every ``every`` bars: the next ``window`` bars' Fisher z and what was known before."""
    found = []
    for pair in pairs or returns.pairs:
        at, x, y = _windows(returns, pair, window, every)
        past, after = _halves(x, window), _halves(y, window)
        traits = correlation_traits(past[0], after[0])
        found.append(
            (traits.centre, traits.width, fisher_z(past[1], after[1]), _newest_z(x, y, window), at)
        )
    return _joined(returns, list(pairs or returns.pairs), found)


def removal_cases(returns: Returns, *, window: int, every: int) -> Cases:
    """The same for the log variance ratio, at the ratio fitted on the newest window."""
    found = []
    for pair in returns.hedges:
        at, s, f = _windows(returns, pair, window, every)
        newest = slice((WINDOWS - 1) * window, WINDOWS * window)
        e = s - fitted(s[:, newest], f[:, newest])[:, None] * f
        (before, after), (e_before, e_after) = _halves(s, window), _halves(e, window)
        scale = before.std(axis=-1, keepdims=True)
        traits = removal_traits(before / scale, e_before / scale)
        past = log_ratio(s[:, newest], e[:, newest])
        found.append((traits.centre, traits.width, log_ratio(after, e_after), past, at))
    return _joined(returns, list(returns.hedges), found)


def neutralised_cases(*, window: int, every: int) -> Cases:
    """Bitcoin with the inverse perpetual at full size: ratio 1, simple returns."""
    spot, inverse = (_closes(_files(f"e1_2024_{kind}_1h")[place]) for kind, place in _BITCOIN)
    both = pd.concat([spot, inverse], axis=1, join="inner").to_numpy()
    held = np.diff(both[:, 0]) / both[:-1, 0]
    earned = inverse_hedge_returns(both[:, 0], both[:, 1])
    returns = Returns(
        ("spot BTC-USDT", "hedged"), np.column_stack([held, held - earned]), ((0, 1),), ((0, 1),)
    )
    at, u, e = _windows(returns, (0, 1), window, every)
    (before, after), (e_before, e_after) = _halves(u, window), _halves(e, window)
    scale = before.std(axis=-1, keepdims=True)
    traits = removal_traits(before / scale, e_before / scale)
    newest = slice((WINDOWS - 1) * window, None)
    past = log_ratio(before[:, newest], e_before[:, newest])
    found = (traits.centre, traits.width, log_ratio(after, e_after), past, at)
    return _joined(returns, [(0, 1)], [found])


def fisher_z(x: FloatArray, y: FloatArray) -> FloatArray:
    a, b = ((s - s.mean(-1, keepdims=True)) / s.std(-1, keepdims=True) for s in (x, y))
    return np.asarray(0.5 * np.log(np.square(a + b).mean(-1) / np.square(a - b).mean(-1)))


def log_ratio(unhedged: FloatArray, hedged: FloatArray) -> FloatArray:
    return np.asarray(np.log(hedged.var(axis=-1) / unhedged.var(axis=-1)))


def fitted(s: FloatArray, f: FloatArray) -> FloatArray:
    centred = f - f.mean(axis=-1, keepdims=True)
    return np.asarray((centred * s).sum(axis=-1) / np.square(centred).sum(axis=-1))


def _is_used(market: Market) -> bool:
    if market.kind is Kind.INVERSE:
        return market.base == "BTC"
    return market.quote == "USDT" and market.expiry is None and market.base != "NEWT"


def _crossed(held: Iterable[int], contracts: Sequence[int]) -> tuple[Pair, ...]:
    return tuple((h, c) for h in sorted(held) for c in contracts)


def _windows(
    returns: Returns, pair: Pair, window: int, every: int
) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray]:
    """Start of each next window, and both series from three windows before until its end."""
    length = (WINDOWS + 1) * window
    starts = np.arange(0, len(returns.bars) - length + 1, every)
    x, y = (sliding_window_view(returns.bars[:, k], length)[starts] for k in pair)
    known = np.isfinite(x).all(axis=1) & np.isfinite(y).all(axis=1)
    return starts[known] + WINDOWS * window, x[known], y[known]


def _halves(x: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    return x[:, : WINDOWS * window], x[:, WINDOWS * window :]


def _newest_z(x: FloatArray, y: FloatArray, window: int) -> FloatArray:
    newest = slice((WINDOWS - 1) * window, WINDOWS * window)
    return fisher_z(x[:, newest], y[:, newest])


def _joined(
    returns: Returns, pairs: Sequence[Pair], found: Sequence[tuple[FloatArray, ...]]
) -> Cases:
    columns = [np.concatenate(column) for column in zip(*found, strict=True)]
    number = np.repeat(np.arange(len(pairs)), [len(one[-1]) for one in found])
    return Cases(*columns, number, tuple(returns.label(pair) for pair in pairs))


def _files(folder: str) -> list[Path]:
    return sorted((REAL / folder).glob("*.parquet"))


def _closes(file: Path) -> pd.Series:
    return pd.read_parquet(file).set_index("timestamp")["close"].astype(float)


def _short(file: Path) -> str:
    kind, symbol = file.stem.removeprefix("binance_").removesuffix("_1h").split("_", 1)
    return f"{kind.removeprefix('swap-')} {symbol}"
