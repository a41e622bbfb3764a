"""How often the next window fell inside the range that was foretold, and how wide that was.

``python -m tests.benchmarks.prediction`` measures and writes docs/prediction.md.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analytics.market.simulated.truth import Truth
from analytics.statistics.prediction.constants import CORRELATION, REMOVAL, RangeModel
from analytics.statistics.prediction.ranges import ends, predicted_correlation
from analytics.statistics.prediction.traits import Traits
from tests.benchmarks import prediction_rivals as rivals
from tests.benchmarks.prediction_fit import (
    MAKERS,
    SHOWN,
    VENUE_SEED,
    WALK_SEED,
    fitted_model,
    samples_of,
    stride,
    weighted,
)
from tests.benchmarks.prediction_markets import (
    DAY,
    END,
    HOUR,
    REAL,
    START,
    Cases,
    Pair,
    Returns,
    neutralised_cases,
    real,
    simulated,
    walking,
)
from tests.benchmarks.prediction_page import write
from tests.command_line import command_line

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

JUDGED_VENUE_SEED, JUDGED_WALK_SEED = 1, 5
OTHER_VENUE_SEEDS = (21, 22)
"""Looked at neither for the constants nor for the choice of traits."""
LEVEL = 0.95
FOLDS = 4
TWINS = {"rho": 2.2, "removal": 3.5}
"""Beyond, on the fitted scale, the two are one coin: left out of the means, shown apart."""
BLOCK_DAYS = 30
DRAWS = 2000
MODELS = {"rho": CORRELATION, "removal": REMOVAL}
MAIN = 720


@dataclass(frozen=True, slots=True)
class Score:
    """Share inside with its block-bootstrap interval, mean width, mean interval score."""

    coverage: float
    low: float
    high: float
    width: float
    score: float
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Cases of one source with the range that was foretold for each."""

    returns: Returns
    cases: Cases
    low: FloatArray
    high: FloatArray
    pairs: tuple[Pair, ...]

    def score(self, kind: str, kept: Mask | None = None) -> Score:
        return scored(kind, self.cases, self.low, self.high, kept)


def scored(
    kind: str, cases: Cases, low: FloatArray, high: FloatArray, kept: Mask | None = None
) -> Score:
    """Scores on the scale that people read; cases without a range are left out."""
    chosen = np.isfinite(low) & np.isfinite(high)
    if kept is not None:
        chosen &= kept
    lower, upper, y = (SHOWN[kind].value(v[chosen]) for v in (low, high, cases.outcome))
    hit = (lower <= y) & (y <= upper)
    missed = np.maximum(lower - y, 0) + np.maximum(y - upper, 0)
    bounds = _block_bootstrap(hit, cases.at[chosen])
    return Score(
        float(hit.mean()),
        *bounds,
        float((upper - lower).mean()),
        float((upper - lower + 2 / (1 - LEVEL) * missed).mean()),
        int(chosen.sum()),
    )


def judged(kind: str, name: str, returns: Returns, window: int) -> Judged:
    """The shipped constants on markets that they were not fitted on."""
    cases = MAKERS[kind](returns, window=window, every=stride(name, window))
    return Judged(returns, cases, *_ends(cases, MODELS[kind]), _pairs(returns, kind))


def cross_fitted(
    kind: str, market: Returns, fitted_on: Mapping[tuple[str, int], Cases]
) -> dict[int, Judged]:
    """Real candles, each fold judged by constants fitted without any bar of its outcomes."""
    cases = {window: found for (name, window), found in fitted_on.items() if name == "real"}
    first, last = cases[MAIN].at.min(), cases[MAIN].at.max()
    edges = np.linspace(first, last + 1, FOLDS + 1)
    edges[0], edges[-1] = 0, np.inf
    found = {w: (np.full(len(c), np.nan), np.full(len(c), np.nan)) for w, c in cases.items()}
    for start, stop in pairwise(edges):
        model = fitted_model(weighted(_without(fitted_on, start, stop)), kind)
        for window, those in cases.items():
            here = (those.at >= start) & (those.at < stop)
            for side, end in zip(found[window], _ends(those.only(here), model), strict=True):
                side[here] = end
    return {w: Judged(market, c, *found[w], _pairs(market, kind)) for w, c in cases.items()}


def rival_scores(kind: str, case: Judged) -> dict[str, Score]:
    """The plainer ranges on the same cases."""
    path = rivals.track(case.returns, case.pairs, window=MAIN, kind=kind)
    measured = rivals.measured_correlation if kind == "rho" else rivals.measured_removal
    found = {
        "measured interval, as if about the next": measured(
            case.returns, case.cases, case.pairs, MAIN
        ),
        "the pair's own past errors": rivals.own_past(path, case.cases, window=MAIN),
        "errors of all pairs": rivals.pooled(path, case.cases, window=MAIN),
        "errors of all pairs around a regression": rivals.pooled_regression(
            path, case.cases, window=MAIN
        ),
    }
    kept = apart(kind, case)
    return {
        name: scored(kind, case.cases, rival.low, rival.high, kept) for name, rival in found.items()
    }


def apart(kind: str, case: Judged) -> Mask:
    """Pairs that are not two prices of one coin."""
    sign = 1 if kind == "rho" else -1
    typical = {
        p: np.median(sign * case.cases.past[case.cases.pair == p])
        for p in np.unique(case.cases.pair)
    }
    return np.array([typical[p] < TWINS[kind] for p in case.cases.pair])


def with_bitcoin(case: Judged) -> Mask:
    """Pairs whose second market is a bitcoin contract, or of which either is bitcoin."""
    named = np.array(["BTC-" in label for label in case.cases.labels])
    return named[case.cases.pair]


def hedged_with_bitcoin(case: Judged) -> Mask:
    named = np.array(["linear BTC" in label.split(" | ")[1] for label in case.cases.labels])
    return named[case.cases.pair]


def break_masks(case: Judged) -> dict[str, Mask]:
    """Where the venue's truth changes for a season: in the next window, in the newest, or not."""
    truth = Truth()
    ahead, behind = np.zeros(len(case.cases), bool), np.zeros(len(case.cases), bool)
    for number, label in enumerate(case.cases.labels):
        first, second = (name.split("/")[0] for name in label.split(" | "))
        of_pair = case.cases.pair == number
        for turn in truth.breaks(first, second, start=START, end=END):
            bar = (turn - START) // HOUR
            ahead |= of_pair & (case.cases.at > bar - MAIN) & (case.cases.at < bar)
            behind |= of_pair & (case.cases.at >= bar) & (case.cases.at < bar + MAIN)
    return {
        "a season turns in the next window": ahead,
        "one turned in the newest window": behind,
        "neither": ~ahead & ~behind,
    }


def milliseconds() -> float:
    """CPU time of one prediction from 90 days of hours."""
    x, y = np.random.default_rng(0).standard_normal((2, 3 * MAIN))
    predicted_correlation(x, y, horizon_bars=MAIN)
    start = time.process_time()
    for _ in range(50):
        predicted_correlation(x, y, horizon_bars=MAIN)
    return (time.process_time() - start) / 50 * 1000


def measure() -> dict[str, object]:
    """Everything that the page shows."""
    venue, walks = simulated(JUDGED_VENUE_SEED), walking(JUDGED_WALK_SEED)
    sources = {"venue": simulated(VENUE_SEED), "walk": walking(WALK_SEED)}
    if not REAL.is_dir():
        raise SystemExit(f"the page needs the real candles in {REAL}")
    market = real()
    sources["real"] = market
    found: dict[str, object] = {"milliseconds": milliseconds()}
    for kind in ("rho", "removal"):
        real_cases = cross_fitted(kind, market, samples_of(kind, sources))
        main = {
            "venue": judged(kind, "venue", venue, MAIN),
            "walk": judged(kind, "walk", walks, MAIN),
            "real": real_cases[MAIN],
        }
        found[kind] = {
            "main": {
                name: {"this range": case.score(kind, apart(kind, case))} | rival_scores(kind, case)
                for name, case in main.items()
            },
            "groups": _groups(kind, main),
            "windows": _windows(kind, venue, walks, real_cases),
        }
        print(kind, "done")
    found["neutralised"] = _neutralised()
    return found


def _groups(kind: str, main: Mapping[str, Judged]) -> dict[str, Score]:
    venue, market = main["venue"], main["real"]
    bitcoin = with_bitcoin(market) if kind == "rho" else hedged_with_bitcoin(market)
    groups = {
        f"simulated venue, {name}": venue.score(kind, mask & apart(kind, venue))
        for name, mask in break_masks(venue).items()
    }
    groups["simulated venue, two prices of one coin"] = venue.score(kind, ~apart(kind, venue))
    for seed in OTHER_VENUE_SEEDS:
        other = judged(kind, "venue", simulated(seed), MAIN)
        groups[f"simulated venue, another seed ({seed})"] = other.score(kind, apart(kind, other))
    name = "real candles, with bitcoin" if kind == "rho" else "real candles, bitcoin perpetual"
    groups[name] = market.score(kind, bitcoin & apart(kind, market))
    groups["real candles, two prices of one coin"] = market.score(kind, ~apart(kind, market))
    return groups


def _windows(
    kind: str, venue: Returns, walks: Returns, real_cases: Mapping[int, Judged]
) -> dict[str, Score]:
    found = {}
    for days in (7, 30, 90):
        for name, returns in (("venue", venue), ("walk", walks)):
            case = judged(kind, name, returns, days * DAY)
            found[f"{days} d | {name}"] = case.score(kind, apart(kind, case))
        if days * DAY in real_cases:
            case = real_cases[days * DAY]
            found[f"{days} d | real"] = case.score(kind, apart(kind, case))
    return found


def _neutralised() -> Score:
    cases = neutralised_cases(window=MAIN, every=DAY)
    return scored("removal", cases, *_ends(cases, REMOVAL))


def _ends(cases: Cases, model: RangeModel) -> tuple[FloatArray, FloatArray]:
    return ends(Traits(cases.centre, cases.width), model, LEVEL)


def _without(
    cases: Mapping[tuple[str, int], Cases], start: float, stop: float
) -> dict[tuple[str, int], Cases]:
    """Without the real cases whose outcome shares a bar with one that starts in the fold."""
    return {
        (name, window): found
        if name != "real"
        else found.only((found.at + window <= start) | (found.at >= stop + MAIN))
        for (name, window), found in cases.items()
    }


def _pairs(returns: Returns, kind: str) -> tuple[Pair, ...]:
    return returns.pairs if kind == "rho" else returns.hedges


def _block_bootstrap(hit: Mask, at: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Whole stretches of days are drawn, all pairs together: they err together."""
    moments, place = np.unique(at, return_inverse=True)
    hits, counts = np.bincount(place, hit), np.bincount(place)
    gap = max(1, int(np.median(np.diff(moments)))) if len(moments) > 1 else 1
    length = max(1, min(len(moments), BLOCK_DAYS * DAY // gap))
    rng = np.random.default_rng(7)
    starts = rng.integers(0, len(moments), (DRAWS, -(-len(moments) // length)))
    drawn = (starts[..., None] + np.arange(length)).reshape(DRAWS, -1) % len(moments)
    shares = hits[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    write(measure())
