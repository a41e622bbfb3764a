"""How often the intervals of /lead hold the truth, and how often it names whom it should not.

``python -m tests.benchmarks.price_discovery > docs/price-discovery.md``
"""

import numpy as np

from analytics.statistics.price_discovery import PriceDiscovery, information_bounds, price_discovery
from tests.command_line import command_line

FloatArray = np.ndarray

DESIGNS = (
    ((-0.1, 0.3), 0.2),
    ((0.0, 0.3), 0.0),
    ((-0.02, 0.05), 0.3),
    ((-0.2, 0.2), 0.2),
    ((0.0, 0.0), 0.2),
)
COARSENESS = (1, 2, 5, 10, 20, 60)
MINUTES_A_DAY = 1440
HEAD = """\
# How well /lead tells who leads

Written by `python -m tests.benchmarks.price_discovery`; do not edit by hand.

{runs} simulated pairs of one-minute prices per row, whose pulls (the part of a gap that each price
takes over in a minute) are known; volatility changes every hour (GARCH(1,1) with t innovations of
5 degrees of freedom). *Inside*: how often the 95 % interval holds the truth. *No pull*: how often
no shares are given, since chance could close the gap. *Named*: how often a leader is named;
*wrongly*: one that does not lead, or where both lead alike.
"""
COARSE = """
The same kind of pair (pulls 0 and 0.4: the first leads, alone), one path of twenty days sampled
more and more coarsely, {runs} pairs, 1,440 bars each:
"""


def main(runs: int) -> None:
    """Print both tables."""
    print(HEAD.format(runs=runs))
    print(
        "| bars | pulls | component share | inside | midpoint inside | no pull | named | wrongly |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for n in (360, MINUTES_A_DAY):
        for pull, rho in DESIGNS:
            paths = pulled(runs, n, pull=pull, rho=rho, seed=n)
            print(_row(n, pull, rho, [price_discovery(paths[:, k]) for k in range(runs)]))
    print(COARSE.format(runs=runs // 3))
    print("| sampled every | named | wrongly | residual ρ | bounds |")
    print("|---|---|---|---|---|")
    paths = pulled(runs // 3, MINUTES_A_DAY * 20, pull=(0.0, 0.4), rho=0.0, seed=9)
    for step in COARSENESS:
        found = [price_discovery(paths[::step, k][-MINUTES_A_DAY:]) for k in range(runs // 3)]
        print(_coarse_row(step, found))


def pulled(
    runs: int, n: int, *, pull: tuple[float, float], rho: float, seed: int, burn_in: int = 240
) -> FloatArray:
    """Log prices of shape (n, runs, 2)."""
    random = np.random.default_rng(seed)
    factor = np.linalg.cholesky(np.array(((1, rho), (rho, 1))))
    path, prices = np.empty((n, runs, 2)), np.zeros((runs, 2))
    variance = tempo = np.ones(runs)
    for t in range(-burn_in, n):
        if t % 60 == 0:
            mixing, shock = 3 / random.chisquare(5, runs), random.standard_normal(runs)
            tempo = np.sqrt(variance * mixing)
            variance = 0.05 + (0.1 * mixing * shock**2 + 0.85) * variance
        news = 1e-4 * tempo[:, None] * (random.standard_normal((runs, 2)) @ factor.T)
        prices = prices + np.outer(prices[:, 0] - prices[:, 1], pull) + news
        if t >= 0:
            path[t] = prices
    return path


def _row(n: int, pull: tuple[float, float], rho: float, found: list[PriceDiscovery]) -> str:
    named = _share([one.leader is not None for one in found])
    open_gap = _share([one.shares is None for one in found])
    if pull == (0.0, 0.0):
        return f"| {n:,} | none | – | – | – | {open_gap} | {named} | {named} |"
    truth = pull[1] / (pull[1] - pull[0])
    middle = sum(information_bounds(np.array(pull), np.array(((1, rho), (rho, 1))))) / 2
    shares = [one.shares for one in found if one.shares is not None]
    inside = _share([truth in one.component.interval for one in shares])
    # At an end of its range an estimate that cannot pass it never has the truth inside.
    held = "–" if middle >= 1 else _share([float(middle) in s.midpoint.interval for s in shares])
    right = {True: 0, False: None}[truth > 0.5]
    wrongly = _share([one.leader not in (None, right) for one in found])
    pulls = f"{pull[0]:g}, {pull[1]:g}".replace("-", "−")
    return (
        f"| {n:,} | {pulls} | {truth:.2f} | {inside} | {held} | {open_gap} | {named} | {wrongly} |"
    )


def _coarse_row(step: int, found: list[PriceDiscovery]) -> str:
    named = _share([one.leader is not None for one in found])
    wrongly = _share([one.leader == 1 for one in found])
    rho = abs(np.mean([one.residual_correlation.value for one in found]))
    shares = [one.shares for one in found if one.shares is not None]
    low, high = np.mean([one.low for one in shares]), np.mean([one.high for one in shares])
    every = "bar" if step == 1 else f"{step} bars"
    return f"| {every} | {named} | {wrongly} | {rho:.2f} | {low:.2f}–{high:.2f} |"


def _share(flags: list[bool]) -> str:
    return f"{100 * np.mean(flags):.0f} %"


if __name__ == "__main__":
    line = command_line(__spec__, __doc__)
    line.add_argument("runs", nargs="?", type=int, default=400, help="simulated markets a cell")
    main(line.parse_args().runs)
