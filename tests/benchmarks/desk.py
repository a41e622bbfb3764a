"""What questions about many markets cost, against pandas: ``python -m tests.benchmarks.desk``.

Two hundred markets of hourly bars lie in a SQLite file; ``/scan 90d top=200`` and ``/best … 90d``
read them with an empty memory, as after a restart, and again from memory. The plain way is what
pandas offers for the same numbers without their intervals. CPU seconds of this process, all
threads counted; the ratios compare what ran here.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from analytics.errors import SourceError
from analytics.market.candles import Candles, FloatArray, FundingHistory
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.stored import StoredPrices
from analytics.market.windows import DAY, HOUR
from analytics.statistics.correlation import correlation_matrix
from bot.store.candles import SqlCandleStore
from bot.store.database import open_database
from handlers import Services
from handlers._best.query import best_query as best_asked
from handlers.best import answer as best
from handlers.scan import answer as scan
from handlers.scan import parse as scan_asked
from tests.command_line import command_line

N_COINS, N_BARS = 200, 2400
N_WIDE, T_WIDE = 500, 8760
NOW = datetime(2026, 3, 10, 12, 20, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

Result = TypeVar("Result")


@dataclass(eq=False)
class Generated:
    """A venue of coins that share a factor; it counts how often it was asked."""

    closes: FloatArray
    coins: tuple[str, ...] = field(init=False)
    n_asked: int = 0
    origin: Origin = field(default=Origin("generated candles"))
    venues: tuple[str, ...] = ("binance",)

    def __post_init__(self) -> None:
        self.coins = tuple(f"C{k:03d}" for k in range(self.closes.shape[1]))

    async def markets(self, venue: str) -> Sequence[Market]:
        spots = [Market(venue, f"{c}/USDT", c, "USDT", Kind.SPOT) for c in self.coins]
        perps = [
            Market(venue, f"{c}/USDT:USDT", c, "USDT", Kind.PERP, "USDT", lot=0.001)
            for c in self.coins
        ]
        return [*spots, *perps]

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        return [m for m in await self.markets(venue) if m.kind in kinds][:limit]

    def bars(self, market: Market) -> Sequence[timedelta]:
        del market
        return (HOUR, 4 * HOUR, DAY)

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        del markets, bar
        return now

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        self.n_asked += 1
        last = int(NOW.timestamp()) // 3600
        places = np.arange(last - len(self.closes), last)
        step = bar // MILLISECOND
        inside = (places * step >= start.timestamp() * 1000) & (
            (places + 1) * step <= end.timestamp() * 1000
        )
        close = self.closes[inside, self.coins.index(market.base)]
        if market.is_contract:
            close = close * (1 + 1e-4 * np.sin(places[inside] * (1 + len(market.base))))
        volume = np.ones(len(close))
        return Candles(market, bar, places[inside] * step, close, close, close, close, volume)

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        del start, end
        raise SourceError("no funding in this bench", venue=market.venue)


@dataclass(eq=False)
class Bench:
    """Works at once, and throws its pictures away: drawing is measured elsewhere."""

    async def compute(self, work: Callable[[], Result]) -> Result:
        return work()

    async def draw(self, picture: object) -> bytes:
        del picture
        return b""

    def in_theme(self, _theme: str) -> "Bench":
        return self


def factor_closes(n_bars: int, n: int, *, seed: int = 1) -> FloatArray:
    """Shape (n_bars, n): prices of coins that move with one factor and on their own."""
    random = np.random.default_rng(seed)
    factor = random.standard_normal((n_bars, 1))
    own = random.standard_normal((n_bars, n))
    loading = random.uniform(0.2, 0.9, n)
    returns = 0.006 * (loading * factor + np.sqrt(1 - loading**2) * own)
    return np.asarray(100 * np.exp(np.cumsum(returns, axis=0)))


def services_over(store: SqlCandleStore, source: Generated) -> Services:
    """Everything behind an answer, with an empty memory."""
    stored = StoredPrices(source, store, now=lambda: NOW)
    return Services(histories=Histories(Catalog(stored), stored), workshop=Bench(), now=lambda: NOW)


async def cost(work: Callable[[], Awaitable[object]]) -> float:
    """CPU seconds of one run."""
    before = time.process_time()
    await work()
    return time.process_time() - before


def plain_cost(work: Callable[[], object], *, times: int = 3) -> float:
    """CPU seconds of the quickest of some runs."""
    costs = []
    for _ in range(times):
        before = time.process_time()
        work()
        costs.append(time.process_time() - before)
    return min(costs)


def plain_scan(closes: FloatArray) -> pd.DataFrame:
    """All correlations as pandas gives them, without intervals."""
    return np.log(pd.DataFrame(closes)).diff().corr()


def plain_best(closes: FloatArray, *, fit: int = 2160, day: int = 24) -> list[float]:
    """Walk-forward effectiveness of every coin against the first, with rolling windows."""
    returns = np.log(pd.DataFrame(closes)).diff().dropna()
    held, found = returns[0], []
    for column in returns.columns[1:]:
        hedge = returns[column]
        ratio = held.rolling(fit).cov(hedge) / hedge.rolling(fit).var()
        daily = ratio.shift(1).iloc[fit::day].reindex(returns.index).ffill()
        hedged = (held - daily * hedge).iloc[fit:]
        found.append(1 - hedged.var() / held.iloc[fit:].var())
    return found


async def main() -> None:
    """Fill the store, measure, print."""
    n_bars = N_BARS + 60 * 24
    source = Generated(factor_closes(n_bars, N_COINS))
    questions = {
        f"/scan 90d top={N_COINS}": (lambda s: scan(scan_asked("90d top=200 nochart"), s)),
        "/best C000 90d of=200": (lambda s: best(best_asked("C000 90d of=200 nochart"), s)),
    }
    plain = {
        f"/scan 90d top={N_COINS}": lambda: plain_scan(source.closes[-2161:]),
        "/best C000 90d of=200": lambda: plain_best(source.closes[-3601:]),
    }
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{Path(folder) / 'desk.sqlite'}")
        store = SqlCandleStore(database)
        first = services_over(store, source)
        for ask in questions.values():
            await ask(first)
        print(f"{'question':<26}{'cold':>8}{'warm':>8}{'pandas':>8}{'cold/pandas':>13}")
        for name, ask in questions.items():
            asked_before, after_restart = source.n_asked, services_over(store, source)
            cold = await cost(lambda: ask(after_restart))  # noqa: B023 - run here
            warm = await cost(lambda: ask(after_restart))  # noqa: B023
            assert source.n_asked == asked_before, "the store knew every bar"
            reference = plain_cost(plain[name], times=1)
            print(
                f"{name:<26}{cold:>7.2f}s{warm:>7.2f}s{reference:>7.2f}s{cold / reference:>13.2f}"
            )
        await database.close()
    wide = np.diff(np.log(factor_closes(T_WIDE + 1, N_WIDE)), axis=0)
    frame = pd.DataFrame(wide)
    ours, theirs = plain_cost(lambda: correlation_matrix(wide)), plain_cost(frame.corr)
    name = f"matrix {N_WIDE} × {T_WIDE:,}"
    print(f"{name:<26}{'':>8}{ours:>7.2f}s{theirs:>7.2f}s{ours / theirs:>13.3f}")


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    asyncio.run(main())
