"""How often the intervals hold the truth when volatility clusters and tails are heavy.

``python -m tests.benchmarks.coverage`` prints the tables and writes them to docs/coverage.md.
"""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from analytics.statistics.correlation import correlation, ewma_correlation
from analytics.statistics.effectiveness import measured_effectiveness
from analytics.statistics.estimate import Interval
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.out_of_sample import out_of_sample_effectiveness
from analytics.statistics.samples import FloatArray
from tests.command_line import command_line

RHO = 0.7
SAMPLES = 4000
SEED = 20240805
PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"

# Deliberately not the best ratio, so that the removed share is not a squared correlation.
OFF_TARGET = 0.6
BEFORE = 250
CHUNK = 500

Measurement = Callable[[FloatArray, FloatArray], bool]


def garch_t_pairs(n_samples: int, bars: int, *, seed: int) -> Iterator[FloatArray]:
    """Pairs of return series, each of shape (2, bars), with correlation and hedge ratio RHO.

    One variance shared by both, v_t = 0.05 + 0.10 x²_{t-1} + 0.85 v_{t-1}, and bivariate t
    innovations of 5 degrees of freedom scaled to variance 1.
    """
    seeds = np.random.SeedSequence(seed).spawn(-(-n_samples // CHUNK))
    for at, chunk_seed in zip(range(0, n_samples, CHUNK), seeds, strict=True):
        yield from _chunk(min(CHUNK, n_samples - at), bars, np.random.default_rng(chunk_seed))


def share(measurement: Measurement, n_samples: int, bars: int, *, seed: int = SEED) -> float:
    """Share of the samples in which the measurement held."""
    return float(np.mean([measurement(x, y) for x, y in garch_t_pairs(n_samples, bars, seed=seed)]))


def correlation_holds(x: FloatArray, y: FloatArray) -> bool:
    return RHO in correlation(x, y).interval


def fisher_holds(x: FloatArray, y: FloatArray) -> bool:
    z = math.atanh(correlation(x, y).value)
    reach = 1.959963984540054 / math.sqrt(len(x) - 3)
    return math.atanh(RHO) in Interval(z - reach, z + reach)


def ewma_holds(x: FloatArray, y: FloatArray) -> bool:
    return RHO in ewma_correlation(x, y, half_life=len(x) / 6).interval


def hedge_ratio_holds(held: FloatArray, hedge: FloatArray) -> bool:
    return RHO in hedge_ratio(held, hedge).interval


def hedge_ratio_of_a_day_holds(held: FloatArray, hedge: FloatArray) -> bool:
    return RHO in hedge_ratio(held, hedge, hold=24).interval


def hedge_ratio_of_three_days_holds(held: FloatArray, hedge: FloatArray) -> bool:
    return RHO in hedge_ratio(held, hedge, hold=72).interval


def effectiveness_holds(held: FloatArray, hedge: FloatArray) -> bool:
    measured = measured_effectiveness(held, held - OFF_TARGET * hedge)
    return removed_share(OFF_TARGET) in measured.interval


def walk_forward_holds(held: FloatArray, hedge: FloatArray) -> bool:
    tested = out_of_sample_effectiveness(held, hedge, fit_bars=720, bars_per_day=24)
    return float(np.mean(removed_share(tested.ratios))) in tested.interval


def removed_share(ratio: Any) -> Any:
    """Effectiveness of a ratio in the population; both variances are 1."""
    return 2 * ratio * RHO - ratio**2


def tables() -> str:
    """The page's tables in Markdown."""
    intervals = {
        "ρ": correlation_holds,
        "h": hedge_ratio_holds,
        f"effectiveness of h = {OFF_TARGET}": effectiveness_holds,
        "ρ, weights halving every T/6 bars": ewma_holds,
        "ρ by Fisher's formula (for comparison)": fisher_holds,
    }
    lines = ["| 95 % interval of | T = 120 | T = 360 | T = 720 |", "|---|---|---|---|"]
    for name, holds in intervals.items():
        cells = (f"{share(holds, SAMPLES, bars):.1%}" for bars in (120, 360, 720))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| 95 % interval of | bars | held the truth |", "|---|---|---|"]
    longer: tuple[tuple[str, int, Measurement], ...] = (
        ("h over 24 overlapping bars", 720, hedge_ratio_of_a_day_holds),
        ("h over 72 overlapping bars", 720, hedge_ratio_of_three_days_holds),
        ("effectiveness walking forward, 60 days, fit on 720 bars", 2160, walk_forward_holds),
    )
    for name, bars, holds in longer:
        lines.append(f"| {name} | {bars} | {share(holds, SAMPLES, bars):.1%} |")
    return "\n".join(lines)


def _chunk(n: int, bars: int, random: np.random.Generator) -> Iterator[FloatArray]:
    variance = np.ones(n)
    returns = np.empty((bars, 2, n))
    for bar in range(-BEFORE, bars):
        normal = random.standard_normal((2, n))
        normal[1] = RHO * normal[0] + math.sqrt(1 - RHO**2) * normal[1]
        # A t of 5 degrees has variance 5/3: hence the 3.
        moves = normal * np.sqrt(3 / random.chisquare(5, n)) * np.sqrt(variance)
        variance = 0.05 + 0.10 * moves[1] ** 2 + 0.85 * variance
        if bar >= 0:
            returns[bar] = moves
    return iter(np.ascontiguousarray(returns.transpose(2, 1, 0)))


def _page(measured: str) -> str:
    return f"""# How often the intervals hold the truth

Written by `python -m tests.benchmarks.coverage`; do not edit by hand.

{SAMPLES:,} simulated samples per cell (seed {SEED}): two series with correlation and hedge ratio
{RHO}, one variance shared by both, v = 0.05 + 0.10 x² + 0.85 v, and t innovations of 5 degrees of
freedom. A nominal 95 % interval should hold the truth in 91-97 % of them. The sampling error of
a cell is about 0.4 points.

{measured}

The effectiveness walking forward is held against the share that the very ratios it used remove
in the population. An interval speaks of the sample it was measured on, not of the next month.

Tried in separate runs of 3,000 to 4,000 samples, which this script does not repeat, and not used:
to replace the influence of each bar by what leaving the bar out does to the estimate. At T = 120
it lifted ρ, h and the effectiveness to 93.4, 93.8 and 93.1 % and widened their intervals by 6, 8
and 6 %. The published formula meets the goal and anyone can recompute it. Over a longer hold it
did not (88.6 and 86.3 % over 24 and 72 bars): there the residuals are scaled by their leverage.
"""


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    measured_tables = tables()
    print(measured_tables)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(_page(measured_tables), encoding="utf-8")
