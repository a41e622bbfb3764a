"""Standing rules about a correlation on many paths at once, as fast as a benchmark needs them.

The code in production looks at one pair at one moment; this computes the same for whole years of
many pairs. ``tests/benchmarks/alerts.py`` checks on some paths that both agree.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from analytics.statistics.breaks import break_test
from analytics.studies.looks import WINDOWS_TESTED

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

K = 2.6
"""Half-width at which a distance is worth a test."""
UNARMED, NORMAL, FIRING, RECOVERING = range(4)
_BOUND = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Bars:
    """Lengths in bars: of the window, its longest and shortest baseline, the cool-down."""

    window: int
    baseline: int
    least: int
    cool_down: int
    day: int
    every: int = 1
    """The long-run variance of a baseline is computed anew every so many bars."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Fires when ``checks`` looks in a row are outside ``k``, is over when as many are within k/2.

    ``falls_only`` does not look at correlations that rise.
    """

    name: str
    k: float
    checks: int
    scale: str = "robust"
    falls_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Distances between window and baseline, shape (runs, looks), in standard errors by scale.

    ``at`` is the bar behind each look.
    """

    at: npt.NDArray[np.int64]
    sigmas: dict[str, FloatArray]


def looks(
    x: FloatArray, y: FloatArray, bars: Bars, *, first: int, scales: tuple[str, ...]
) -> Looks:
    """Every look from bar ``first`` on; x and y are returns of shape (runs, T)."""
    at = np.arange(first, x.shape[1] + 1)
    past = np.minimum(at - bars.window, bars.baseline)
    z_now = _z_between(x, y, at - bars.window, at)
    z_past = _z_between(x, y, at - bars.window - past, at - bars.window)
    apart = z_now - z_past
    found = {}
    if "naive" in scales:
        found["naive"] = apart / np.sqrt(1 / (bars.window - 3) + 1 / (past - 3))
    if {"robust", "both"} & set(scales):
        sigma = _held(x, y, at - bars.window, past, bars.every)
        found["robust"] = apart / (sigma * np.sqrt(1 / bars.window + 1 / past))
    if "both" in scales:
        own = _held(x, y, at, np.full(len(at), bars.window), bars.every)
        found["both"] = apart / np.sqrt(own**2 / bars.window + sigma**2 / past)
    return Looks(at, found)


def p_values(
    x: FloatArray, y: FloatArray, seen: Looks, bars: Bars, *, tested_every: int
) -> FloatArray:
    """p of the break test of the newest three windows at looks outside ``K``; 1 elsewhere.

    In a stretch outside it is made anew every ``tested_every`` looks.
    """
    found = np.ones(seen.sigmas["robust"].shape)
    for run, line in enumerate(seen.sigmas["robust"]):
        outside = np.abs(line) > K
        p, at = 1.0, -tested_every
        for k in np.flatnonzero(outside).tolist():
            if k - at >= tested_every or not outside[k - 1]:
                newest = slice(max(0, seen.at[k] - WINDOWS_TESTED * bars.window), seen.at[k])
                p, at = break_test(x[run, newest], y[run, newest]).p_value, k
            found[run, k] = p
    return found


def confirmed(sigmas: FloatArray, p: FloatArray, *, below: float = 0.05) -> FloatArray:
    """The distances, brought just inside ``K`` where no break test confirms them."""
    doubted = (np.abs(sigmas) > K) & (p >= below)
    return np.where(doubted, np.sign(sigmas) * K * (1 - 1e-9), sigmas)


def fired(sigmas: FloatArray, rule: Rule, *, cool_down: int) -> BoolArray:
    """At which looks a rule that is set at the first look begins to fire, shape as ``sigmas``."""
    off = -sigmas if rule.falls_only else np.abs(sigmas)
    met, clear = off > rule.k, off <= rule.k / 2
    runs = len(sigmas)
    phase = np.where(met[:, 0], UNARMED, NORMAL)
    streak, told = np.zeros(runs, int), np.full(runs, -(10**9))
    out = np.zeros(sigmas.shape, bool)
    for t in range(1, sigmas.shape[1]):
        quiet, armed = phase == NORMAL, phase != UNARMED
        counts = np.where(quiet, met[:, t], clear[:, t])
        streak = np.where(counts, streak + 1, 0)
        enough = streak >= rule.checks
        fires = quiet & enough & (t - told >= cool_down)
        over = ~quiet & enough
        phase = np.where(fires, FIRING, np.where(over, NORMAL, phase))
        phase = np.where(~quiet & armed & ~over, np.where(clear[:, t], RECOVERING, FIRING), phase)
        streak = np.where(fires | over, 0, streak)
        told = np.where(fires, t, told)
        out[:, t] = fires
    return out


def unclustered(x: FloatArray, *, decay: float = 0.97, opening: int = 100) -> FloatArray:
    """Returns over the exponentially weighted volatility of those before them, shape (runs, T)."""
    variance = np.square(x[:, :opening]).mean(axis=1)
    out = np.empty_like(x)
    for t in range(x.shape[1]):
        out[:, t] = x[:, t] / np.sqrt(variance)
        variance = decay * variance + (1 - decay) * np.square(x[:, t])
    return out


def cusum(
    x: FloatArray, y: FloatArray, *, first: int, baseline: int, horizon: int, critical: float
) -> BoolArray:
    """Whether the detector of Wied and Galeano is above its bound at each bar from ``first`` on.

    Wied and Galeano (2013), Journal of Statistical Planning and Inference 143, 1225-1247, with
    gamma = 0 and correlations on Fisher's z scale: the correlation of all bars since the alert was
    set against that of the ``baseline`` before it.
    """
    past = slice(first - baseline, first)
    sigma = _sigma(x[:, past], y[:, past])
    start = np.full(horizon, first)
    ends = first + 1 + np.arange(horizon)
    k = ends - first
    z_past = np.arctanh(_rho(x[:, past], y[:, past]))
    with np.errstate(all="ignore"):
        z_since = _z_between(x, y, start, ends)
    detector = k / np.sqrt(baseline) * np.abs(z_since - z_past[:, None]) / sigma[:, None]
    above = detector > critical * (1 + k / baseline)
    return np.asarray(above & (k >= 20))


def cusum_bound(size: float, *, years: float, seed: int, draws: int = 20_000) -> float:
    """The bound that the detector crosses in a share ``size`` of steady horizons.

    ``years`` is the horizon over the length of the baseline.
    """
    rng, steps = np.random.default_rng(seed), 400
    b = np.arange(1, steps + 1) / steps * years
    motion = np.cumsum(rng.standard_normal((draws, steps)) * np.sqrt(years / steps), axis=1)
    past = rng.standard_normal((draws, 1))
    return float(np.quantile(np.abs((motion - b * past) / (1 + b)).max(axis=1), 1 - size))


def _held(
    x: FloatArray,
    y: FloatArray,
    end: npt.NDArray[np.int64],
    length: npt.NDArray[np.int64],
    every: int,
) -> FloatArray:
    """σ_z of the ``length`` bars before each ``end``, held for ``every`` looks, (runs, looks)."""
    found = [
        _sigma(x[:, end[i] - length[i] : end[i]], y[:, end[i] - length[i] : end[i]])
        for i in range(0, len(end), every)
    ]
    return np.repeat(np.column_stack(found), every, axis=1)[:, : len(end)]


def _sigma(x: FloatArray, y: FloatArray) -> FloatArray:
    """σ_z of each run: the deviation of atanh r for each square root of a bar, shape (runs,)."""
    z1, z2 = (w - w.mean(axis=1, keepdims=True) for w in (x, y))
    z1, z2 = (z / np.sqrt(np.mean(z**2, axis=1, keepdims=True)) for z in (z1, z2))
    together, apart = (z1 + z2) ** 2, (z1 - z2) ** 2
    influence = together / together.mean(axis=1, keepdims=True)
    influence -= apart / apart.mean(axis=1, keepdims=True)
    nu = max(1, round(0.4 * x.shape[1] ** (2 / 3)))
    cosines = fft.dct(influence / 2, type=2, norm="ortho", axis=1)[:, 1 : nu + 1]
    return np.asarray(np.sqrt(np.mean(cosines**2, axis=1)))


def _rho(x: FloatArray, y: FloatArray) -> FloatArray:
    return np.asarray([np.corrcoef(a, b)[0, 1] for a, b in zip(x, y, strict=True)])


def _z_between(
    x: FloatArray, y: FloatArray, start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
) -> FloatArray:
    """Fisher's z of bars start ... end - 1 of each run, shape (runs, len(start))."""
    x, y = (w / w.std(axis=1, keepdims=True) for w in (x, y))
    n = end - start

    def mean(series: FloatArray) -> FloatArray:
        total = np.concatenate([np.zeros((len(series), 1)), np.cumsum(series, axis=1)], axis=1)
        return np.asarray((total[:, end] - total[:, start]) / n)

    mean_x, mean_y = mean(x), mean(y)
    covariance = mean(x * y) - mean_x * mean_y
    scale = np.sqrt((mean(x * x) - mean_x**2) * (mean(y * y) - mean_y**2))
    return np.asarray(np.arctanh(np.clip(covariance / scale, -_BOUND, _BOUND)))
