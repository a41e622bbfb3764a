"""How often the tests behind /stress and the band behind /break cry wolf, and what they see.

``python -m tests.benchmarks.stress_size`` measures and writes docs/stress-test.md.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analytics.statistics.exceedance import asymmetry_p_value
from analytics.statistics.lockstep import mean_correlation
from analytics.statistics.rolling import stability_band
from analytics.statistics.stress import stress
from analytics.studies.groups import BAND_WIDTH
from tests.benchmarks.break_size import clustered, independent
from tests.command_line import command_line

FloatArray = npt.NDArray[np.float64]
Pairs = tuple[FloatArray, FloatArray]

RUNS = 2000
SEED = 20070401
LENGTHS = (90, 180, 365, 720)
RHO = 0.7
MARKETS = 5
BEFORE = 5
"""Stretches of the baseline for one that is watched."""
PAGE = Path(__file__).parents[2] / "docs" / "stress-test.md"


def panicking(rho: FloatArray, runs: int, seed: int) -> Pairs:
    """Clustered returns whose own moves halve in bars in which the first market falls."""
    x, y = clustered(rho, runs, seed)
    own = y - rho * x
    return x, rho * x + np.where(x < 0, 0.5, 1.0) * own


def asymmetries(make: Callable[..., Pairs], t: int, runs: int) -> str:
    """Share of samples in which falls and rises are found to differ at 5 %."""
    p = [asymmetry_p_value(a, b) for a, b in _samples(make, t, runs)]
    return _share([value for value in p if value is not None])


def excesses(make: Callable[..., Pairs], t: int, runs: int) -> str:
    """Share of samples in which falls are found to differ from the normal benchmark at 5 %."""
    p = [stress(a, b).normal_p_value for a, b in _samples(make, t, runs)]
    return _share([value for value in p if value is not None])


def band_leavings(rho_now: float, width: int, runs: int) -> str:
    """Share of groups whose newest stretch lies outside the band of what lies before it."""
    random = np.random.default_rng(SEED + width)
    outside = [_leaves(random, rho_now, width) for _ in range(runs)]
    return f"{100 * np.mean(outside):.1f}"


def row(t: int, runs: int = RUNS) -> str:
    """One line of the page's table."""
    cells = (
        *(asymmetries(make, t, runs) for make in (independent, clustered, panicking)),
        *(excesses(make, t, runs) for make in (independent, clustered)),
        *(band_leavings(rho, t, runs // 4) for rho in (0.5, 0.7)),
    )
    return " | ".join((f"| {t}", *cells)) + " |"


def _samples(make: Callable[..., Pairs], t: int, runs: int) -> zip:  # type: ignore[type-arg]
    return zip(*make(np.full(t, RHO), runs, SEED + t), strict=True)


def _share(p: list[float]) -> str:
    return f"{100 * np.mean(np.array(p) < 0.05):.1f}" if p else "–"


def _leaves(random: np.random.Generator, rho_now: float, width: int) -> bool:
    """Student t groups with 5 degrees of freedom that share their clustered volatility."""
    bars = (BEFORE + 1) * width
    volatility = np.ones(bars)
    spread = np.sqrt(3 / random.chisquare(5, bars))
    shocks = random.standard_normal(bars) * spread
    for k in range(1, bars):
        volatility[k] = np.sqrt(0.05 + volatility[k - 1] ** 2 * (0.85 + 0.1 * shocks[k - 1] ** 2))
    rho = np.where(np.arange(bars) < bars - width, 0.5, rho_now)[:, None]
    shared, own = random.standard_normal((bars, 1)), random.standard_normal((bars, MARKETS))
    returns = (np.sqrt(rho) * shared + np.sqrt(1 - rho) * own) * (spread * volatility)[:, None]
    band = stability_band(mean_correlation(returns[:-width]), width=width, k=BAND_WIDTH)
    return mean_correlation(returns[-width:]).value not in band


TEXT = """\
# The tests behind /stress and the band behind /break, measured

Written by `python -m tests.benchmarks.stress_size`; {runs:,} seeded samples a cell ({groups:,} for
the band), so that a share near 5 % is known to ±{error:.1f} points. Shares of samples, in per cent,
in which something is "found" at the 5 % level.

- *Asymmetry*: falls against rises (after Hong, Tu and Zhou 2007). It should find 5 in independent
  and in clustered returns (GARCH(0.10, 0.85), Student t with 5 degrees of freedom), which are
  symmetric, and 100 in panicking ones, whose own moves halve when the first market falls.
- *Normal*: falls against what normal returns of the same correlation show. 5 is right for
  independent normal returns. Clustered ones are not normal: what is found there is found rightly,
  but it is no panic, and for that reason /stress prints the asymmetry beside it.
- *Band*: five markets, the newest stretch against a baseline five times as long, 2.6 standard
  errors. Constant at 0.5: false lockstep or decoupling, nominally 1. From 0.5 to 0.7: found.

| bars | asymmetry: independent | clustered | panicking | normal: independent | clustered | \
band: constant | 0.5→0.7 |
|---|---|---|---|---|---|---|---|
{rows}

What it means in use:

- The asymmetry test is slightly too ready to reject below 365 bars (up to 9 for 5), and from few
  bars it misses most of even a strong panic: "none" is weak news at 90 or 180 bars.
- Fat tails alone put falls above the normal benchmark, the more surely the more bars there are:
  "above normal" without asymmetry says that big moves go together, up as down.
- The band of a group cries wolf in about 1 to 4 of 100 single looks, since its baseline is short.
"""


def main() -> None:
    """Measure and write the page."""
    rows = "\n".join(row(t) for t in LENGTHS)
    error = 196 * (0.05 * 0.95 / RUNS) ** 0.5
    PAGE.write_text(
        TEXT.format(runs=RUNS, groups=RUNS // 4, error=error, rows=rows), encoding="utf-8"
    )


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    main()
