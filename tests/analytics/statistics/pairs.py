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


ANY_FLOAT = st.floats(width=64) | st.sampled_from([0.0, 1e-3, -1e-3, 1e200, 5e-324, np.nan, np.inf])
ORDINARY = st.floats(-0.5, 0.5, allow_subnormal=False)


@st.composite
def ugly_pairs(draw: st.DrawFn) -> Pair:
    """Two series of one length: short or long, constant, spiked, equal, with NaN and infinities."""
    length = draw(st.integers(0, 80))
    values = draw(
        st.sampled_from([ANY_FLOAT, ORDINARY, st.just(0.01), st.sampled_from([0.0, 1e6])])
    )
    x = np.array(draw(st.lists(values, min_size=length, max_size=length)), dtype=float)
    match draw(st.sampled_from(["other", "same", "scaled", "opposite"])):
        case "same":
            return x, x.copy()
        case "scaled":
            return x, np.where(np.abs(x) < 1e200, x, 1.0) * draw(st.sampled_from([3.0, -0.1]))
        case "opposite":
            return x, -x
    y = np.array(draw(st.lists(values, min_size=length, max_size=length)), dtype=float)
    return x, y


def answered(measure: Callable[..., Any], pair: Pair) -> Any:
    """What a measure says of a pair, or None where it refuses in words."""
    try:
        return measure(*pair)
    except RequestError:
        return None
