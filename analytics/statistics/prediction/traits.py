"""What three windows of the past tell about the next one.

Everything here takes time along the last axis, so a benchmark can ask for thousands at once.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

FloatArray = npt.NDArray[np.float64]

WINDOWS = 3
QUARTERS = 12
"""Quarters of a window in the three windows."""
OWN = 4
"""Quarters in the newest window."""

_DECAY = 0.97
_FLOOR = 0.1
"""Share of the overall variance in the volatility that a return is divided by."""
_LEAST_VARIANCE = 1e-30
_USUAL_BARS = 720
_CLEAREST = 4.0
"""Of the log variance ratio: what a hedge that leaves less than 2 % removes is foreseen alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What the centre and the half-widths of a prediction are linear in.

    Attributes
    ----------
    centre
        Shape (..., 6): the newest window's value in calm units, how far its last quarter and the
        two windows before stand from it, what plain units add over all three windows and over the
        newest, and 1.
    width
        Shape (..., 5): 1, log of the expected error, log change of volatility, how close the two
        are, and log of the bars a window has in units of 720.
    """

    centre: FloatArray
    width: FloatArray


def quarters_of(x: FloatArray, horizon_bars: int) -> FloatArray:
    """The newest whole quarters of up to three windows, shape (..., 12 q)."""
    q = min(x.shape[-1], WINDOWS * horizon_bars) // QUARTERS
    return x[..., x.shape[-1] - QUARTERS * q :]


def correlation_traits(x: FloatArray, y: FloatArray) -> Traits:
    """Of the next window's Fisher z; shape (..., 12 q) each.

    Correlations of returns in units of their recent volatility foresee the next plain one better
    than plain ones do: a few stormy hours no longer outweigh all others.
    """
    calm_x, calm_y = (_calm(series, _recent_variance(series)) for series in (x, y))
    value = _fisher_z(calm_x, calm_y)[0]
    plain = _fisher_z(x, y)[0]
    newest, newest_influence = _fisher_z(_newest(calm_x), _newest(calm_y))
    return _traits(
        by_quarter=_fisher_z(_by_quarter(calm_x), _by_quarter(calm_y))[0],
        newest=newest,
        influence=newest_influence,
        whole=value,
        plain_newest=_fisher_z(_newest(x), _newest(y))[0],
        plain_whole=plain,
        closeness=np.abs(value),
        louder=(_louder(x) + _louder(y)) / 2,
    )


def removal_traits(unhedged: FloatArray, hedged: FloatArray) -> Traits:
    """Of the next window's log variance ratio, hedged over unhedged; shape (..., 12 q) each."""
    variance = (_recent_variance(unhedged) + _recent_variance(hedged)) / 2
    u, e = _calm(unhedged, variance), _calm(hedged, variance)
    value = _log_ratio(u, e)
    u_new, e_new = np.square(_newest(u)), np.square(_newest(e))
    return _traits(
        by_quarter=_log_ratio(_by_quarter(u), _by_quarter(e)),
        newest=_log_ratio(_newest(u), _newest(e)),
        influence=_over_mean(e_new) - _over_mean(u_new),
        whole=value,
        plain_newest=_log_ratio(_newest(unhedged), _newest(hedged)),
        plain_whole=_log_ratio(unhedged, hedged),
        closeness=np.minimum(-value, _CLEAREST),
        louder=_louder(unhedged),
    )


def _traits(
    *,
    by_quarter: FloatArray,
    newest: FloatArray,
    influence: FloatArray,
    whole: FloatArray,
    plain_newest: FloatArray,
    plain_whole: FloatArray,
    closeness: FloatArray,
    louder: FloatArray,
) -> Traits:
    bars = influence.shape[-1]
    before = by_quarter[..., :-OWN].mean(axis=-1)
    noise = _long_run_variance(influence)
    wandering = np.maximum(by_quarter.var(axis=-1, ddof=1) - noise * OWN / bars, 0)
    moved = np.square(newest - before) / 2
    error = np.sqrt((1 + 1 / WINDOWS) * noise / bars + moved + wandering)
    one = np.ones_like(newest)
    centre = (
        newest,
        by_quarter[..., -1] - newest,
        before - newest,
        plain_whole - whole,
        plain_newest - newest,
        one,
    )
    width = (one, np.log(error), louder, closeness, one * np.log(bars / _USUAL_BARS))
    return Traits(np.stack(centre, axis=-1), np.stack(width, axis=-1))


def _long_run_variance(influence: FloatArray) -> FloatArray:
    """The equal-weighted cosine estimate of ``ewc_variance``, along the last axis."""
    nu = max(1, round(0.4 * influence.shape[-1] ** (2 / 3)))
    cosines = fft.dct(influence, type=2, norm="ortho", axis=-1)[..., 1 : nu + 1]
    return np.asarray(np.square(cosines).mean(axis=-1))


def _fisher_z(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The atanh of the correlation and its influence function, free of cancellation near 1."""
    a, b = _standardised(x), _standardised(y)
    together, apart = np.square(a + b), np.square(a - b)
    ratio = np.maximum(together.mean(axis=-1), _LEAST_VARIANCE) / np.maximum(
        apart.mean(axis=-1), _LEAST_VARIANCE
    )
    return 0.5 * np.log(ratio), 0.5 * (_over_mean(together) - _over_mean(apart))


def _log_ratio(unhedged: FloatArray, hedged: FloatArray) -> FloatArray:
    left = np.maximum(hedged.var(axis=-1), _LEAST_VARIANCE)
    return np.asarray(np.log(left / np.maximum(unhedged.var(axis=-1), _LEAST_VARIANCE)))


def _standardised(x: FloatArray) -> FloatArray:
    centred = x - x.mean(axis=-1, keepdims=True)
    deviation = np.sqrt(np.mean(np.square(centred), axis=-1, keepdims=True))
    return np.asarray(centred / np.maximum(deviation, _LEAST_VARIANCE))


def _over_mean(squares: FloatArray) -> FloatArray:
    return np.asarray(squares / np.maximum(squares.mean(axis=-1, keepdims=True), _LEAST_VARIANCE))


def _newest(x: FloatArray) -> FloatArray:
    return x[..., -OWN * (x.shape[-1] // QUARTERS) :]


def _by_quarter(x: FloatArray) -> FloatArray:
    return x.reshape(*x.shape[:-1], QUARTERS, -1)


def _louder(x: FloatArray) -> FloatArray:
    """Log of the newest window's volatility over that of the two before."""
    newest = _newest(x)
    before = x[..., : x.shape[-1] - newest.shape[-1]]
    return np.asarray(np.log(newest.std(axis=-1) / before.std(axis=-1)))


def _calm(x: FloatArray, variance: FloatArray) -> FloatArray:
    return np.asarray(x / np.sqrt(_FLOOR + (1 - _FLOOR) * variance))


def _recent_variance(x: FloatArray) -> FloatArray:
    """Exponentially weighted mean of the squares before each bar, over the mean of all."""
    squares = _over_mean(np.square(x))
    t = x.shape[-1]
    powers = _DECAY ** np.arange(t)
    size = fft.next_fast_len(2 * t, real=True)
    past = fft.irfft(fft.rfft(squares, size) * fft.rfft((1 - _DECAY) * powers, size), size)
    variance = np.ones_like(squares) * powers
    variance[..., 1:] += past[..., : t - 1]
    return np.asarray(np.maximum(variance, 0))
