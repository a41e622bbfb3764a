"""How much a warm answer costs, against the plain way to compute and draw the same.

``make bench`` runs it. The figures that matter are ratios of CPU time within one run: machines
differ and are noisy.
"""

import asyncio
import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.charts import LIGHT
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories, History
from analytics.market.live import LivePrices
from analytics.market.simulated import SimulatedPrices
from analytics.market.stored import StoredPrices
from bot.app import utc_now
from bot.computing.workroom import Workroom
from bot.computing.workshop import ThreadWorkshop
from bot.store.candles import SqlCandleStore
from bot.store.database import open_database
from handlers import Services, corr
from tests.command_line import command_line
from tests.emulators.venues.emulator import VenueEmulator

ROUNDS = 40
TARGET_MS = 60
TARGET_RATIO = 3
QUESTION = "BTC ETH-PERP 30d"


async def main() -> None:
    """Print everything as one Markdown table."""
    print("| what | figure |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        await _warm_answer(Path(folder) / "warm.sqlite")
        await _through_a_venue(Path(folder) / "venue.sqlite")
    _start_up()


async def _warm_answer(file: Path) -> None:
    database = await open_database(f"sqlite:///{file}")
    prices = StoredPrices(SimulatedPrices(), SqlCandleStore(database), now=utc_now)
    workshop = ThreadWorkshop(LIGHT)
    services = Services(Histories(Catalog(prices), prices), workshop, utc_now)
    query = corr.COMMAND.parse(QUESTION)
    history = await services.histories.history(
        query.instruments, query.window, now=utc_now(), context=timedelta(days=60)
    )

    async def ours() -> int:
        reply = await corr.answer(query, services)
        return len(reply.chart or b"")

    async def plain() -> int:
        return len(_plain_answer(history))

    for warm_up in (ours, plain, ours):
        await warm_up()
    pairs = [(await _cpu(ours), await _cpu(plain)) for _ in range(ROUNDS)]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(b / a for a, b in pairs)
    walls = [await _wall(ours) for _ in range(ROUNDS)]
    _row("warm /corr, parsed question to PNG, CPU", f"{mine:.0f} ms (target {TARGET_MS})")
    _row("plain pandas and pyplot, CPU", f"{theirs:.0f} ms")
    _row("ratio", f"{ratio:.1f} × less (goal {TARGET_RATIO})")
    _row("warm /corr, wall, median", f"{statistics.median(walls):.0f} ms")
    _row("size of the picture", f"{await ours() / 1000:.0f} kB")
    await _in_a_process(services, ours)
    await workshop.close()
    await database.close()


async def _in_a_process(services: Services, ours: Callable[[], Awaitable[object]]) -> None:
    """The same answer as a process that serves many computes it."""
    room = Workroom(LIGHT)
    apart = replace(services, workshop=room)
    query = corr.COMMAND.parse(QUESTION)
    for _ in range(3):
        await corr.answer(query, apart)
    costs, more = [], []
    for _ in range(ROUNDS):
        before = 1000 * time.process_time() + _workers_ms(room)
        await corr.answer(query, apart)
        costs.append(1000 * time.process_time() + _workers_ms(room) - before)
        more.append(costs[-1] - await _cpu(ours))
    cost, dearer = statistics.median(costs), statistics.median(more)
    _row("the same in a process of its own, CPU of both", f"{cost:.0f} ms ({dearer:+.1f} ms)")
    walls = [await _wall(lambda: corr.answer(query, apart)) for _ in range(ROUNDS)]
    _row("the same, wall, median", f"{statistics.median(walls):.0f} ms")
    _row("memory of all that computes", f"{room.staff.memory / 1e6:.0f} MB")
    await room.close()


def _workers_ms(room: Workroom) -> float:
    """Processor time of the workers that wait, by the kernel's nanoseconds."""
    files = (Path(f"/proc/{number}/schedstat") for number in room.staff.numbers)
    return sum(int(file.read_text().split()[0]) for file in files) / 1e6


def _plain_answer(history: History) -> bytes:
    """The same numbers and panels as one would write them without thinking of cost."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    window = history.in_window
    index = pd.to_datetime(window.close_time, unit="ms", utc=True)
    closes = pd.DataFrame(window.closes, index=index, columns=["a", "b"])
    returns = pd.DataFrame(history.log_returns, columns=["a", "b"])
    rho = returns.iloc[-len(closes) + 1 :]["a"].corr(returns["b"])
    rolling = returns["a"].rolling(168).corr(returns["b"]).iloc[-len(closes) + 1 :]
    base = returns["a"].iloc[: -len(closes)].corr(returns["b"].iloc[: -len(closes)])
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(12.8, 9.6), dpi=100, layout="constrained")
    rebased = 100 * closes / closes.iloc[0]
    top.plot(rebased.index, rebased["a"], label="BTC")
    top.plot(rebased.index, rebased["b"], "--", label="ETH-PERP")
    top.set_title(f"BTC × ETH-PERP · 30d: ρ {rho:.2f}", fontsize=24)
    top.legend(fontsize=20)
    low, high = np.tanh(np.arctanh(base) + np.array([-0.4, 0.4]))
    bottom.axhspan(low, high, alpha=0.2, hatch="/")
    bottom.axhline(base, linestyle=":")
    bottom.plot(index[1:], rolling.to_numpy())
    for axes in (top, bottom):
        axes.tick_params(labelsize=20)
        axes.grid(visible=True)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return buffer.getvalue()


async def _through_a_venue(file: Path) -> None:
    database = await open_database(f"sqlite:///{file}")
    async with VenueEmulator() as venue:
        live = LivePrices(venues=("binance",), options=venue.ccxt_options, clock=utc_now)
        prices = StoredPrices(live, SqlCandleStore(database), now=utc_now)
        workshop = ThreadWorkshop(LIGHT)
        await workshop.warm_up()
        services = Services(Histories(Catalog(prices), prices), workshop, utc_now)
        await prices.markets("binance")
        query = corr.COMMAND.parse(QUESTION)
        before = len(venue.requests())
        cold = await _wall(lambda: corr.answer(query, services))
        asked = len(venue.requests()) - before
        warm = [await _wall(lambda: corr.answer(query, services)) for _ in range(ROUNDS // 2)]
        again = len(venue.requests()) - before - asked
        _row("cold /corr through ccxt on loopback, wall", f"{cold:.0f} ms, {asked} requests")
        _row("warm, wall, median", f"{statistics.median(warm):.0f} ms, {again} requests")
        _row("memory with ccxt and matplotlib", f"{_peak_mb(resource.RUSAGE_SELF):.0f} MB at most")
        await workshop.close()
        await live.close()
    await database.close()


def _start_up() -> None:
    for name, arguments in (
        ("hedgebot --help", ["--help"]),
        ("hedgebot ask, simulated, nothing cached", ["ask", f"/corr {QUESTION}", "--json"]),
    ):
        walls = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "bot", *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                env={"HEDGEBOT_PRICES": "simulated", "PATH": ""},
            )
            walls.append(time.perf_counter() - began)
        _row(f"{name}, wall, median of 5", f"{statistics.median(walls):.2f} s")


async def _cpu(work: Callable[[], Awaitable[object]]) -> float:
    began = time.process_time()
    await work()
    return 1000 * (time.process_time() - began)


async def _wall(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return 1000 * (time.perf_counter() - began)


def _peak_mb(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def _row(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |")


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    asyncio.run(main())
