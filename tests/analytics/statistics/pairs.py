"""Seeded pairs of return series with known truth, and ugly ones."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from analytics.errors import RequestError
from analytics.statistics.samples import FloatArray
from tests.benchmarks.coverage import garch_t_pairs

Pair = tuple[FloatArray, FloatArray]


def normal_pair(rho: float, bars: int, seed: int = 1) -> Pair:
    random = np.random.default_rng(seed)
    x = random.standard_normal(bars)
    return x, rho * x + np.sqrt(1 - rho**2) * random.standard_normal(bars)


def clustered_pair(bars: int, seed: int = 1) -> Pair:
    """Correlation and hedge ratio 0.7, shared volatility clusters, heavy tails."""
    x, y = next(garch_t_pairs(1, bars, seed=seed)) / 100
    return x, y


ANY_FLOAT = st.floats(width=64) | st.sampled_from([0.0, 1e6, -1e40, 1e200, 5e-324, np.nan, np.inf])


@st.composite
def ugly_pairs(draw: st.DrawFn) -> Pair:
    """Two series of one length: short, constant, spiked, holed, equal, of any scale."""
    length = draw(st.integers(0, 90) | st.integers(60, 90))
    x, y = draw(_series(length)), draw(_series(length))
    match draw(st.sampled_from(["other", "other", "same", "scaled", "nearly"])):
        case "same":
            return x, x.copy()
        case "scaled":
            return x, _scaled(x, draw(st.sampled_from([3.0, -0.1, -1.0])))
        case "nearly":
            return x, _scaled(x, 1) + _scaled(y, draw(st.sampled_from([1e-3, 1e-6, 1e-9])))
    return x, y


@st.composite
def _series(draw: st.DrawFn, length: int) -> FloatArray:
    series, _ = normal_pair(0, length, seed=draw(st.integers(0, 99)))
    series *= draw(st.sampled_from([1e-2, 1e-2, 1.0, 0.0, 1e-30, 1e30, 1e-60]))
    series += draw(st.sampled_from([0.0, 0.0, 1e-2, 1e6]))
    for _ in range(draw(st.integers(0, 3)) if length else 0):
        start = draw(st.integers(0, length - 1))
        series[start : start + draw(st.sampled_from([1, 1, 20]))] = draw(ANY_FLOAT)
    return series


def _scaled(x: FloatArray, factor: float) -> FloatArray:
    return np.where(np.abs(x) < 1e200, x, 1.0) * factor


def answered(measure: Callable[..., Any], pair: Pair) -> Any:
    """What a measure says of a pair, or None where it refuses in words."""
    try:
        return measure(*pair)
    except RequestError:
        return None
