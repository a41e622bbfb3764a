"""Where the constants of the prediction ranges come from.

``python -m tests.benchmarks.prediction_fit`` fits them anew and prints what belongs into
analytics/statistics/prediction/constants.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from analytics.statistics.prediction.constants import LEVELS, RangeModel
from tests.benchmarks.prediction_markets import (
    REAL,
    Cases,
    Returns,
    correlation_cases,
    real,
    removal_cases,
    simulated,
    walking,
)
from tests.command_line import command_line

FloatArray = npt.NDArray[np.float64]
Maker = Callable[..., Cases]

VENUE_SEED, WALK_SEED = 11, 6
"""Not those that the ranges are judged on."""
WEIGHTS = {"venue": 1.0, "walk": 0.5, "real": 1.5}
WINDOWS = {168: 0.75, 720: 1.5, 2160: 0.75}
"""Bars of a window and how much its cases count."""
RIDGE = 1e-5
MISS = 0.025


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    cases: Cases
    weight: float


@dataclass(frozen=True, slots=True)
class Shown:
    """From the fitted scale to the one that people read, increasing, and its slope."""

    value: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]


SHOWN = {
    "rho": Shown(np.tanh, lambda value: 1 - value**2),
    "removal": Shown(lambda z: np.exp(np.minimum(z, 3.0)) - 1, lambda value: value + 1),
}
MAKERS: dict[str, Maker] = {"rho": correlation_cases, "removal": removal_cases}


def fitted_model(samples: Sequence[Sample], kind: str) -> RangeModel:
    """The constants with the least mean interval score on the shown scale, then stretched.

    The two pinball losses at 2.5 and 97.5 % are the interval score at 95 % up to a factor.
    """
    centre, width, outcome = (
        np.concatenate([getattr(sample.cases, name) for sample in samples])
        for name in ("centre", "width", "outcome")
    )
    weight = np.concatenate(
        [np.full(len(sample.cases), sample.weight / len(sample.cases)) for sample in samples]
    )
    weight /= weight.sum()
    k, m = centre.shape[1], width.shape[1]
    root = np.sqrt(weight)
    start = np.zeros(k + 2 * m)
    start[:k] = np.linalg.lstsq(centre * root[:, None], outcome * root)[0]
    start[k] = start[k + m] = np.log(2 * (outcome - centre @ start[:k]).std())
    found = start
    for _ in range(4):
        found = minimize(
            _loss,
            found,
            args=(centre, width, outcome, weight, SHOWN[kind]),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 400, "maxcor": 30},
        ).x
    b, below, above = np.split(found, [k, k + m])
    stretch = _stretch(centre @ b - outcome, width @ below, width @ above, weight)
    return RangeModel(*(tuple(map(float, part)) for part in (b, below, above)), stretch)


def samples_of(kind: str, sources: Mapping[str, Returns]) -> dict[tuple[str, int], Cases]:
    """Cases of every source and window that its past is long enough for."""
    return {
        (name, window): MAKERS[kind](returns, window=window, every=stride(name, window))
        for name, returns in sources.items()
        for window in WINDOWS
        if len(returns.bars) > 8 * window
    }


def stride(name: str, window: int) -> int:
    """Bars from one case to the next: a day of real candles, a third of a window else."""
    return 24 if name == "real" else max(120, 24 * (window // 72))


def weighted(cases: Mapping[tuple[str, int], Cases]) -> list[Sample]:
    return [
        Sample(found, WEIGHTS[name] * WINDOWS[window]) for (name, window), found in cases.items()
    ]


def _loss(  # noqa: PLR0917 - scipy passes them by place
    parameters: FloatArray,
    centre: FloatArray,
    width: FloatArray,
    outcome: FloatArray,
    weight: FloatArray,
    shown: Shown,
) -> tuple[float, FloatArray]:
    b, below, above = np.split(parameters, np.cumsum([centre.shape[1], width.shape[1]]))
    middle = centre @ b
    reach = [np.exp(np.clip(width @ side, -8, 3)) for side in (below, above)]
    y = shown.value(outcome)
    low, high = shown.value(middle - reach[0]), shown.value(middle + reach[1])
    slope_low = np.where(y < low, 1 - MISS, -MISS)
    slope_high = np.where(y < high, MISS, MISS - 1)
    value = float(weight @ ((low - y) * slope_low + (high - y) * slope_high))
    d_low = weight * slope_low * shown.slope(low)
    d_high = weight * slope_high * shown.slope(high)
    gradient = [(d_low + d_high) @ centre, -(d_low * reach[0]) @ width, (d_high * reach[1]) @ width]
    apart = below - above
    free = np.r_[0.0, np.ones(len(below) - 1)]
    value += RIDGE * float(below**2 @ free + above**2 @ free + apart @ apart)
    gradient[1] = gradient[1] + 2 * RIDGE * (below * free + apart)
    gradient[2] = gradient[2] + 2 * RIDGE * (above * free - apart)
    return value, np.concatenate(gradient)


def _stretch(
    under: FloatArray, below: FloatArray, above: FloatArray, weight: FloatArray
) -> Mapping[float, tuple[float, float]]:
    scaled = under / np.exp(below), -under / np.exp(above)
    return MappingProxyType(
        {
            level: (
                _quantile(scaled[0], weight, 0.5 + level / 2),
                _quantile(scaled[1], weight, 0.5 + level / 2),
            )
            for level in LEVELS
        }
    )


def _quantile(values: FloatArray, weight: FloatArray, share: float) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(reached, share * reached[-1])])


def _printed(name: str, model: RangeModel) -> str:
    rows = [
        f"    {part}=({', '.join(f'{v:.3f}' for v in getattr(model, part))}),"
        for part in ("centre", "below", "above")
    ]
    stretch = ", ".join(f"{k:.2f}: ({a:.3f}, {b:.3f})" for k, (a, b) in model.stretch.items())
    return "\n".join(
        (f"{name} = RangeModel(", *rows, f"    stretch=MappingProxyType({{{stretch}}}),", ")")
    )


def main() -> None:
    sources = {"venue": simulated(VENUE_SEED), "walk": walking(WALK_SEED)}
    if REAL.is_dir():
        sources["real"] = real()
    for kind, name in (("rho", "CORRELATION"), ("removal", "REMOVAL")):
        print(_printed(name, fitted_model(weighted(samples_of(kind, sources)), kind)))


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    main()
